"""Who may do what in a room that they see."""

from community.audience import MEMBERS, PUBLIC, Viewer
from community.chat.models import LockedRoom, Message, Room


def can_open_room(viewer: Viewer, audience: str) -> bool:
    """Stewards for everybody, a space's moderators inside it."""
    if audience in {PUBLIC, MEMBERS}:
        return viewer.is_steward
    return audience.startswith("space:") and viewer.has_role(audience, "moderator")


def may_open_some(viewer: Viewer) -> bool:
    """Stewards, and who moderates a space."""
    return bool(places_of(viewer))


def places_of(viewer: Viewer) -> frozenset[str]:
    """The audiences for which somebody may open rooms and move them there."""
    spaces = frozenset(key for key in viewer.moderates if key.startswith("space:"))
    return spaces | {MEMBERS} if viewer.is_steward else spaces


def can_move_room(viewer: Viewer, room: Room) -> bool:
    """Whoever may open rooms in its place; its own moderators keep it where it is. What is said among few, or at an event, stays
    there: a room whose key another slice keeps goes nowhere.
    """
    return room.kind == "room" and can_open_room(viewer, room.audience_when_released or room.audience)


def has_where_to_move(viewer: Viewer, room: Room) -> bool:
    """Whether there is another place for it: what leads nowhere is not offered. A hidden room stays where it is."""
    return can_move_room(viewer, room) and room.audience_when_released is None and bool(places_of(viewer) - {room.audience})


def can_send(viewer: Viewer, room: Room | LockedRoom) -> bool:
    return is_open(viewer, room) and not room.waiting


def is_open(viewer: Viewer, room: Room | LockedRoom) -> bool:
    return viewer.signed_in and not room.closed and room.audience_when_released is None


def pause_s(viewer: Viewer, room: Room | LockedRoom) -> int:
    """How many seconds lie between two messages of theirs, 0 for any: slow mode of newcomers, or of everybody."""
    if moderates(viewer, room):
        return 0
    return max(room.slow_all_s, room.slow_s if viewer.trust == "newcomer" else 0)


def can_react(viewer: Viewer, room: Room, message: Message) -> bool:
    return message.state == "posted" and can_send(viewer, room)


def can_pin(viewer: Viewer, room: Room, message: Message, *, is_small: bool) -> bool:
    """Moderators; in a small room everybody who may write, since there is seldom a moderator about and all know each other."""
    return message.state == "posted" and (moderates(viewer, room) or (is_small and can_send(viewer, room)))


def can_edit(viewer: Viewer, room: Room, message: Message) -> bool:
    return viewer.member == message.author_id and message.state == "posted" and is_open(viewer, room)


def can_delete(viewer: Viewer, room: Room, message: Message) -> bool:
    """One's own words always, also in a closed room; those of others as a moderator."""
    return message.state == "posted" and (viewer.member == message.author_id or moderates(viewer, room))


def moderates(viewer: Viewer, room: Room | LockedRoom) -> bool:
    """The room's own moderators, a space's in its rooms, stewards in what all members may read; there the host of a conversation
    or an event, who moderates nothing else and so finds no moderators' list.
    """
    audience = room.audience_when_released or room.audience
    if any(viewer.has_role(key, role) for key in (room.moderators_key, audience) for role in ("moderator", "host")):
        return True
    return audience in {PUBLIC, MEMBERS} and viewer.is_steward
