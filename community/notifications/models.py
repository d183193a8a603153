"""What waits for a member, and what they want to be told of."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from community import clock
from community.audience import Audienced

NOWHERE = 2**53  # further than anybody reads: stays until it is dealt with


class Notification(Audienced):
    """Something that concerns one member, unique per (member, cause): the ledger of who has been told.

    `kind` says what happened ("mention", "reply", "answer", "inquiry" ...), `cause` what it rests on ("reply:5"), `root` the thing
    whose audience it carries ("thread:9"): where the member no longer holds that key, it is not shown and not counted. It holds no
    text of anybody: words come from the thing as it is now. `place` is the post's or message's number where the root is a log:
    who has read so far has dealt with it. `via` is what the member watches or follows, if that is why ("thread", "theme", "space").

    `bell` says whether it is shown on the site, `push` whether it goes to the member's devices, `mail` whether it goes out ("no",
    "once", "digest"), as the member wanted it when it happened; `mail_id` is the letter that tells it, at once or in a digest, and
    so no other ever does.
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
    via = fields.CharField(8, default="", db_default="")
    bell = fields.BooleanField(default=True, db_default=True)
    mail = fields.CharField(6, default="no", db_default="no")
    push = fields.BooleanField(default=False, db_default=False)
    mail_id: Any = fields.BigIntField(null=True)
    created_at = fields.DatetimeField(default=clock.now)
    done_at: Any = fields.DatetimeField(null=True)

    class Meta:
        table = "notifications"
        unique_together = (("member", "cause"),)
        indexes = (("member_id", "done_at"),)


class NoticeChoice(Model):
    """What a member has chosen for one group of kinds (`kinds.GROUPS`); no `push` was chosen before there were any."""

    id = fields.BigIntField(primary_key=True)
    member: Any = fields.ForeignKeyField("community.Member", related_name=False)
    member_id: int
    code = fields.CharField(16)
    bell = fields.BooleanField()
    mail = fields.CharField(6)
    push: Any = fields.BooleanField(null=True)

    class Meta:
        table = "notice_choices"
        unique_together = (("member", "code"),)


class NoticeHours(Model):
    """When a member wants mail: `quiet_from` and `quiet_until` are hours of their zone, `digest_at` is when a digest is due."""

    id = fields.BigIntField(primary_key=True)
    member: Any = fields.OneToOneField("community.Member", related_name=False)
    member_id: int
    rhythm = fields.CharField(8, default="weekly")
    quiet_from: Any = fields.SmallIntField(null=True)
    quiet_until: Any = fields.SmallIntField(null=True)
    digest_at: Any = fields.DatetimeField(null=True)

    class Meta:
        table = "notice_hours"


class NoticeMark(Model):
    """How much a member was ever told on the site: what pages that are open look at, see `live`."""

    id = fields.BigIntField(primary_key=True)
    member: Any = fields.OneToOneField("community.Member", related_name=False)
    member_id: int
    seq = fields.BigIntField()

    class Meta:
        table = "notice_marks"
