"""Rooms, what is said in them, and the log that tells it."""

import secrets
from typing import Any

from tortoise import fields
from tortoise.models import Model

from community import clock
from community.audience import Audienced


def fresh_epoch() -> str:
    return secrets.token_hex(4)


class Room(Audienced):
    """A room. Its log is gapless from `first_seq` to `seq`; `seq` is taken under this row's lock.

    `epoch` changes only by a restore or an import. `slow_s` is how long a newcomer waits between two messages. `keep_days` is the
    retention, for good when it is None. Moderators hold `room:{id}` in the role "moderator".

    `kind` is "room", or the name of the slice that keeps the room's key and lists it in a place of its own ("conversation").
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
    keep_days: Any = fields.IntField(null=True)
    closed = fields.BooleanField(default=False)
    kind = fields.CharField(12, default="room", db_default="room")
    waiting = fields.BooleanField(default=False, db_default=False)
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


class Message(Model):
    """What somebody said. `seq` is that of the entry that says so; `state` is "posted" or "deleted" (emptied for good);
    `attached` is how many files hang on it.
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


class RoomEntry(Model):
    """What happened to which message: "sent", "edited" or "deleted"; never the text, which is replayed as it is now."""

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
