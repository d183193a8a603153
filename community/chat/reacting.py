"""Reactions: a small fixed set, one of each kind per member and message."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from community.audience import Viewer
from community.chat.committing import Sent
from community.chat.locking import ensure_stands, locked_message
from community.chat.models import Room
from community.chat.muting import ensure_not_muted
from community.chat.policies import can_react
from community.chat.storing import add_entry
from community.errors import Invalid, ensure
from community.storage import execute, rows, unit_of_work, value
from community.text.gettext import _

KINDS: Mapping[str, str] = {"agree": "agree", "thanks": "thanks", "like": "star", "done": "check", "laugh": "smile", "look": "eye"}
"""Each kind with its icon: drawn by us, since old phones lack the newer signs of their fonts."""

NAMED = 50  # of each kind: a frame goes to everybody in the room


def kind_names() -> dict[str, str]:
    """What each reaction says, in words: a picture alone is not read aloud, and not everywhere drawn."""
    return {
        "agree": _("I agree"), "thanks": _("Thank you"), "like": _("I like this"), "done": _("Well done"), "laugh": _("Funny"),
        "look": _("I look into it"),
    }  # fmt: skip


@dataclass(frozen=True)
class Reacted:
    """One kind under a message. `by` are the first members who chose it, and whoever asks, if they did."""

    kind: str
    count: int
    by: tuple[int, ...]

    @property
    def icon(self) -> str:
        return KINDS[self.kind]

    @property
    def name(self) -> str:
        return kind_names()[self.kind]


async def set_reaction(actor: Viewer, message_id: int, kind: str, *, on: bool) -> Sent:
    """React, or take it back; doing so again changes nothing. Raises NotFound, Refused, Invalid("emoji")."""
    if kind not in KINDS:
        raise Invalid("emoji", _("Choose one of the reactions offered."))
    async with unit_of_work():
        room, message = await locked_message(actor, message_id)
        ensure_stands(message)
        ensure(can_react(actor, room, message))
        await ensure_not_muted(actor, room)
        if not await _changed(message.id, actor.member or 0, kind, on=on):
            return Sent(message.id, room.id, message.seq, is_new=False)
        seq = await add_entry(room, "reacted", message.id)
    return Sent(message.id, room.id, seq, is_new=True)


async def _changed(message: int, member: int, kind: str, *, on: bool) -> bool:
    given = {"message": message, "member": member, "kind": kind}
    stands = await value(
        "SELECT COUNT(*) AS n FROM message_reactions WHERE message_id = :message AND member_id = :member AND kind = :kind", **given
    )
    if bool(stands) == on:
        return False
    if on:
        await execute("INSERT INTO message_reactions (message_id, member_id, kind) VALUES (:message, :member, :kind)", **given)
    else:
        await execute("DELETE FROM message_reactions WHERE message_id = :message AND member_id = :member AND kind = :kind", **given)
    await execute("UPDATE messages SET reactions = reactions + :n WHERE id = :message", n=1 if on else -1, message=message)
    return True


async def withdraw_reactions(room: Room, message: int, member: int) -> None:
    """All that a member thought of a message of a locked room. Inside a unit of work."""
    taken = await execute(
        "DELETE FROM message_reactions WHERE message_id = :message AND member_id = :member", message=message, member=member
    )
    if taken:
        await execute("UPDATE messages SET reactions = reactions - :n WHERE id = :message", n=taken, message=message)
        await add_entry(room, "reacted", message)


_REACTIONS = """
    SELECT message_id, kind, member_id, many FROM (
        SELECT id, message_id, kind, member_id, COUNT(*) OVER (PARTITION BY message_id, kind) AS many,
            ROW_NUMBER() OVER (PARTITION BY message_id, kind ORDER BY id) AS place
        FROM message_reactions WHERE message_id IN :ids
    ) AS r WHERE place <= :named OR member_id = :me ORDER BY id
"""


async def reactions_to(message_ids: Collection[int], me: int | None = None, named: int = NAMED) -> dict[int, tuple[Reacted, ...]]:
    """What stands under messages, kinds in their own order; no query for none."""
    if not message_ids:
        return {}
    found: dict[int, dict[str, tuple[int, list[int]]]] = {}
    for row in await rows(_REACTIONS, ids=sorted(message_ids), me=me or 0, named=named):
        kinds = found.setdefault(row["message_id"], {})
        kinds.setdefault(row["kind"], (row["many"], []))[1].append(row["member_id"])
    return {
        message: tuple(Reacted(kind, kinds[kind][0], tuple(kinds[kind][1])) for kind in KINDS if kind in kinds)
        for message, kinds in found.items()
    }
