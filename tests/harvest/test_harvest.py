"""Messages become a thread or a practice draft: who may, who can read the quotations, and whose yes they wait for."""

import asyncio
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from community import clock
from community.accounts.blocking import block
from community.audience import PUBLIC, member_key, narrow, revoke
from community.chat.actions import delete_message, edit_message
from community.chat.models import Message, Room
from community.chat.retention import forget_before
from community.discussions.actions import delete_reply
from community.discussions.hiding import hide_reply, restore_reply
from community.discussions.models import Reply, Thread
from community.discussions.places import ensure_themes
from community.harvest.models import Harvest, HarvestAnswer
from community.mail.composing import composed
from community.mail.models import Mail
from community.notifications.queries import count_waiting, waiting_for
from community.practices.models import Practice
from community.storage import drain, rows, unit_of_work
from community.web.limits import forget_throttles
from tests.chat.factories import make_room, say
from tests.conftest import new_client
from tests.conversations.factories import talk
from tests.factories import make_member, make_space, make_steward
from tests.practices.factories import COMPLETE
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio


class Hall:
    """A room with three voices, and the browser of each: amara picks, layla and mika are quoted."""

    def __init__(self, app: Any, room: Room, members: list[Any], browsers: list[httpx2.AsyncClient], said: list[int]) -> None:
        self.app, self.room, self.said = app, room, said
        self.amara, self.layla, self.mika = members
        self.picker, self.quoted, self.other = browsers

    async def make(self, *, make: str = "thread", place: str = "innovation", **more: Any) -> httpx2.Response:
        data = {
            "message": [str(one) for one in self.said], "make": make, "title": "What a one-page form can do", "body": "We spoke of forms.",
            "client_id": str(uuid4()), "place": place,
        } | more  # fmt: skip
        if make == "practice":
            data["place"] = ""
        made = await self.picker.post(f"/rooms/{self.room.id}/harvest", data=data)
        await drain()
        return made

    async def say(self, browser: httpx2.AsyncClient, answer: str) -> int:
        harvest = await Harvest.all().order_by("-id").first()
        status = (await browser.post(f"/harvests/{harvest.id}/answer", data={"answer": answer})).status_code
        await drain()
        return status

    async def read(self, browser: httpx2.AsyncClient, path: str) -> str:
        answer = await browser.get(path)
        return answer.text if answer.status_code == 200 else str(answer.status_code)


OWN, LAYLA, MIKA = "I ask on one page.", "Mine has *three* questions.", "We fold it once."
THREE = (OWN, "<em>three</em>", MIKA)


@pytest.fixture
async def hall(app: Any, sign_in: Any) -> Any:
    forget_throttles()
    await ensure_themes()
    members = [await make_member(name) for name in ("Amara Diallo", "Layla Haddad", "Mika Lehtola")]
    room = await make_room("Workshop clinic")
    said = [(await say(await viewer_of(one), room, text)).message_id for one, text in zip(members, (OWN, LAYLA, MIKA), strict=True)]
    browsers = [new_client(app) for _ in members]
    for browser, member in zip(browsers, members, strict=True):
        await sign_in(browser, member)
    yield Hall(app, room, members, browsers, said)
    for browser in browsers:
        await browser.aclose()


def shown(page: str) -> list[bool]:
    return [words in page for words in THREE]


async def test_a_correction_names_its_field(hall) -> None:
    page = (await hall.picker.get(f"/rooms/{hall.room.id}/harvest?step=write&message={hall.said[0]}")).text
    assert '>Where the discussion stands</label><p class="hint" id="f-place-h">For a discussion</p>' in page
    assert '<select id="f-place" name="place" aria-describedby="f-place-h">' in page
    for name, label in (("title", "Title"), ("place", "Where the discussion stands")):
        refused = await hall.make(**{name: ""})
        assert refused.status_code == 422
        assert f'<a href="#f-{name}">{label}: Please fill this in.</a>' in refused.text


async def test_a_discussion_quotes_each_with_their_yes_alone(hall, client) -> None:
    made = await hall.make()
    assert made.status_code == 303
    thread = made.headers["location"]
    page = await hall.read(hall.picker, thread)
    assert shown(page) == [True, False, False]
    assert "Waiting for the yes of Layla Haddad." in page
    assert f'href="/messages/{hall.said[0]}"' in page
    assert shown(await hall.read(hall.other, thread)) == [True, False, False]
    assert "Waiting for the yes" not in await hall.read(hall.other, thread)
    assert await hall.say(hall.quoted, "yes") == 303
    assert shown(await hall.read(hall.picker, thread)) == shown(await hall.read(hall.other, thread)) == [True, True, False]
    assert await hall.say(hall.other, "no") == 303
    page = await hall.read(hall.picker, thread)
    assert shown(page) == [True, True, False]
    assert "Waiting for the yes" not in page
    assert "Mika" not in page.split('id="posts"')[1].split("</form>")[0]
    assert await hall.read(client, thread) == "404"  # said among members, so it is read among members


async def test_the_authors_are_asked_and_what_waits_is_dealt_with_by_the_answer(hall) -> None:
    await hall.make()
    [line] = await waiting_for(await viewer_of(hall.layla))
    assert (line.kind, line.happened) == ("harvest", "Amara Diallo asks to quote what you said in a room")
    assert line.because == "because the words are yours"
    page = await hall.read(hall.quoted, line.subject.href)
    assert "<em>three</em>" in page
    assert "What a one-page form can do" in page
    assert OWN not in page
    assert MIKA not in page
    assert await waiting_for(await viewer_of(hall.amara)) == []
    await hall.say(hall.quoted, "no")
    assert await waiting_for(await viewer_of(hall.layla)) == []
    assert len(await waiting_for(await viewer_of(hall.mika))) == 1


async def test_a_yes_can_be_taken_back_and_nothing_of_the_words_is_kept_or_found(hall) -> None:
    thread = (await hall.make()).headers["location"]
    for answer, is_there in (("yes", True), ("no", False), ("yes", True), ("no", False)):
        assert await hall.say(hall.quoted, answer) == 303
        assert ("<em>three</em>" in await hall.read(hall.other, thread)) is is_there
    named = {one["target"] for one in await rows("SELECT target FROM text_references WHERE source LIKE 'harvest:%'")}
    assert named == {f"message:{hall.said[0]}", f"message:{hall.said[2]}"}
    for table in ("replies", "threads", "harvests", "harvest_lines", "harvest_answers", "notifications", "mails", "jobs"):
        assert "three" not in repr(await rows(f"SELECT * FROM {table}"))
    hits = await hall.read(hall.other, "/search?q=three&tab=discussions")
    assert f'href="{thread}' not in hits


async def test_nobody_is_asked_for_what_is_gone(hall) -> None:
    thread = (await hall.make()).headers["location"]
    await delete_message(await viewer_of(hall.layla), hall.said[1])
    await drain()
    assert await count_waiting(await viewer_of(hall.layla)) == 0
    assert await count_waiting(await viewer_of(hall.mika)) == 1
    await delete_reply(await viewer_of(hall.amara), (await Reply.get(number=1)).id)
    await drain()
    assert await count_waiting(await viewer_of(hall.mika)) == 0
    assert shown(await hall.read(hall.picker, thread)) == [False, False, False]


async def test_two_authors_answer_at_once(hall) -> None:
    thread = (await hall.make()).headers["location"]
    assert await asyncio.gather(hall.say(hall.quoted, "yes"), hall.say(hall.other, "yes")) == [303, 303]
    assert shown(await hall.read(hall.picker, thread)) == [True, True, True]
    await asyncio.gather(*(hall.say(hall.quoted, answer) for answer in ("no", "no", "no")), hall.say(hall.other, "no"))
    assert shown(await hall.read(hall.picker, thread)) == [True, False, False]


async def test_quotations_follow_their_messages(hall) -> None:
    thread = (await hall.make()).headers["location"]
    await hall.say(hall.quoted, "yes")
    await hall.say(hall.other, "yes")
    await edit_message(await viewer_of(hall.layla), hall.said[1], "Mine has four.")
    await delete_message(await viewer_of(hall.mika), hall.said[2])
    page = await hall.read(hall.picker, thread)
    assert shown(page) == [True, False, False]
    assert "Mine has four." in page
    await drain()
    named = {one["target"] for one in await rows("SELECT target FROM text_references WHERE source LIKE 'harvest:%'")}
    assert named == {f"message:{one}" for one in hall.said[:2]}


async def test_an_open_room_is_quoted_for_guests_and_a_kept_page_forgets_at_once(hall, client) -> None:
    async with unit_of_work():
        await Room.filter(id=hall.room.id).update(audience=PUBLIC)
    thread = (await hall.make()).headers["location"]
    await hall.say(hall.quoted, "yes")
    first = await client.get(thread)
    assert shown(first.text) == [True, True, False]
    await hall.quoted.post(f"/harvests/{(await Harvest.get()).id}/answer", data={"answer": "no"})
    again = await client.get(thread, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, shown(again.text)) == (200, [True, False, False])
    async with unit_of_work():
        await narrow(await Room.get(id=hall.room.id), "members")
        await Thread.all().update(version=99)
    assert shown(await hall.read(client, thread)) == [False, False, False]


async def test_a_practice_draft_keeps_the_messages_beside_it_for_those_who_may_read_the_room(hall, client) -> None:
    made = await hall.make(make="practice")
    draft = made.headers["location"]
    assert re.fullmatch(r"/practices/\d+/draft", draft)
    page = await hall.read(hall.picker, draft)
    assert "We spoke of forms." in page
    assert shown(page) == [True, False, False]
    await hall.say(hall.quoted, "yes")
    assert shown(await hall.read(hall.picker, draft)) == [True, True, False]
    assert await hall.read(hall.quoted, draft) == "404"
    assert "What a one-page form can do" not in await hall.read(hall.quoted, f"/harvests/{(await Harvest.get()).id}")
    practice = await Practice.get(harvested=True)
    async with unit_of_work():
        await rows(
            "UPDATE editions SET state = 'published', is_current = :yes, audience = 'public', published_at = saved_at, country = :country"
            " WHERE practice_id = :id RETURNING id", yes=True, id=practice.id, country=COMPLETE.country,
        )  # fmt: skip
    assert shown(await hall.read(hall.other, f"/practices/{practice.id}")) == [True, True, False]
    await hall.say(hall.quoted, "no")
    assert shown(await hall.read(hall.other, f"/practices/{practice.id}")) == [True, False, False]
    assert shown(await hall.read(client, f"/practices/{practice.id}")) == [False, False, False]


async def test_what_is_said_among_few_goes_to_no_more(hall, app, sign_in) -> None:
    space, elsewhere = await make_space([hall.amara, hall.layla]), await make_space([hall.amara], name="Another")
    room = await make_room("Inside", space=space)
    said = (await say(await viewer_of(hall.layla), room, "Among us only.")).message_id
    data = {"message": [str(said)], "make": "thread", "title": "Out?", "body": "Here.", "client_id": str(uuid4())}
    for place in ("innovation", f"space:{elsewhere.id}"):
        refused = await hall.picker.post(f"/rooms/{room.id}/harvest", data=data | {"place": place})
        assert refused.status_code == 422
        assert "More people could read it there than in the room." in refused.text
    assert await Thread.all().count() == await Harvest.all().count() == 0
    made = await hall.picker.post(f"/rooms/{room.id}/harvest", data=data | {"place": f"space:{space.id}"})
    assert made.status_code == 303
    await hall.say(hall.quoted, "yes")
    assert "Among us only." in await hall.read(hall.picker, made.headers["location"])
    async with unit_of_work():
        await revoke(space.key, member_key(hall.layla.id))
    asked = await hall.read(hall.quoted, f"/harvests/{(await Harvest.get()).id}")  # one's own words stay one's own
    assert "Among us only." in asked
    assert "Out?" not in asked
    assert "Inside" not in asked
    mine = await hall.read(hall.quoted, "/harvests")
    assert "A room you cannot open any more" in mine
    assert "Inside" not in mine
    assert "made by you" in await hall.read(hall.picker, "/harvests")
    assert "Nobody quotes you" in await hall.read(hall.other, "/harvests")
    assert await hall.say(hall.quoted, "no") == 303
    assert "Among us only." not in await hall.read(hall.picker, made.headers["location"])


async def test_a_conversation_is_not_harvested(hall) -> None:
    hall.room = await talk(hall.amara, hall.layla, "Between the two of us.")
    hall.said = [(await Message.get(room_id=hall.room.id)).id]
    for make in ("thread", "practice"):
        refused = await hall.make(make=make)
        assert refused.status_code == 403
        assert "What is said here stays here." in refused.text
    assert "stays here" in (await hall.picker.get(f"/rooms/{hall.room.id}/harvest")).text
    assert "/harvest" not in (await hall.picker.get(f"/rooms/{hall.room.id}")).text
    assert (await hall.other.get(f"/rooms/{hall.room.id}/harvest")).status_code == 404
    elsewhere = await make_room("Open to all")
    data = {
        "message": [str(hall.said[0])],
        "make": "thread",
        "place": "innovation",
        "title": "Out",
        "body": "x",
        "client_id": str(uuid4()),
    }
    assert (await hall.picker.post(f"/rooms/{elsewhere.id}/harvest", data=data)).status_code == 422
    assert await Harvest.all().count() == 0


async def test_newcomers_guests_and_those_not_concerned_find_nothing(hall, client, sign_in) -> None:
    await hall.make()
    harvest = await Harvest.get()
    assert (await client.get(f"/harvests/{harvest.id}")).status_code == 404
    await sign_in(client, await make_member("Noor Haddad", trust="newcomer"))
    assert (await client.get(f"/rooms/{hall.room.id}/harvest")).status_code == 404
    assert (await client.post(f"/rooms/{hall.room.id}/harvest", data={})).status_code == 404
    assert "/harvest" not in (await client.get(f"/rooms/{hall.room.id}")).text
    for path in (f"/harvests/{harvest.id}", "/harvests/999999"):
        assert (await client.get(path)).status_code == 404
        assert (await client.post(f"{path}/answer", data={"answer": "yes"})).status_code == 404
    assert (await hall.picker.post(f"/harvests/{harvest.id}/answer", data={"answer": "yes"})).status_code == 404
    assert (await hall.quoted.post(f"/harvests/{harvest.id}/answer", data={"answer": "maybe"})).status_code == 422
    assert {one.answer for one in await HarvestAnswer.all()} == {""}


async def test_once_by_client_id_and_only_what_stands_in_this_room(hall) -> None:
    elsewhere = await make_room("Elsewhere")
    foreign = (await say(await viewer_of(hall.mika), elsewhere, "Not of here.")).message_id
    again = {"client_id": str(uuid4()), "message": [str(hall.said[0]), str(hall.said[0]), str(foreign), "999999"]}
    first, second = await asyncio.gather(hall.make(**again), hall.make(**again))
    assert first.headers["location"] == second.headers["location"]
    assert [await model.all().count() for model in (Harvest, Thread)] == [1, 1]
    assert [one["message_id"] for one in await rows("SELECT message_id FROM harvest_lines")] == [hall.said[0]]
    for message in ([], [str(foreign)], ["x"], ["0"], [str(10**15)], [str(n) for n in range(1, 60)], ["1\0"]):
        assert (await hall.make(message=message)).status_code == 422, message
    for more in ({"title": ""}, {"title": "x" * 161}, {"place": "nowhere"}, {"make": "listing"}, {"client_id": ""}, {"extra": "1"}):
        assert (await hall.make(**more)).status_code in {404, 422}, more
    assert await Harvest.all().count() == 1


async def test_whom_a_block_parts_are_not_asked(hall) -> None:
    await block(await viewer_of(hall.layla), hall.amara.id)
    thread = (await hall.make()).headers["location"]
    assert await waiting_for(await viewer_of(hall.layla)) == []
    assert shown(await hall.read(hall.picker, thread)) == [True, False, False]


async def test_whom_a_reader_has_blocked_they_read_in_no_quotation(hall) -> None:
    thread = (await hall.make()).headers["location"]
    await hall.say(hall.quoted, "yes")
    await block(await viewer_of(hall.mika), hall.layla.id)
    assert shown(await hall.read(hall.other, thread)) == [True, False, False]
    assert shown(await hall.read(hall.other, f"/rooms/{hall.room.id}/harvest")) == [True, False, True]
    assert shown(await hall.read(hall.picker, thread)) == [True, True, False]


async def test_messages_are_picked_over_several_pages_without_script(hall) -> None:
    mika = await viewer_of(hall.mika)
    numbers = [(await say(mika, hall.room, f"Number {n}.")).message_id for n in range(60)]
    page = await hall.read(hall.picker, f"/rooms/{hall.room.id}/harvest")
    assert "Number 59." in page
    assert MIKA not in page
    address = f"/rooms/{hall.room.id}/harvest?from={hall.said[1]}&message={numbers[59]}&message={hall.said[1]}"
    page = await hall.read(hall.picker, address)
    assert shown(page) == [True, True, True]
    assert f'<input type="hidden" name="message" value="{numbers[59]}">' in page
    assert f'value="{hall.said[1]}" checked' in page
    assert "1 more is picked on another page." in page
    write = await hall.read(hall.picker, f"{address}&step=write")
    assert "Number 59." in write
    assert "Asked for their yes: Layla Haddad, Mika Lehtola" in write
    assert (await hall.picker.get(f"/rooms/{hall.room.id}/harvest?step=write")).status_code == 422
    assert (await hall.picker.get(f"/rooms/{hall.room.id}/harvest?message=x")).status_code == 404


async def test_a_hidden_opening_hides_its_quotations_and_a_no_given_meanwhile_holds_when_it_is_back(hall) -> None:
    thread = (await hall.make()).headers["location"]
    await hall.say(hall.quoted, "yes")
    await hall.say(hall.other, "yes")
    opening = await Reply.get(number=1)
    steward = await viewer_of(await make_steward())
    await hide_reply(steward, opening.id, "tone")
    assert shown(await hall.read(hall.picker, thread)) == [False, False, False]
    await hall.say(hall.quoted, "no")
    await restore_reply(steward, opening.id)
    assert shown(await hall.read(hall.picker, thread)) == [True, False, True]


async def test_what_the_room_keeps_no_more_is_quoted_no_more(hall) -> None:
    thread = (await hall.make()).headers["location"]
    await hall.say(hall.quoted, "yes")
    async with unit_of_work():
        await Room.filter(id=hall.room.id).update(keep_days=1)
    await forget_before(hall.room.id, clock.now() + timedelta(seconds=1))
    await drain()
    assert shown(await hall.read(hall.picker, thread)) == [False, False, False]
    assert "You have deleted them." in await hall.read(hall.quoted, f"/harvests/{(await Harvest.get()).id}")


async def test_a_moved_discussion_and_a_narrowed_room_show_quotations_to_nobody_more(hall, app, sign_in) -> None:
    space = await make_space([hall.amara, hall.layla, hall.mika])
    room = await make_room("Inside", space=space)
    said = (await say(await viewer_of(hall.layla), room, "Among us only.")).message_id
    data = {"message": [str(said)], "make": "thread", "title": "In", "body": "Here.", "client_id": str(uuid4())}
    made = await hall.picker.post(f"/rooms/{room.id}/harvest", data=data | {"place": f"space:{space.id}"})
    await hall.say(hall.quoted, "yes")
    thread = made.headers["location"]
    async with unit_of_work():  # whoever moves it to an open theme
        await Thread.all().update(audience=PUBLIC)
    async with new_client(app) as guest:
        assert (await guest.get(thread)).status_code == 200
        assert "Among us only." not in (await guest.get(thread)).text
        await sign_in(guest, await make_member("Noor Haddad"))
        assert "Among us only." not in (await guest.get(thread)).text
    assert "Among us only." in await hall.read(hall.other, thread)


async def test_files_stay_with_their_message(hall) -> None:
    async with unit_of_work():
        await Message.filter(id=hall.said[1]).update(source="", html="")
    write = await hall.read(hall.picker, f"/rooms/{hall.room.id}/harvest?step=write&message={hall.said[0]}&message={hall.said[1]}")
    assert "Layla" not in write.split("What is quoted")[1]
    assert (await hall.make(message=[str(hall.said[1])])).status_code == 422


async def test_no_letter_and_no_push_holds_what_is_quoted(hall) -> None:
    await hall.make()
    letters = await rows("SELECT * FROM mails")
    assert {one["composer"] for one in letters} == {"notice"}
    assert "three" not in repr(letters)
    mail = await Mail.get(member_id=hall.layla.id)
    letter = await composed(mail)
    assert "asks to quote what you said in a room" in letter.text
    assert "three" not in letter.text
    await hall.say(hall.quoted, "no")
    assert await composed(mail) is None
