"""Conversations of a few people, and the requests that open them."""

from typing import Any

from tortoise import fields

from community import clock
from community.audience import Audienced

MOST_PEOPLE = 12


class Conversation(Audienced):
    """A room for a few. Its key is `conversation:{id}`; who is in it stands in `grants`, and nowhere else.

    `pair` is "5:9" for the one conversation of two members, and null for a group. A group has a host, who holds the key in the role
    "host"; its name is its room's, "" where it is called by those in it. What is said is the room's.
    """

    id = fields.BigIntField(primary_key=True)
    pair: Any = fields.CharField(40, null=True, unique=True)
    room: Any = fields.OneToOneField("community.Room", related_name=False, null=True)
    room_id: int | None
    author: Any = fields.ForeignKeyField("community.Member", related_name=False)
    author_id: int
    client_id = fields.UUIDField()
    created_at = fields.DatetimeField(default=clock.now)

    class Meta:
        table = "conversations"
        unique_together = (("author", "client_id"),)

    @property
    def key(self) -> str:
        return f"conversation:{self.id}"

    @property
    def url(self) -> str:
        return f"/conversations/{self.id}"


class ConversationRequest(Audienced):
    """Somebody is asked to come into a conversation; the key is theirs alone, `member:{id}`. Who asks learns of a yes, not of a no.

    `state` is "asked", "accepted", "declined", "refused" (a no whose question was taken back), or "left" for who was in a group and
    went, or whose question was taken back unanswered: only they may be asked again.
    `message_id` is what it began with, which they may read before they answer; it is read as it is now, and nothing else is.
    """

    id = fields.BigIntField(primary_key=True)
    conversation: Any = fields.ForeignKeyField("community.Conversation", related_name="requests")
    conversation_id: int
    member: Any = fields.ForeignKeyField("community.Member", related_name=False, db_index=True)
    member_id: int
    author: Any = fields.ForeignKeyField("community.Member", related_name=False)
    author_id: int
    message_id: Any = fields.BigIntField(null=True)
    state = fields.CharField(8, default="asked")
    asked_at = fields.DatetimeField(default=clock.now)
    answered_at: Any = fields.DatetimeField(null=True)

    class Meta:
        table = "conversation_requests"
        unique_together = (("conversation", "member"),)
        indexes = (("author_id", "asked_at"),)

    @property
    def url(self) -> str:
        return f"/conversations/requests/{self.id}"
