import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from community import clock
from community.discussions.actions import post_reply
from community.discussions.managing import set_closed
from community.discussions.models import HeldPost, Reply, Thread
from community.drafts.models import Draft
from community.storage import drain, rows
from tests.conftest import new_client
from tests.discussions.factories import make_moderator, make_reply, make_thread
from tests.factories import make_member, make_space
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio

FRAGMENT = {"X-Fragment": "1"}


async def test_a_thread_is_begun(client, sign_in):
    await make_thread(await make_member("Somebody before"))
    await sign_in(client, await make_member("Amara Diallo"))
    assert "Start a discussion" in (await client.get("/discussions/new?theme=greening")).text
    form = {
        "place": "greening", "kind": "question", "title": "Cutting fluid?", "body": "What do *you* do?", "lang": "en",
        "tags": "fluid, waste", "client_id": str(uuid4()),
    }  # fmt: skip
    made = await client.post("/discussions/new", data=form)
    thread = await Thread.get(title="Cutting fluid?")
    assert (made.status_code, made.headers["location"]) == (303, f"/threads/{thread.id}")
    again = await client.post("/discussions/new", data=form, headers=FRAGMENT)
    assert again.headers["location"] == f"/threads/{thread.id}"
    assert await Thread.filter(title="Cutting fluid?").count() == 1
    page = (await client.get(f"/threads/{thread.id}")).text
    assert "What do <em>you</em> do?" in page
    assert "#waste" in page
    assert (thread.last_number, thread.reply_count, thread.audience) == (1, 1, "public")


async def test_who_goes_back_and_begins_again_has_begun_once(client, sign_in):
    await make_thread(await make_member("Somebody before"))
    await sign_in(client, await make_member("Amara Diallo"))
    said = {"place": "greening", "title": "Cutting fluid?", "body": "What do *you* do?"}
    for title, body, number in (("Cutting fluid?", said["body"], 1), ("Cutting fluid?", "Anybody?", 2), ("Oil?", "Anybody?", 3)):
        for _ in range(2):
            await client.post("/discussions/new", data=said | {"title": title, "body": body, "client_id": str(uuid4())})
        assert await Thread.filter(title__in=["Cutting fluid?", "Oil?"]).count() == number
    forgotten = {"tags": "fluid", "client_id": str(uuid4())}
    await client.post("/discussions/new", data=said | forgotten)
    assert await Thread.filter(title="Cutting fluid?").count() == 3
    with clock.frozen(clock.now() + timedelta(minutes=6)):
        await client.post("/discussions/new", data=said | {"title": "Oil?", "body": "Anybody?", "client_id": str(uuid4())})
    assert await Thread.filter(title="Oil?").count() == 2


async def test_a_form_that_needs_a_correction_loses_nothing(client, sign_in):
    await make_thread(await make_member("Somebody before"))
    await sign_in(client, await make_member("Amara Diallo"))
    form = {"place": "greening", "title": "", "body": "Long and dear words", "tags": "a,b,c,d,e,f", "client_id": str(uuid4())}
    page = await client.post("/discussions/new", data=form)
    assert page.status_code == 422
    assert "Long and dear words" in page.text
    assert "Five tags at most" in page.text
    assert form["client_id"] in page.text
    problem = await client.post("/discussions/new", data=form, headers=FRAGMENT)
    assert (problem.status_code, set(problem.json()["errors"])) == (422, {"title", "tags"})


@pytest.mark.parametrize("letter", ["\u0645", "\u8bed", "\U0001f600"])
async def test_a_post_is_as_long_in_every_script(client, sign_in, letter):
    """Encoded by a browser it is up to twelve times as long."""
    amara = await make_member("Amara Diallo")
    thread = await make_thread(amara)
    await sign_in(client, amara)
    for most, status in ((20_000, 303), (20_001, 422)):
        answer = await client.post(f"/threads/{thread.id}/replies", data={"body": letter * most, "client_id": str(uuid4())})
        assert answer.status_code == status
    assert "This is too long: 20000 characters at most." in answer.text


async def test_unknown_fields_are_refused(client, sign_in):
    amara = await make_member("Amara Diallo")
    thread = await make_thread(amara)
    await sign_in(client, amara)
    answer = await client.post(f"/threads/{thread.id}/replies", data={"body": "x", "client_id": str(uuid4()), "author_id": "7"})
    assert answer.status_code == 422


async def test_only_moderators_announce(client, sign_in):
    amara = await make_member("Amara Diallo")
    await make_thread(amara)
    await sign_in(client, amara)
    form = {"place": "innovation", "kind": "announcement", "title": "News", "body": "All move.", "client_id": str(uuid4())}
    assert (await client.post("/discussions/new", data=form)).status_code == 403
    await make_moderator(amara, "greening")
    assert (await client.post("/discussions/new", data=form)).status_code == 403
    assert (await client.post("/discussions/new", data=form | {"place": "greening"})).status_code == 303


async def test_a_reply_as_redirect_and_as_fragment(client, sign_in):
    amara = await make_member("Amara Diallo")
    thread = await make_thread(amara)
    await sign_in(client, amara)
    form = {"body": "A paper strip **inside** the frame.", "client_id": str(uuid4())}
    posted = await client.post(f"/threads/{thread.id}/replies", data=form)
    assert (posted.status_code, posted.headers["location"]) == (303, f"/threads/{thread.id}#p2")
    page = await client.get(f"/threads/{thread.id}")
    assert "It is post 2." in page.text
    fragment = await client.post(f"/threads/{thread.id}/replies", data=form | {"client_id": str(uuid4())}, headers=FRAGMENT)
    assert fragment.status_code == 200
    assert '<li class="post" id="p3">' in fragment.text
    assert "<strong>inside</strong>" in fragment.text
    assert "<html" not in fragment.text


async def test_a_retry_returns_the_first_result(client, sign_in):
    amara = await make_member("Amara Diallo")
    thread = await make_thread(amara)
    await sign_in(client, amara)
    form = {"body": "Once.", "client_id": str(uuid4())}
    first = await client.post(f"/threads/{thread.id}/replies", data=form)
    await make_reply(amara, thread, "Another one.")
    again = await client.post(f"/threads/{thread.id}/replies", data=form)
    assert first.headers["location"] == again.headers["location"]
    assert await Reply.filter(thread_id=thread.id).count() == 3


async def test_who_goes_back_and_posts_again_has_posted_once(client, sign_in):
    """The page comes anew, with another client id, and the browser puts the text back into its field."""
    amara = await make_member("Amara Diallo")
    thread = await make_thread(amara)
    opening = await Reply.get(thread_id=thread.id)
    first, second = [f"> {words}\n>\n> — [Amara Diallo #1](/replies/{opening.id})\n\nSo do we." for words in ("We", "We braze")]
    await sign_in(client, await make_member("Layla Haddad"))
    for posts, text in enumerate(("Thank you!", first, second, "Thank you!"), start=1):
        forms = [{"body": text, "client_id": str(uuid4())} for _ in range(2)]
        answers = [await client.post(f"/threads/{thread.id}/replies", data=form) for form in forms]
        assert {(one.status_code, one.headers["location"]) for one in answers} == {(303, f"/threads/{thread.id}#p{posts + 1}")}
    assert await Reply.filter(thread_id=thread.id).count() == 5


async def test_the_same_text_from_a_module_or_later_is_another_post(client, sign_in):
    amara = await make_member("Amara Diallo")
    thread = await make_thread(amara)
    await sign_in(client, amara)
    at = clock.now()
    for minutes, headers in ((0, {}), (0, FRAGMENT), (6, {})):
        with clock.frozen(at + timedelta(minutes=minutes)):
            form = {"body": "Thank you!", "client_id": str(uuid4())}
            assert (await client.post(f"/threads/{thread.id}/replies", data=form, headers=headers)).status_code < 400
    assert await Reply.filter(thread_id=thread.id).count() == 4


async def test_an_empty_reply_is_sent_back_with_what_was_typed(client, sign_in):
    amara = await make_member("Amara Diallo")
    thread = await make_thread(amara)
    await sign_in(client, amara)
    long = "word " * 5000
    for body in ("   ", "\u200b\u2060", long):
        page = await client.post(f"/threads/{thread.id}/replies", data={"body": body, "client_id": str(uuid4())})
        assert page.status_code == 422
        assert 'role="alert"' in page.text
        assert body.strip() in page.text
    missing = await client.post(f"/threads/{thread.id}/replies", data={"body": "Words"})
    assert missing.status_code == 422


async def test_nobody_answers_in_a_closed_thread(client, sign_in):
    amara = await make_member("Amara Diallo")
    await make_moderator(amara)
    thread = await make_thread(amara)
    form = {"body": "Before it closed.", "client_id": str(uuid4())}
    await sign_in(client, amara)
    first = await client.post(f"/threads/{thread.id}/replies", data=form)
    await set_closed(await viewer_of(amara), thread.id, closed=True)
    assert (await client.post(f"/threads/{thread.id}/replies", data=form | {"client_id": str(uuid4())})).status_code == 403
    retry = await client.post(f"/threads/{thread.id}/replies", data=form)
    assert retry.headers["location"] == first.headers["location"]
    page = (await client.get(f"/threads/{thread.id}")).text
    assert 'id="reply"' not in page
    assert "This discussion is closed" in page


async def test_200_replies_at_once_get_200_numbers_without_a_gap(client):
    assert client
    members = [await make_member(f"Member {n}") for n in range(10)]
    thread = await make_thread(members[0])
    viewers = [await viewer_of(member) for member in members]
    ids = [uuid4() for _ in range(200)]
    retried = ids + ids[:50]

    async def send(n: int) -> Reply:
        return await post_reply(viewers[ids.index(retried[n]) % 10], thread.id, f"Word {n}.", retried[n])

    made = await asyncio.gather(*(send(n) for n in range(len(retried))))
    numbers = [
        row["number"] for row in await rows("SELECT number FROM replies WHERE thread_id = :id ORDER BY number", id=thread.id)
    ]
    assert numbers == list(range(1, 202))
    assert {reply.client_id for reply in made} == set(ids)
    assert [made[n].id for n in range(50)] == [made[200 + n].id for n in range(50)]
    await thread.refresh_from_db()
    assert (thread.last_number, thread.reply_count) == (201, 201)


async def test_the_preview_shows_and_keeps_without_posting(client, sign_in, app):
    amara, rafael = await make_member("Amara Diallo"), await make_member("Rafael Moura")
    thread = await make_thread(amara)
    await sign_in(client, amara)
    form = {"body": "A **strip**.", "client_id": str(uuid4()), "preview": "1"}
    fragment = await client.post(f"/threads/{thread.id}/replies", data=form, headers=FRAGMENT)
    assert fragment.text.strip() == "<p>A <strong>strip</strong>.</p>"
    kept = await client.post(f"/threads/{thread.id}/replies", data=form)
    assert kept.headers["location"] == f"/threads/{thread.id}?page=last#body-preview"
    page = (await client.get(f"/threads/{thread.id}?page=last")).text
    assert "A **strip**.</textarea>" in page
    assert "<p>A <strong>strip</strong>.</p>" in page
    assert await Reply.filter(thread_id=thread.id).count() == 1
    assert "A **strip**." in (await client.get("/drafts")).text
    async with new_client(app) as other:
        await sign_in(other, rafael)
        assert "strip" not in (await other.get(f"/threads/{thread.id}")).text
        assert "strip" not in (await other.get("/drafts")).text
    mark = (await Draft.get(member_id=amara.id)).mark
    await client.post(f"/threads/{thread.id}/replies", data={"body": "A **strip**.", "client_id": str(uuid4()), "kept": mark})
    assert not await Draft.filter(member_id=amara.id).exists()


async def test_a_new_thread_is_previewed_and_kept(client, sign_in):
    amara = await make_member("Amara Diallo")
    await make_thread(amara)
    await sign_in(client, amara)
    form = {"place": "greening", "title": "Half a thought", "body": "Some *words*", "client_id": str(uuid4()), "preview": "1"}
    kept = await client.post("/discussions/new", data=form)
    assert kept.headers["location"].startswith("/discussions/new")
    page = (await client.get("/discussions/new")).text
    assert 'value="Half a thought"' in page
    assert "Some <em>words</em>" in page
    fragment = await client.post("/discussions/new", data=form, headers=FRAGMENT)
    assert fragment.text.strip() == "<p>Some <em>words</em></p>"


async def test_the_quote_link_fills_the_field(client, sign_in):
    amara, rafael = await make_member("Amara Diallo"), await make_member("Rafael Moura")
    thread = await make_thread(amara, body="We braze copper.\n\nEvery week.")
    opening = await Reply.get(thread_id=thread.id, number=1)
    await sign_in(client, rafael)
    page = (await client.get(f"/threads/{thread.id}?quote=1")).text
    assert f"&gt; We braze copper.\n&gt; Every week.\n&gt;\n&gt; — [Amara Diallo #1](/replies/{opening.id})" in page
    for nothing in ("2", "x", "9" * 40, "-1"):
        assert "&gt; —" not in (await client.get(f"/threads/{thread.id}", params={"quote": nothing})).text


async def test_a_quotation_says_where_it_is_from_under_the_name_that_is_true(client, sign_in):
    amara, rafael = await make_member("Amara Diallo"), await make_member("Rafael Moura")
    thread = await make_thread(amara)
    opening = await Reply.get(thread_id=thread.id, number=1)
    await make_reply(rafael, thread, f"> We braze copper.\n>\n> — [Somebody Else #9](/replies/{opening.id})\n\nSo do we.")
    page = (await client.get(f"/threads/{thread.id}")).text
    assert f'<cite><a href="/replies/{opening.id}">Amara Diallo #1</a></cite>' in page
    assert "Somebody Else" not in page


async def test_words_are_quoted_only_where_no_more_people_read_them(client, sign_in):
    host = await make_member("Host")
    space = await make_space(members=[host])
    inside, outside = await make_thread(host, body="Secret.", place=f"space:{space.id}"), await make_thread(host, body="Known.")
    secret = await Reply.get(thread_id=inside.id, number=1)
    known = await Reply.get(thread_id=outside.id, number=1)
    await sign_in(client, host)
    body = f"> Secret.\n>\n> — [Host #1](/replies/{secret.id})\n\nThey say."
    refused = await client.post(f"/threads/{outside.id}/replies", data={"body": body, "client_id": str(uuid4())})
    assert refused.status_code == 422
    assert "fewer people may read" in refused.text
    assert (await client.post(f"/threads/{inside.id}/replies", data={"body": body, "client_id": str(uuid4())})).status_code == 303
    body = f"> Known.\n>\n> — [Host #1](/replies/{known.id})\n\nThey say."
    assert (await client.post(f"/threads/{inside.id}/replies", data={"body": body, "client_id": str(uuid4())})).status_code == 303


async def test_mentions_are_recorded(client):
    assert client
    amara, rafael = await make_member("Amara Diallo"), await make_member("Rafael Moura")
    thread = await make_thread(amara)
    reply = await make_reply(amara, thread, f"What do you say, @{rafael.handle}?")
    assert f'data-member="{rafael.id}"' in reply.html
    found = await rows("SELECT target FROM text_references WHERE source = :source", source=f"reply:{reply.id}")
    assert [row["target"] for row in found] == [f"member:{rafael.id}"]


async def test_a_newcomers_reply_waits_and_only_they_see_it(client, sign_in, app):
    amara, nia = await make_member("Amara Diallo"), await make_member("Nia Newcomer", trust="newcomer")
    thread = await make_thread(amara)
    await sign_in(client, nia)
    form = {"body": "My first words.", "client_id": str(uuid4())}
    sent = await client.post(f"/threads/{thread.id}/replies", data=form)
    assert sent.headers["location"] == f"/threads/{thread.id}?page=last#waiting"
    for once_more in (form, form | {"client_id": str(uuid4())}):  # a retry, and who goes back and posts it again
        again = await client.post(f"/threads/{thread.id}/replies", data=once_more, headers=FRAGMENT)
        assert "Waits for a moderator." in again.text
    assert await HeldPost.all().count() == 1
    assert "My first words." in (await client.get(f"/threads/{thread.id}")).text
    assert "My first words." in (await client.get("/drafts")).text
    async with new_client(app) as other:
        await sign_in(other, amara)
        for path in (f"/threads/{thread.id}", "/discussions", "/drafts", "/discussions/feed"):
            assert "My first words." not in (await other.get(path)).text
    await thread.refresh_from_db()
    assert (thread.last_number, thread.reply_count) == (1, 1)
    await drain()


async def test_a_newcomers_first_thread_waits(client, sign_in):
    await make_thread(await make_member("Amara Diallo"))
    await sign_in(client, await make_member("Nia Newcomer", trust="newcomer"))
    form = {"place": "greening", "title": "Hello from Nia", "body": "I am new.", "client_id": str(uuid4())}
    sent = await client.post("/discussions/new", data=form)
    assert sent.headers["location"] == "/drafts#waiting"
    assert "Hello from Nia" in (await client.get("/drafts")).text
    assert "Hello from Nia" not in (await client.get("/discussions")).text


async def test_a_newcomer_takes_a_waiting_post_back(client, sign_in, app):
    amara, nia = await make_member("Amara Diallo"), await make_member("Nia Newcomer", trust="newcomer")
    thread = await make_thread(amara)
    await sign_in(client, nia)
    await client.post(f"/threads/{thread.id}/replies", data={"body": "Too early.", "client_id": str(uuid4())})
    held = await HeldPost.all().first()
    async with new_client(app) as other:
        await sign_in(other, amara)
        assert (await other.post(f"/held/{held.id}/withdraw")).status_code == 404
    assert (await client.post(f"/held/{held.id}/withdraw")).status_code == 303
    assert (await client.post(f"/held/{held.id}/withdraw")).status_code == 409
    assert "Too early.</textarea>" in (await client.get(f"/threads/{thread.id}")).text


async def test_a_newcomer_posts_freely_in_a_space_that_let_them_in(client, sign_in):
    nia = await make_member("Nia Newcomer", trust="newcomer")
    space = await make_space(members=[nia])
    await sign_in(client, nia)
    form = {"place": f"space:{space.id}", "title": "Hello, workshop", "body": "I am new.", "client_id": str(uuid4())}
    made = await client.post("/discussions/new", data=form)
    thread = await Thread.get(title="Hello, workshop")
    assert made.headers["location"] == f"/threads/{thread.id}"
    assert thread.audience == space.key


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("[a](https://a.example) [b](https://b.example)", 303),
        ("[a](https://a.example) [b](https://b.example) [c](https://c.example)", 422),
        ("![a](/files/1/a.png)", 303),
        ("![a](/files/1/a.png) ![b](/files/2/b.png)", 422),
    ],
)
async def test_a_newcomers_post_has_two_links_and_one_image(client, sign_in, body, status):
    thread = await make_thread(await make_member("Amara Diallo"))
    await sign_in(client, await make_member("Nia Newcomer", trust="newcomer"))
    assert (
        await client.post(f"/threads/{thread.id}/replies", data={"body": body, "client_id": str(uuid4())})
    ).status_code == status


async def test_a_newcomer_cannot_fill_the_queue(client, sign_in):
    thread = await make_thread(await make_member("Amara Diallo"))
    await sign_in(client, await make_member("Nia Newcomer", trust="newcomer"))
    answers = [
        (await client.post(f"/threads/{thread.id}/replies", data={"body": f"Word {n}", "client_id": str(uuid4())})).status_code
        for n in range(6)
    ]
    assert answers == [303] * 5 + [403]


async def test_guests_write_nothing(client):
    thread = await make_thread(await make_member("Amara Diallo"))
    for path in (
        f"/threads/{thread.id}/replies",
        "/discussions/new",
        "/drafts",
        f"/threads/{thread.id}/reactions",
        "/discussions/read",
    ):
        assert (await client.post(path, data={"body": "x", "client_id": str(uuid4())})).status_code == 404


async def test_a_page_of_one_member_says_nothing_in_the_name_of_another(client, sign_in):
    amara, bagus = await make_member("Amara Diallo"), await make_member("Bagus Prasetyo")
    thread = await make_thread(amara)
    await sign_in(client, bagus)
    form = {"body": "Written by Amara while offline.", "client_id": str(uuid4())}
    theirs = {"X-Fragment": "1", "X-Member": str(amara.id)}
    refused = await client.post(f"/threads/{thread.id}/replies", data=form, headers=theirs)
    assert refused.status_code == 404
    assert refused.json()["sign_in"].startswith("/signin")
    assert await Reply.filter(thread_id=thread.id).count() == 1
    own = theirs | {"X-Member": str(bagus.id)}
    assert (await client.post(f"/threads/{thread.id}/replies", data=form, headers=own)).status_code == 200
