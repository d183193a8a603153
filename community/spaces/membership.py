"""The door of a space: asking, inviting, entering, leaving."""

from collections.abc import Awaitable, Callable

from community.accounts.holders import holders
from community.accounts.models import Member
from community.audience import Viewer, grant, member_key, revoke
from community.errors import Invalid, NotFound, ensure
from community.spaces.actions import ensure_somebody_remains
from community.spaces.facts import KnockAnswered, SpaceAskedFor, SpaceEntered, SpaceInvitation, SpaceLeft
from community.spaces.models import Knock, Space
from community.spaces.policies import can_ask, can_enter, can_moderate_space
from community.storage import announce, unit_of_work
from community.text.gettext import _

Decision = Callable[[Viewer, int, int], Awaitable[None]]


async def ask(actor: Viewer, space_id: int, line: str) -> bool:
    """Ask to be let in; True when the door was open. Whoever was invited enters. Asking twice changes the line."""
    async with unit_of_work():
        space = await Space.visible_to(actor).locked(space_id)
        ensure(can_ask(actor, space))
        knock = await Knock.get_or_none(space_id=space.id, member_id=actor.member)
        if space.access == "open" or (knock and knock.kind == "invited"):
            await enter(space, actor.member or 0)
            return True
        if knock:
            await Knock.filter(id=knock.id).update(line=line)
            return False
        await Knock.create(space_id=space.id, member_id=actor.member, kind="asked", line=line)
        await announce(SpaceAskedFor(space.id, actor.member or 0))
        return False


async def invite(actor: Viewer, space_id: int, handle: str) -> None:
    """Invite a member by the handle. One who has blocked the moderator hears nothing of it, and the moderator is not told."""
    async with unit_of_work():
        space = await _moderated(actor, space_id)
        member = await Member.get_or_none(handle=handle.strip().removeprefix("@").lower(), suspended_at=None)
        if member is None or member.admitted_at is None or member.confirmed_at is None:
            raise Invalid("handle", _("There is no member with this handle."))
        if member.id in actor.blocked or member.id in await holders(space.key):
            return
        knock = await Knock.get_or_none(space_id=space.id, member_id=member.id)
        if knock and knock.kind == "asked":
            await enter(space, member.id)
        elif knock is None:
            await Knock.create(space_id=space.id, member_id=member.id, kind="invited", by_id=actor.member)
            await announce(SpaceInvitation(space.id, member.id))


async def accept(actor: Viewer, slug: str) -> Space:
    """Take up an invitation. Raises NotFound when there is none: a hidden space stays hidden."""
    async with unit_of_work():
        knock = await _invitation(actor, slug)
        space: Space = knock.space
        await enter(space, knock.member_id)
    return space


async def decline(actor: Viewer, slug: str) -> None:
    async with unit_of_work():
        await _answer(await _invitation(actor, slug))


async def _invitation(actor: Viewer, slug: str) -> Knock:
    """The viewer's invitation, while whoever sent it still moderates there."""
    if len(slug) > Space.LONGEST_SLUG:
        raise NotFound
    found = await Knock.filter(member_id=actor.member, kind="invited", space__slug=slug).select_related("space").first()
    if found is None or found.by_id not in await holders(found.space.key, "moderator"):
        raise NotFound
    return found


async def let_in(actor: Viewer, space_id: int, member_id: int) -> None:
    """A moderator answers yes to who asks. Raises NotFound when they do not ask."""
    async with unit_of_work():
        space = await _moderated(actor, space_id)
        if not await Knock.filter(space_id=space.id, member_id=member_id, kind="asked").exists():
            raise NotFound
        await enter(space, member_id)


async def turn_away(actor: Viewer, space_id: int, member_id: int) -> None:
    """No to who asks, or an invitation taken back. They are not told why."""
    async with unit_of_work():
        space = await _moderated(actor, space_id)
        if knock := await Knock.get_or_none(space_id=space.id, member_id=member_id):
            await _answer(knock)


async def leave(actor: Viewer, space_id: int) -> None:
    async with unit_of_work():
        space = await Space.visible_to(actor).locked(space_id)
        ensure(can_enter(actor, space))
        await _go(space, actor.member or 0)


async def remove(actor: Viewer, space_id: int, member_id: int) -> None:
    """A moderator takes somebody out: what they followed there falls silent within a second. Repeating it changes nothing."""
    async with unit_of_work():
        space = await _moderated(actor, space_id)
        if member_id in await holders(space.key):
            await _go(space, member_id)


async def make_moderator(actor: Viewer, space_id: int, member_id: int) -> None:
    async with unit_of_work():
        space = await _moderated(actor, space_id)
        if member_id not in await holders(space.key):
            raise NotFound
        await grant(space.key, member_key(member_id), "moderator")


async def _moderated(actor: Viewer, space_id: int) -> Space:
    space = await Space.visible_to(actor).locked(space_id)
    if not can_enter(actor, space):
        raise NotFound
    ensure(can_moderate_space(actor, space))
    return space


async def enter(space: Space, member_id: int) -> None:
    """They are inside from now on. In the caller's unit, which has asked who may."""
    if knock := await Knock.get_or_none(space_id=space.id, member_id=member_id):
        await _answer(knock)
    await grant(space.key, member_key(member_id), "member")
    await announce(SpaceEntered(space.id, member_id))


async def _answer(knock: Knock) -> None:
    await announce(KnockAnswered(knock.id))
    await knock.delete()


async def _go(space: Space, member_id: int) -> None:
    ensure_somebody_remains(await holders(space.key, "moderator"), await holders(space.key), member_id)
    await revoke(space.key, member_key(member_id))
    await announce(SpaceLeft(space.id, member_id))
