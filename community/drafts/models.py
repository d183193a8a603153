"""What a member has begun to write."""

import secrets
from typing import Any

from tortoise import fields
from tortoise.models import Model

from community import clock


def fresh_mark() -> str:
    return secrets.token_hex(6)


class Draft(Model):
    """What a member has begun to write at `place` ("thread:9", "new", "profile"), and nobody else sees.

    `filled` is the whole form as JSON, [[name, text], ...]; `title`, `source`, `category`, `kind`, `lang` and `tags` are read out
    of it for lists and for pages that fill their form themselves. `mark` changes with each save: who saves names the mark of what
    they have read, so that two devices never overwrite each other unseen. `device` is the one that saved last, in words.

    `html` is the preview's. While a newcomer's post waits for a moderator, `held` names its row for the moderators; when it is
    returned, `returned_because` says why and the text can be mended and sent again.
    """

    id = fields.BigIntField(primary_key=True)
    member: Any = fields.ForeignKeyField("community.Member", related_name=False)
    member_id: int
    place = fields.CharField(60)
    title = fields.CharField(200, default="")
    source = fields.TextField(default="")
    category = fields.CharField(40, default="")
    kind = fields.CharField(12, default="discussion")
    lang = fields.CharField(20, default="")
    tags = fields.CharField(200, default="")
    html = fields.TextField(default="")
    held: Any = fields.BigIntField(null=True)
    returned_because = fields.TextField(default="")
    updated_at = fields.DatetimeField(default=clock.now)
    filled = fields.TextField(default="", db_default="")
    mark = fields.CharField(16, default="", db_default="")
    device = fields.CharField(80, default="", db_default="")

    class Meta:
        table = "drafts"
        unique_together = (("member", "place"),)
