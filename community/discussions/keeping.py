"""What a member keeps for themselves: how far they have read, and what they follow."""

from collections.abc import Awaitable, Callable, Sequence

from community import clock
from community.audience import Viewer, visible_sql
from community.discussions.having_read import reads
from community.discussions.models import Category, Following, Thread
from community.errors import Invalid, NotFound
from community.storage import execute, unit_of_work
from community.text.gettext import _

LEVELS = ("watch", "follow", "mute")

Seeing = Callable[[Viewer, int], Awaitable[object]]

_followable: dict[str, Seeing] = {}


def followable(kind: str) -> Callable[[Seeing], Seeing]:
    """Register what can be watched, followed or muted as "kind:id". Called before a choice is stored; raises NotFound for what the
    viewer does not see.
    """

    def register(seeing: Seeing) -> Seeing:
        _followable[kind] = seeing
        return seeing

    return register


async def mark_read(actor: Viewer, thread_id: int, number: int) -> None:
    """Note that a member has read up to a number. It never falls, and never passes what there is."""
    async with unit_of_work():
        thread = await Thread.visible_to(actor).one(id=thread_id)
        up_to = max(0, min(number, thread.last_number))
        await reads(actor.member or 0, f"thread:{thread.id}", up_to)
        await note_position(actor.member or 0, thread.id, up_to)


async def note_position(member_id: int, thread_id: int, number: int) -> None:
    await execute(
        """INSERT INTO reading_positions (member_id, thread_id, number, read_at) VALUES (:member, :thread, :number, :at)
           ON CONFLICT (member_id, thread_id) DO UPDATE SET number = excluded.number, read_at = excluded.read_at
           WHERE excluded.number > reading_positions.number""",
        member=member_id, thread=thread_id, number=number, at=clock.now(),
    )  # fmt: skip


async def mark_all_read(actor: Viewer) -> None:
    """Everything the member may see counts as read."""
    seen, keys = visible_sql(actor)
    async with unit_of_work():
        await reads(actor.member or 0, "", 0)
        await execute(
            f"""INSERT INTO reading_positions (member_id, thread_id, number, read_at)
               SELECT :member, id, last_number, :at FROM threads WHERE {seen}
               ON CONFLICT (member_id, thread_id) DO UPDATE SET number = excluded.number, read_at = excluded.read_at
               WHERE excluded.number > reading_positions.number""",
            member=actor.member, at=clock.now(), **keys,
        )  # fmt: skip


async def set_following(actor: Viewer, target: str, level: str) -> None:
    """Watch, follow or mute "thread:9", "theme:3", "space:12" or "room:5"; "" is as if one had never said.

    The nearest choice counts: that for a thread or room before that for its theme, and this before that for the space.
    """
    if level and level not in LEVELS:
        raise Invalid("level", _("Choose watch, follow or mute."))
    async with unit_of_work():
        await _ensure_seen(actor, target)
        if level:
            await execute(
                """INSERT INTO followings (member_id, target, level) VALUES (:member, :target, :level)
                   ON CONFLICT (member_id, target) DO UPDATE SET level = excluded.level""",
                member=actor.member, target=target, level=level,
            )  # fmt: skip
        else:
            await Following.filter(member_id=actor.member, target=target).delete()


async def level_of(viewer: Viewer, target: str) -> str:
    """What a member has said about a target; "" for nothing, and for guests."""
    found = await Following.get_or_none(member_id=viewer.member, target=target) if viewer.signed_in else None
    return found.level if found else ""


async def _ensure_seen(actor: Viewer, target: str) -> None:
    kind, _colon, number = target.partition(":")
    if kind not in _followable or not number.isdecimal() or len(number) > 15:
        raise NotFound
    await _followable[kind](actor, int(number))


@followable("thread")
async def _see_thread(viewer: Viewer, thread_id: int) -> object:
    return await Thread.visible_to(viewer).one(id=thread_id)


@followable("theme")
async def _see_theme(viewer: Viewer, category_id: int) -> object:
    return await Category.visible_to(viewer).one(id=category_id)


@followable("space")
async def _be_inside(viewer: Viewer, space_id: int) -> object:
    if not viewer.holds(f"space:{space_id}"):
        raise NotFound
    return space_id


async def forget_followings(member_id: int, targets: Sequence[str]) -> None:
    """They can no longer see any of these."""
    async with unit_of_work():
        await execute("DELETE FROM followings WHERE member_id = :member AND target IN :targets", member=member_id, targets=targets)


async def follow_at_first(member_id: int, target: str, level: str) -> None:
    """Whoever writes in a thread follows it, unless they have said something else before."""
    await execute(
        """INSERT INTO followings (member_id, target, level) VALUES (:member, :target, :level)
           ON CONFLICT (member_id, target) DO NOTHING""",
        member=member_id, target=target, level=level,
    )  # fmt: skip
