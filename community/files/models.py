"""Files that members share. The bytes lie in the data folder under their hash; here stands who may see them and as what."""

from typing import Any

from tortoise import fields

from community import clock
from community.audience import Audienced


class File(Audienced):
    """An upload. Seen through `root` ("member:5" until it is posted, then "thread:9"), whose audience it carries.

    `media_type` was found by looking at the content. `is_image` files were re-encoded and may be shown in a page; all
    others are only ever downloaded, but sounds, which may be played. Sizes are in bytes, pixels and `seconds` (of a sound);
    `small_digest` is the thumbnail's, "" without one. `part` is the child of the root that it hangs on ("message:7"), "" where
    it hangs on the root itself, and `place` which of the files posted together it is, from 0.
    """

    id = fields.BigIntField(primary_key=True)
    author: Any = fields.ForeignKeyField("community.Member", related_name=False)
    author_id: int
    client_id = fields.UUIDField()
    root = fields.CharField(64, db_index=True)
    part = fields.CharField(64, default="", db_default="")
    place = fields.SmallIntField(default=0, db_default=0)
    name = fields.CharField(120)
    media_type = fields.CharField(100)
    is_image = fields.BooleanField(default=False)
    digest = fields.CharField(64, db_index=True)
    small_digest = fields.CharField(64, default="", db_index=True)
    size = fields.IntField()
    width: Any = fields.IntField(null=True)
    height: Any = fields.IntField(null=True)
    seconds: Any = fields.IntField(null=True)
    created_at = fields.DatetimeField(default=clock.now)

    class Meta:
        table = "files"
        unique_together = (("author", "client_id"),)
        indexes = (("part",),)
