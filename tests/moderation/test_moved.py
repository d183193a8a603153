"""What was reported in a discussion that has moved since: those who moderate where it is now, and nobody else, see of it."""

from uuid import uuid4

import pytest

from community.chat.actions import edit_message
from community.chat.keeping import move_room
from community.discussions.managing import hide_thread, move, restore_thread
from community.discussions.models import Category, Thread
from community.moderation.deciding import decide_flag
from community.moderation.flagging import flag_message, flag_reply
from community.moderation.models import Flag
from community.moderation.queue import everything_waiting, number_waiting
from community.notifications.queries import waiting_for
from community.storage import drain
from tests.chat.factories import make_room, say
from tests.discussions.factories import make_moderator, make_reply, make_thread
from tests.factories import make_member, make_space
from tests.viewers import viewer_of

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("app")]


async def reported(title: str = "Which gauge?"):
    """(its author, who reported, the theme's moderator, the discussion)."""
    amara, reporter, mod = await make_member(), await make_member("Quiet Reporter"), await make_member("Mika Lehtola")
    thread = await make_thread(amara, title)
    await make_moderator(mod)
    reply = await make_reply(amara, thread, "Buy certificates.")
    await flag_reply(await viewer_of(reporter), reply.id, "advertising", "", uuid4())
    return amara, reporter, mod, thread


async def listed(member) -> list[str]:
    viewer = await viewer_of(member)
    waiting = await everything_waiting(viewer)
    assert len(waiting) == await number_waiting(viewer)
    return [one.title for one in waiting]


async def test_class_3_a_report_goes_where_its_discussion_goes():
    _amara, _reporter, mod, thread = await reported()
    inside = await make_member("Layla Haddad")
    space = await make_space(moderators=[inside, mod])
    assert (await listed(mod), await listed(inside)) == (["Post in “Which gauge?”"], [])
    await move(await viewer_of(mod), thread.id, space.key)
    assert await listed(inside) == ["Post in “Which gauge?”"]
    other = await make_member("Moderates the theme")
    await make_moderator(other)
    assert await listed(other) == []
    flag = await Flag.all().first()
    await decide_flag(await viewer_of(inside), flag.id, "leave")
    assert await listed(inside) == []


async def test_a_report_follows_between_places_with_the_same_readers():
    _amara, _reporter, mod, thread = await reported()
    elsewhere = await make_member("Layla Haddad")
    await make_moderator(elsewhere, "greening")
    await make_moderator(mod, "greening")
    await move(await viewer_of(mod), thread.id, "greening")
    await drain()
    assert await listed(elsewhere) == ["Post in “Which gauge?”"]
    left = await make_member("Moderates the first theme")
    await make_moderator(left)
    assert await listed(left) == []


async def test_a_hidden_discussion_keeps_its_reports_with_its_moderators():
    _amara, _reporter, mod, thread = await reported()
    await hide_thread(await viewer_of(mod), thread.id)
    assert await listed(mod) == ["Post in “Which gauge?”"]
    await restore_thread(await viewer_of(mod), thread.id)
    assert await listed(mod) == ["Post in “Which gauge?”"]


@pytest.mark.parametrize("is_moved", [False, True])
async def test_class_3_the_outcome_names_no_discussion_that_went_out_of_sight(is_moved):
    _amara, reporter, mod, thread = await reported()
    space = await make_space(moderators=[mod])
    flag = await Flag.all().first()
    await decide_flag(await viewer_of(mod), flag.id, "leave")
    if is_moved:
        await move(await viewer_of(mod), thread.id, space.key)
        assert (await Thread.get(id=thread.id)).category_id == (await Category.get(code=f"space-{space.id}")).id
    await drain()
    [line] = await waiting_for(await viewer_of(reporter))
    assert line.subject.excerpt == ("" if is_moved else "Which gauge?")
    assert "Which gauge?" not in line.subject.title


async def test_class_3_what_was_reported_in_a_room_goes_where_the_room_goes():
    rafael, reporter, former, both, inside = [
        await make_member(name) for name in ("Rafael", "Reporter", "Former", "Both", "Inside")
    ]
    here = await make_space(members=[rafael, reporter], moderators=[both, former], name="Here")
    there = await make_space(members=[rafael], moderators=[both, inside], name="There")
    room = await make_room("Plans", space=here)
    said = await say(await viewer_of(rafael), room, "Among us.")
    await flag_message(await viewer_of(reporter), said.message_id, "tone", "", uuid4())
    assert (await listed(former), await listed(inside)) == (["Message in “Plans”"], [])
    await move_room(await viewer_of(both), room.id, there.id)
    await edit_message(await viewer_of(rafael), said.message_id, "Among others.")
    assert (await listed(former), await listed(inside)) == ([], ["Message in “Plans”"])
