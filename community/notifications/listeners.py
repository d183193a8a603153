"""Who is told of what. Each listener runs again without harm: a member is told once per cause."""

from community.notifications import (
    conversation_listeners,
    door_listeners,
    event_listeners,
    exchange_listeners,
    harvest_listeners,
    post_listeners,
    practice_listeners,
    room_listeners,
)

__all__ = [
    "conversation_listeners", "door_listeners", "event_listeners", "exchange_listeners", "harvest_listeners", "post_listeners",
    "practice_listeners", "room_listeners",
]  # fmt: skip
