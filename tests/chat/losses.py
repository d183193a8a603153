"""The ways of losing a right to a room. A slice that makes another one adds it here: `@way("conversation left")`.

A way is given its cast, makes the room that `who` may read and returns it with what takes the right away.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from community import clock
from community.accounts import mailed_tokens, recovering
from community.accounts.appointing import suspend
from community.accounts.blocking import block
from community.accounts.departing import Farewell, Proof, send_off
from community.accounts.departing import leave as delete_account
from community.accounts.entering import Door
from community.accounts.identity import identify_token
from community.accounts.models import Member, Session
from community.accounts.sessions import end_one, end_others, sign_out
from community.audience import GUEST, Viewer, grant, member_key, raise_rights
from community.chat.keeping import move_room
from community.chat.models import Room
from community.chat.moderating import end_moderator, name_moderator
from community.conversations.actions import leave as leave_conversation
from community.conversations.actions import remove as remove_from_conversation
from community.events.registering import give_up_seat, register
from community.events.rooms import NewEventRoom, open_event_room
from community.institutions.belonging import end as end_belonging
from community.institutions.models import Affiliation
from community.spaces.actions import end_space
from community.spaces.membership import leave, remove
from community.storage import unit_of_work
from tests.chat.factories import make_room, with_token
from tests.conversations.factories import group, talk
from tests.events.factories import make_event
from tests.factories import make_coordinator, make_institution, make_member, make_space, make_steward
from tests.viewers import viewer_of

Lose = Callable[[], Awaitable[object]]
Way = Callable[["Cast"], Awaitable[tuple[Room, Lose]]]
WAYS: dict[str, Way] = {}


@dataclass(frozen=True)
class Cast:
    """`who` is going to lose the right; `token` is the session that listens, `host` another member."""

    who: Member
    token: str
    host: Member

    async def viewer(self) -> Viewer:
        """With the keys that are held now."""
        return await identify_token(self.token)


async def cast(number: int) -> Cast:
    who = await make_member(f"Amara Diallo {number}")
    return Cast(who, (await with_token(who))[1], await make_member(f"Host {number}"))


def way(name: str) -> Callable[[Way], Way]:
    def register(made: Way) -> Way:
        WAYS[name] = made
        return made

    return register


# --- the session


@way("signed out here")
async def signed_out_here(of: Cast) -> tuple[Room, Lose]:
    viewer = await of.viewer()
    return await make_room(), lambda: sign_out(viewer)


@way("signed out everywhere")
async def signed_out_everywhere(of: Cast) -> tuple[Room, Lose]:
    elsewhere = await viewer_of(of.who)
    return await make_room(), lambda: end_others(elsewhere)


@way("session revoked")
async def session_revoked(of: Cast) -> tuple[Room, Lose]:
    elsewhere, number = await viewer_of(of.who), (await of.viewer()).session
    return await make_room(), lambda: end_one(elsewhere, number or 0)


@way("session expired")
async def session_expired(of: Cast) -> tuple[Room, Lose]:
    number = (await of.viewer()).session

    async def expire() -> None:
        """Its lines are asked again, find an end that is near, and after that only the time passes."""
        ends_at = clock.now() + timedelta(seconds=1.5)
        async with unit_of_work():
            await Session.filter(id=number).update(expires_at=ends_at)
            await raise_rights(member_key(of.who.id))
        await asyncio.sleep((ends_at - clock.now()).total_seconds())

    return await make_room(), expire


@way("pass phrase reset")
async def pass_phrase_reset(of: Cast) -> tuple[Room, Lose]:
    async with unit_of_work():
        token = mailed_tokens.text_of(await mailed_tokens.issue(of.who.id, "reset"))
    return await make_room(), lambda: recovering.reset(Door(GUEST, ""), token, "a saw and a square and a rule")


@way("suspended")
async def suspended(of: Cast) -> tuple[Room, Lose]:
    steward = await viewer_of(await make_steward())
    return await make_room(), lambda: suspend(steward, of.who.id)


@way("account deleted")
async def account_deleted(of: Cast) -> tuple[Room, Lose]:
    elsewhere = await viewer_of(of.who)
    return await make_room(), lambda: delete_account(elsewhere, Proof(), Farewell())


@way("account deleted by a steward")
async def account_deleted_by_a_steward(of: Cast) -> tuple[Room, Lose]:
    steward = await viewer_of(await make_steward())
    return await make_room(), lambda: send_off(steward, of.who.id, Proof(), Farewell())


# --- the place


@way("left the space")
async def left_the_space(of: Cast) -> tuple[Room, Lose]:
    space = await make_space(members=[of.who], moderators=[of.host])
    return await make_room(space=space), lambda: _as(of, lambda viewer: leave(viewer, space.id))


@way("removed from the space")
async def removed(of: Cast) -> tuple[Room, Lose]:
    space = await make_space(members=[of.who], moderators=[of.host])
    moderator = await viewer_of(of.host)
    return await make_room(space=space), lambda: remove(moderator, space.id, of.who.id)


@way("space closed")
async def space_closed(of: Cast) -> tuple[Room, Lose]:
    space = await make_space(members=[of.who], moderators=[of.host])
    moderator = await viewer_of(of.host)
    return await make_room(space=space), lambda: end_space(moderator, space.id)


@way("conversation left")
async def conversation_left(of: Cast) -> tuple[Room, Lose]:
    begun = await group(of.host, of.who, await make_member(f"Third {of.who.id}"))
    return await Room.get(id=begun.room_id), lambda: _as(of, lambda viewer: leave_conversation(viewer, begun.id))


@way("taken out of a conversation")
async def taken_out(of: Cast) -> tuple[Room, Lose]:
    begun, host = await group(of.host, of.who, await make_member(f"Third {of.who.id}")), await viewer_of(of.host)
    return await Room.get(id=begun.room_id), lambda: remove_from_conversation(host, begun.id, of.who.id)


@way("the other of two blocked")
async def other_blocked(of: Cast) -> tuple[Room, Lose]:
    """Who blocks hears nothing more of the other."""
    return await talk(of.host, of.who), lambda: _as(of, lambda viewer: block(viewer, of.host.id))


@way("registration cancelled")
async def registration_cancelled(of: Cast) -> tuple[Room, Lose]:
    school = await make_institution()
    organiser = await viewer_of(await make_coordinator(school, f"Organiser for {of.who.name}"))
    event = await make_event(organiser, school)
    for member in (of.who, of.host):
        await register(await viewer_of(member), event.id, {})
    room = await open_event_room(organiser, event.id, NewEventRoom(), uuid4())
    return room, lambda: _as(of, lambda viewer: give_up_seat(viewer, event.id))


@way("room moved")
async def room_moved(of: Cast) -> tuple[Room, Lose]:
    here, there = await make_space(members=[of.who], moderators=[of.host]), await make_space(moderators=[of.host])
    room, moderator = await make_room(space=here), await viewer_of(of.host)
    return room, lambda: move_room(moderator, room.id, there.id)


# --- a role


@way("coordinator no more")
async def coordinator_no_more(of: Cast) -> tuple[Room, Lose]:
    school = await make_institution()
    await make_coordinator(school, f"{of.who.name} of {school.name}")
    async with unit_of_work():
        mine = await Affiliation.create(
            member_id=of.who.id, institution_id=school.id, role="Trainer", confirmed_by_id=of.who.id, confirmed_at=clock.now()
        )
        await grant(school.key, member_key(of.who.id), "coordinator")
    return await make_room(audience=school.key), lambda: _as(of, lambda viewer: end_belonging(viewer, mine.id))


@way("moderator no more")
async def moderator_no_more(of: Cast) -> tuple[Room, Lose]:
    """The role opens what stands under the moderators' own key."""
    moderated, steward = await make_room(), await viewer_of(await make_steward())
    await name_moderator(steward, moderated.id, of.who.handle)
    return await make_room(audience=moderated.moderators_key), lambda: end_moderator(steward, moderated.id, of.who.id)


async def _as(of: Cast, act: Callable[[Viewer], Awaitable[object]]) -> object:
    return await act(await of.viewer())
