"""What members say about themselves, a row for each statement, each in a tier of its own."""

from typing import Any

from tortoise import fields

from community.audience import Audienced


class Detail(Audienced):
    """One statement in a profile. Its audience is the tier: "public", "members" or "member:{id}".

    `kind` and its `value`: headline and biography (text), role (code), country (ISO 3166-1 alpha-2), language (BCP 47, `note` is
    the CEFR level), field (ISCED-F), help and learn (free tags), link (an address). `html` is the rendered biography.
    """

    id = fields.BigIntField(primary_key=True)
    member: Any = fields.ForeignKeyField("community.Member", related_name="details", db_index=True)
    member_id: int
    kind = fields.CharField(12)
    value = fields.TextField()
    value_folded = fields.CharField(320)
    note = fields.CharField(20, default="")
    html = fields.TextField(default="")
    lang = fields.CharField(20, default="en")
    render_version = fields.IntField(default=0)
    position = fields.IntField(default=0)

    class Meta:
        table = "profile_details"
        indexes = (("kind", "value_folded"),)
