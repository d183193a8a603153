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


class Workshop(Model):
    """A code that admits so many people for some hours, into one institution or one space. Of the code only a digest is stored.

    Its host is its author, and must still hold the place while the code is used.
    """

    id = fields.BigIntField(primary_key=True)
    code_hash = fields.CharField(64, unique=True)
    title = fields.CharField(80)
    institution: Any = fields.ForeignKeyField("community.Institution", related_name="workshops", null=True, db_index=True)
    institution_id: int | None
    space: Any = fields.ForeignKeyField("community.Space", related_name="workshops", null=True, db_index=True)
    space_id: int | None
    uses_allowed = fields.IntField()
    uses_spent = fields.IntField(default=0)
    expires_at = fields.DatetimeField()
    stopped_at: Any = fields.DatetimeField(null=True)
    author: Any = fields.ForeignKeyField("community.Member", related_name=False)
    author_id: int
    client_id = fields.UUIDField()
    created_at = fields.DatetimeField(default=clock.now)

    class Meta:
        table = "workshops"
        unique_together = (("author", "client_id"),)


class WorkshopGuest(Model):
    """Who came by a workshop's code: its host may let their posts through from then on."""

    id = fields.BigIntField(primary_key=True)
    workshop: Any = fields.ForeignKeyField("community.Workshop", related_name="guests", db_index=True)
    workshop_id: int
    member: Any = fields.ForeignKeyField("community.Member", related_name=False)
    member_id: int

    class Meta:
        table = "workshop_guests"
        unique_together = (("workshop", "member"),)
