"""What waits to be done after a commit."""

from typing import Any

from tortoise import fields
from tortoise.models import Model


class Job(Model):
    """One thing to do: a fact for one lane's listeners, one listener that failed, or a job.

    `due_at` is when it may be taken. Whoever takes it moves `due_at` to the end of its lease and writes its own `holder`; a
    taker that dies lets the lease lapse, and the row is due again. None: given up, a dead letter. Holds ids, never text.
    """

    id = fields.BigIntField(primary_key=True)
    lane = fields.CharField(16)
    name = fields.CharField(160)
    arguments: Any = fields.JSONField()
    due_at: Any = fields.DatetimeField(null=True)
    holder: Any = fields.CharField(32, null=True, db_index=True)
    attempts = fields.SmallIntField(default=0)
    error: Any = fields.CharField(120, null=True)
    created_at = fields.DatetimeField()
    died_at: Any = fields.DatetimeField(null=True, db_index=True)

    class Meta:
        table = "jobs"
        indexes = (("lane", "due_at"),)


class LaneHolder(Model):
    """Who alone works on a lane that takes one worker at a time, and until when."""

    lane = fields.CharField(16, primary_key=True)
    holder = fields.CharField(32)
    until = fields.DatetimeField()

    class Meta:
        table = "lane_holders"
