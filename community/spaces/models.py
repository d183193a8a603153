"""Spaces: groups with a door."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from community import clock
from community.audience import Audienced


class Space(Audienced):
    """A group with its own threads and rooms.

    `audience` is that of its face (name, about, how to get in): "public" where one may ask to join, else the space's own key.
    What happens inside carries `key`. Members and moderators are grants on that key.
    """

    id = fields.BigIntField(primary_key=True)
    slug = fields.CharField(80, unique=True)
    name = fields.CharField(120)
    name_folded = fields.CharField(240, db_index=True)
    about = fields.TextField(default="")
    about_html = fields.TextField(default="")
    language = fields.CharField(20, default="en")
    render_version = fields.IntField(default=0)
    access = fields.CharField(8, default="invite")
    author: Any = fields.ForeignKeyField("community.Member", related_name=False)
    author_id: int
    client_id = fields.UUIDField()
    created_at = fields.DatetimeField(default=clock.now)
    version = fields.IntField(default=1)

    class Meta:
        table = "spaces"
        unique_together = (("author", "client_id"),)

    LONGEST_SLUG = 80

    @property
    def key(self) -> str:
        """The audience of everything inside."""
        return f"space:{self.id}"


class Knock(Model):
    """Somebody stands at the door: `asked` to join, or was `invited` by a moderator. Gone once it is answered."""

    id = fields.BigIntField(primary_key=True)
    space: Any = fields.ForeignKeyField("community.Space", related_name="knocks", db_index=True)
    space_id: int
    member: Any = fields.ForeignKeyField("community.Member", related_name=False, db_index=True)
    member_id: int
    kind = fields.CharField(8)
    line = fields.CharField(300, default="")
    by: Any = fields.ForeignKeyField("community.Member", related_name=False, null=True, on_delete=fields.SET_NULL)
    by_id: int | None
    created_at = fields.DatetimeField(default=clock.now)

    class Meta:
        table = "space_knocks"
        unique_together = (("space", "member"),)
