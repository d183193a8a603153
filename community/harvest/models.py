"""What was made of messages: which of them it quotes, and what their authors say to that. No word of a message stands here."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from community import clock


class Harvest(Model):
    """Messages of a room that became something else. `root` names it: "thread:9" or "practice:4"."""

    id = fields.BigIntField(primary_key=True)
    author: Any = fields.ForeignKeyField("community.Member", related_name=False)
    author_id: int
    client_id = fields.UUIDField()
    room: Any = fields.ForeignKeyField("community.Room", related_name=False)
    room_id: int
    root = fields.CharField(40, db_index=True)
    created_at = fields.DatetimeField(default=clock.now)

    class Meta:
        table = "harvests"
        unique_together = (("author", "client_id"),)


class HarvestLine(Model):
    """One message that is quoted, in the order of `position`. It is read from its own row whenever somebody sees the quotation."""

    id = fields.BigIntField(primary_key=True)
    harvest: Any = fields.ForeignKeyField("community.Harvest", related_name="lines")
    harvest_id: int
    position = fields.IntField()
    message: Any = fields.ForeignKeyField("community.Message", related_name=False, db_index=True)
    message_id: int

    class Meta:
        table = "harvest_lines"
        unique_together = (("harvest", "message"),)


class HarvestAnswer(Model):
    """What one author says to being quoted: "" while they have not said anything, "yes" or "no". Both can be changed, for good."""

    id = fields.BigIntField(primary_key=True)
    harvest: Any = fields.ForeignKeyField("community.Harvest", related_name="answers")
    harvest_id: int
    member: Any = fields.ForeignKeyField("community.Member", related_name=False, db_index=True)
    member_id: int
    answer = fields.CharField(3, default="")
    answered_at: Any = fields.DatetimeField(null=True)

    class Meta:
        table = "harvest_answers"
        unique_together = (("harvest", "member"),)
