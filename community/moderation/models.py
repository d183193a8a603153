"""What was flagged, by whom, and what came of it. Who may see different parts has rows of their own, each with its key."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from community import clock
from community.audience import Audienced


class Flag(Audienced):
    """Something that somebody reported, as its moderators see it: never who did. `audience` is the moderators' key.

    `subject` is "reply:31" or "message:7". What lies in a closed space has two: one for the space's own moderators, and from
    `shown_from` on one for the stewards, with a copy of what was flagged, since they do not read the space. `notes` are
    [rule, words] of the reports.
    `state` is "open", "hidden" or "left".
    """

    id = fields.BigIntField(primary_key=True)
    subject = fields.CharField(40, db_index=True)
    author: Any = fields.ForeignKeyField("community.Member", related_name=False)
    author_id: int
    place = fields.CharField(200, default="")
    lang = fields.CharField(20, default="en")
    copy_html = fields.TextField(default="")
    notes: Any = fields.JSONField(default=list)
    reports = fields.IntField(default=0)
    state = fields.CharField(8, default="open", db_index=True)
    shown_from = fields.DatetimeField(default=clock.now)
    created_at = fields.DatetimeField(default=clock.now)
    decided_by: Any = fields.ForeignKeyField("community.Member", related_name=False, null=True, on_delete=fields.SET_NULL)
    decided_by_id: int | None
    decided_at: Any = fields.DatetimeField(null=True)

    class Meta:
        table = "flags"


class Report(Audienced):
    """The reporter's own row: seen by nobody else. `state` is "open", "hidden" or "left"."""

    id = fields.BigIntField(primary_key=True)
    author: Any = fields.ForeignKeyField("community.Member", related_name=False)
    author_id: int
    client_id = fields.UUIDField()
    subject = fields.CharField(40, db_index=True)
    place = fields.CharField(200, default="")
    rule = fields.CharField(24)
    note = fields.CharField(500, default="")
    state = fields.CharField(8, default="open")
    created_at = fields.DatetimeField(default=clock.now)

    class Meta:
        table = "reports"
        unique_together = (("author", "client_id"),)
        indexes = (("author_id", "subject"),)


class Ruling(Audienced):
    """A moderator's decision, written twice: under the moderators' key for their log, and under the key of the member it concerns.

    `verb` is "approved", "returned", "hidden", "deleted", "restored" or "left"; `because` is what the member reads. It holds
    nothing of what was decided on.
    """

    id = fields.BigIntField(primary_key=True)
    member: Any = fields.ForeignKeyField("community.Member", related_name=False)
    member_id: int
    is_for_member = fields.BooleanField(default=False)
    verb = fields.CharField(10)
    rule = fields.CharField(24, default="")
    because = fields.CharField(500, default="")
    place = fields.CharField(200, default="")
    url = fields.CharField(80, default="")
    decided_by: Any = fields.ForeignKeyField("community.Member", related_name=False)
    decided_by_id: int
    decided_at = fields.DatetimeField(default=clock.now, db_index=True)

    class Meta:
        table = "rulings"


class QueueClaim(Model):
    """A moderator is on something that waits: `subject` is its key in the list, such as "held:7". It lapses by itself."""

    id = fields.BigIntField(primary_key=True)
    subject = fields.CharField(40, unique=True)
    member: Any = fields.ForeignKeyField("community.Member", related_name=False)
    member_id: int
    until = fields.DatetimeField()

    class Meta:
        table = "queue_claims"
