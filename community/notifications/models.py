"""What waits for a member."""

from typing import Any

from tortoise import fields

from community import clock
from community.audience import Audienced

NOWHERE = 2**53  # further than anybody reads: stays until it is dealt with


class Notification(Audienced):
    """Something that concerns one member, unique per (member, cause).

    `kind` says what happened ("mention", "reply", "answer", "inquiry" ...), `cause` what it rests on ("reply:5"), `root` the thing
    whose audience it carries ("thread:9"): where the member no longer holds that key, it is not shown and not counted. It holds no
    text of anybody: words come from the thing as it is now. `place` is the post's or message's number where the root is a log:
    who has read so far has dealt with it.
    """

    id = fields.BigIntField(primary_key=True)
    member: Any = fields.ForeignKeyField("community.Member", related_name=False)
    member_id: int
    cause = fields.CharField(64)
    kind = fields.CharField(24)
    root = fields.CharField(64, db_index=True)
    place = fields.BigIntField(default=NOWHERE)
    actor: Any = fields.ForeignKeyField("community.Member", related_name=False, null=True)
    actor_id: int | None
    created_at = fields.DatetimeField(default=clock.now)
    done_at: Any = fields.DatetimeField(null=True)

    class Meta:
        table = "notifications"
        unique_together = (("member", "cause"),)
        indexes = (("member_id", "done_at"),)
