"""Rooms, what is said in them, and the log that tells it."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from tortoise import fields
from tortoise.models import Model

from community import clock
from community.audience import Audienced


def fresh_epoch() -> str:
    return secrets.token_hex(4)


class Room(Audienced):
    """A room. Its log is gapless from `first_seq` to `seq`; `seq` is taken under this row's lock.

    `epoch` changes only by a restore or an import. `slow_s` is how long a newcomer waits between two messages, `slow_all_s` how
    long everybody does. `muted_until` is when the last of its mutes ends: until then, and only then, they are looked up.
    `keep_days` is the retention, for good when it is None. Moderators hold `room:{id}` in the role "moderator".

    `kind` is "room", or the name of the slice that keeps the room's key and lists it in a place of its own ("conversation").
    `form_seq` counts how often what may be written there has changed (topic `form:5`).
    `waiting`: its first message was sent, and nobody may write more until somebody who was asked has come in.
    """

    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(120)
    about = fields.TextField(default="")
    about_html = fields.TextField(default="")
    lang = fields.CharField(20, default="en")
    languages: Any = fields.JSONField(default=list)
    space: Any = fields.ForeignKeyField("community.Space", related_name="rooms", null=True, db_index=True)
    space_id: int | None
    author: Any = fields.ForeignKeyField("community.Member", related_name=False)
    author_id: int
    client_id = fields.UUIDField()
    epoch = fields.CharField(16, default=fresh_epoch)
    seq = fields.BigIntField(default=0)
    first_seq = fields.BigIntField(default=1)
    slow_s = fields.IntField(default=20)
    slow_all_s = fields.IntField(default=0, db_default=0)
    muted_until: Any = fields.DatetimeField(null=True)
    keep_days: Any = fields.IntField(null=True)
    closed = fields.BooleanField(default=False)
    kind = fields.CharField(12, default="room", db_default="room")
    waiting = fields.BooleanField(default=False, db_default=False)
    form_seq = fields.BigIntField(default=0, db_default=0)
    last_at: Any = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField(default=clock.now)
    version = fields.IntField(default=1)

    class Meta:
        table = "rooms"
        unique_together = (("author", "client_id"),)

    @property
    def topic(self) -> str:
        return f"room:{self.id}"

    @property
    def moderators_key(self) -> str:
        return f"room:{self.id}"


@lru_cache(maxsize=512)
def languages_of(stored: str) -> tuple[str, ...]:
    """A room's languages, as a row has them."""
    return tuple(json.loads(stored))


@dataclass(slots=True)
class LockedRoom:
    """Of a room what every message is measured by: group commit reads dozens at once, many times a second, and a row is much sooner
    read than a model made.
    """

    id: int
    audience: str
    audience_when_released: str | None
    lang: str
    languages: Sequence[str]
    seq: int
    slow_s: int
    slow_all_s: int
    muted_until: datetime | None
    closed: bool
    waiting: bool

    @property
    def moderators_key(self) -> str:
        return f"room:{self.id}"


class Message(Model):
    """What somebody said. `seq` is that of the entry that says so; `state` is "posted" or "deleted" (emptied for good).

    `reply_to` is the id of the message of the same room that it answers; its words are read there whenever they are shown.
    `reactions` and `attached` are how many reactions and files hang on it, so that who reads the many without any looks no further.
    """

    id = fields.BigIntField(primary_key=True)
    room: Any = fields.ForeignKeyField("community.Room", related_name="messages")
    room_id: int
    seq = fields.BigIntField()
    author: Any = fields.ForeignKeyField("community.Member", related_name=False)
    author_id: int
    client_id = fields.UUIDField()
    source = fields.TextField()
    html = fields.TextField()
    render_version = fields.IntField(default=0)
    lang = fields.CharField(20, default="en")
    state = fields.CharField(8, default="posted")
    attached = fields.IntField(default=0, db_default=0)
    reply_to: Any = fields.BigIntField(null=True)
    reactions = fields.IntField(default=0, db_default=0)
    edits = fields.IntField(default=0)
    edited_at: Any = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField(default=clock.now)
    version = fields.IntField(default=1)

    class Meta:
        table = "messages"
        unique_together = (("room", "seq"), ("author", "client_id"))


class MessageRevision(Model):
    """What a message said before an edit. `number` counts from 1."""

    id = fields.BigIntField(primary_key=True)
    message: Any = fields.ForeignKeyField("community.Message", related_name="revisions")
    message_id: int
    number = fields.IntField()
    source = fields.TextField()
    written_at = fields.DatetimeField()

    class Meta:
        table = "message_revisions"
        unique_together = (("message", "number"),)


class MessageReaction(Model):
    """One of each kind (reacting.KINDS) per member and message."""

    id = fields.BigIntField(primary_key=True)
    message: Any = fields.ForeignKeyField("community.Message", related_name=False)
    message_id: int
    member: Any = fields.ForeignKeyField("community.Member", related_name=False)
    member_id: int
    kind = fields.CharField(10)

    class Meta:
        table = "message_reactions"
        unique_together = (("message", "member", "kind"),)


class RoomPin(Model):
    """A message that stands at the top of its room, and who put it there."""

    id = fields.BigIntField(primary_key=True)
    room: Any = fields.ForeignKeyField("community.Room", related_name=False, db_index=True)
    room_id: int
    message: Any = fields.OneToOneField("community.Message", related_name=False)
    message_id: int
    member: Any = fields.ForeignKeyField("community.Member", related_name=False)
    member_id: int
    pinned_at = fields.DatetimeField(default=clock.now)

    class Meta:
        table = "room_pins"


class RoomMute(Model):
    """Somebody who reads along and does not write in this room until then."""

    id = fields.BigIntField(primary_key=True)
    room: Any = fields.ForeignKeyField("community.Room", related_name=False)
    room_id: int
    member: Any = fields.ForeignKeyField("community.Member", related_name=False)
    member_id: int
    until = fields.DatetimeField()
    by: Any = fields.ForeignKeyField("community.Member", related_name=False)
    by_id: int

    class Meta:
        table = "room_mutes"
        unique_together = (("room", "member"),)


class RoomEntry(Model):
    """What happened to which message: "sent", "edited", "deleted", "reacted" or "pinned" (and unpinned); never the text, the
    reaction or the pin, which are replayed as they are now.
    """

    id = fields.BigIntField(primary_key=True)
    room: Any = fields.ForeignKeyField("community.Room", related_name="entries")
    room_id: int
    seq = fields.BigIntField()
    kind = fields.CharField(8)
    message: Any = fields.ForeignKeyField("community.Message", related_name="entries", db_index=True)
    message_id: int

    class Meta:
        table = "room_entries"
        unique_together = (("room", "seq"),)


class RoomPosition(Model):
    """How far a member has read: the highest seq seen, which never falls."""

    id = fields.BigIntField(primary_key=True)
    member: Any = fields.ForeignKeyField("community.Member", related_name=False)
    member_id: int
    room: Any = fields.ForeignKeyField("community.Room", related_name=False)
    room_id: int
    seq = fields.BigIntField()
    read_at = fields.DatetimeField(default=clock.now)

    class Meta:
        table = "room_positions"
        unique_together = (("member", "room"),)


class UnseenReader(Model):
    """A member who shows nobody how far they have read, and is shown it of nobody."""

    id = fields.BigIntField(primary_key=True)
    member: Any = fields.OneToOneField("community.Member", related_name=False)
    member_id: int

    class Meta:
        table = "unseen_readers"
