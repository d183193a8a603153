"""What has left the house, and what is about to."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from community import clock

WITHDRAWN = "Withdrawn"  # when it was to leave there was nothing left to tell


class Mail(Model):
    """The ledger: one row per member and cause, so that nobody is told the same thing twice.

    `member` is who is told, or in whose name somebody without an account is invited; `recipient` is the address.

    `text` has blanks where a secret goes, filled as it leaves; it is emptied once the letter was handed over. `failed` is the
    class of an error that trying again would not mend. A letter with a `composer` has neither subject nor text here: it is
    written as it leaves. `handed_at` is when its words began to go over to the server, `holder` the job that hands it over
    until `held_until` at the latest; see `jobs.deliver`.
    """

    id = fields.BigIntField(primary_key=True)
    member: Any = fields.ForeignKeyField("community.Member", related_name=False, db_index=True)
    member_id: int
    cause = fields.CharField(120)
    recipient = fields.CharField(254)
    subject = fields.CharField(200)
    text = fields.TextField()
    language = fields.CharField(20, default="en")
    message_id = fields.CharField(200, default="")
    composer = fields.CharField(16, default="", db_default="")
    created_at = fields.DatetimeField(default=clock.now, db_index=True)
    handed_at: Any = fields.DatetimeField(null=True)
    holder: Any = fields.CharField(32, null=True)
    held_until: Any = fields.DatetimeField(null=True)
    sent_at: Any = fields.DatetimeField(null=True)
    failed: Any = fields.CharField(80, null=True)

    class Meta:
        table = "mails"
        unique_together = (("member", "cause"),)


class ReplyRevocation(Model):
    """The addresses to answer at that a member was given up to `before` are worth nothing: the pass phrase was changed since."""

    id = fields.BigIntField(primary_key=True)
    member: Any = fields.OneToOneField("community.Member", related_name=False)
    member_id: int
    before = fields.DatetimeField()

    class Meta:
        table = "reply_revocations"
