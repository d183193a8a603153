"""Institutions, who belongs to them, and the links by which their coordinators invite."""

from typing import Any
from uuid import uuid4

from tortoise import fields
from tortoise.models import Model

from community import clock
from community.audience import Audienced, coordinators_key


class Institution(Audienced):
    """A school, centre, ministry or employer body. Its page is public.

    `names` maps a language tag to the name in that language; `country` is ISO 3166-1 alpha-2; `category` and `region` are codes
    of the vocabularies; `mark` names a symbol, "m-01" to "m-24". Its coordinators hold `coordinators:{id}`;
    `orphaned_at` is when the last of them went for good, which counts while there is no other.
    """

    id = fields.BigIntField(primary_key=True)
    slug = fields.CharField(80, unique=True)
    name = fields.CharField(160)
    name_folded = fields.CharField(320, db_index=True)
    name_language = fields.CharField(20, default="en")
    names: Any = fields.JSONField(default=dict)
    country = fields.CharField(2, db_index=True)
    city = fields.CharField(80, default="")
    latitude: Any = fields.FloatField(null=True)
    longitude: Any = fields.FloatField(null=True)
    category = fields.CharField(40, default="")
    region = fields.CharField(40, default="", db_index=True)
    about = fields.TextField(default="")
    about_html = fields.TextField(default="")
    about_language = fields.CharField(20, default="en")
    render_version = fields.IntField(default=0)
    website = fields.CharField(300, default="")
    mark = fields.CharField(8, default="m-01")
    verified_at: Any = fields.DatetimeField(null=True)
    verified_by: Any = fields.ForeignKeyField("community.Member", related_name=False, null=True, on_delete=fields.SET_NULL)
    verified_by_id: int | None
    successor: Any = fields.ForeignKeyField("community.Member", related_name=False, null=True, on_delete=fields.SET_NULL)
    successor_id: int | None
    confirmed_at = fields.DatetimeField(default=clock.now)
    orphaned_at: Any = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField(default=clock.now)
    version = fields.IntField(default=1)
    author: Any = fields.ForeignKeyField("community.Member", related_name=False, null=True, on_delete=fields.SET_NULL)
    author_id: int | None
    client_id = fields.UUIDField(default=uuid4)

    class Meta:
        table = "institutions"
        unique_together = (("author", "client_id"),)

    @property
    def key(self) -> str:
        """The audience that its coordinators hold."""
        return coordinators_key(self.id)


class Trait(Model):
    """A code that an institution is found by: `kind` is "field" (ISCED-F), "level" (ISCED 2011) or "language" (BCP 47)."""

    id = fields.BigIntField(primary_key=True)
    institution: Any = fields.ForeignKeyField("community.Institution", related_name="traits")
    institution_id: int
    kind = fields.CharField(10)
    code = fields.CharField(20)

    class Meta:
        table = "institution_traits"
        unique_together = (("institution", "kind", "code"),)
        indexes = (("kind", "code"),)


class Affiliation(Model):
    """A member works or learns at an institution. It is shown to everybody once a coordinator confirmed it."""

    id = fields.BigIntField(primary_key=True)
    member: Any = fields.ForeignKeyField("community.Member", related_name="affiliations", db_index=True)
    member_id: int
    institution: Any = fields.ForeignKeyField("community.Institution", related_name="affiliations", db_index=True)
    institution_id: int
    role = fields.CharField(80, default="")
    since: Any = fields.DateField(null=True)
    until: Any = fields.DateField(null=True)
    confirmed_by: Any = fields.ForeignKeyField("community.Member", related_name=False, null=True, on_delete=fields.SET_NULL)
    confirmed_by_id: int | None
    confirmed_at: Any = fields.DatetimeField(null=True)

    class Meta:
        table = "affiliations"
        unique_together = (("member", "institution"),)


class Invite(Model):
    """A link by which a coordinator admits people to an institution: so many uses, until a time. Only its hash is stored.

    `kept_for` is a member whose address somebody joined with: the use is spent, as for anybody, and is theirs once they sign in.
    """

    id = fields.BigIntField(primary_key=True)
    token_hash = fields.CharField(64, unique=True)
    institution: Any = fields.ForeignKeyField("community.Institution", related_name="invites", db_index=True)
    institution_id: int
    author: Any = fields.ForeignKeyField("community.Member", related_name=False)
    author_id: int
    client_id = fields.UUIDField()
    note = fields.CharField(80, default="")
    uses_allowed = fields.IntField(default=1)
    uses_spent = fields.IntField(default=0)
    created_at = fields.DatetimeField(default=clock.now)
    expires_at = fields.DatetimeField()
    withdrawn_at: Any = fields.DatetimeField(null=True)
    kept_for: Any = fields.ForeignKeyField("community.Member", related_name=False, null=True, on_delete=fields.SET_NULL)
    kept_for_id: int | None

    class Meta:
        table = "invites"
        unique_together = (("author", "client_id"),)


class MailDomain(Model):
    """A domain whose addresses are an institution's own: whoever confirms one there belongs to it and is trusted at once.

    `state` is "asked", "held", "declined" or "dropped". `held` is the domain while it holds, so that it is one institution's alone.
    Addresses below it count only with `subdomains`.
    """

    id = fields.BigIntField(primary_key=True)
    institution: Any = fields.ForeignKeyField("community.Institution", related_name="mail_domains", db_index=True)
    institution_id: int
    domain = fields.CharField(253)
    subdomains = fields.BooleanField(default=False)
    state = fields.CharField(8, default="asked", db_index=True)
    held: Any = fields.CharField(253, null=True, unique=True)
    because = fields.CharField(500, default="")
    author: Any = fields.ForeignKeyField("community.Member", related_name=False)
    author_id: int
    client_id = fields.UUIDField()
    created_at = fields.DatetimeField(default=clock.now)
    decided_by: Any = fields.ForeignKeyField("community.Member", related_name=False, null=True, on_delete=fields.SET_NULL)
    decided_by_id: int | None
    decided_at: Any = fields.DatetimeField(null=True)

    class Meta:
        table = "mail_domains"
        unique_together = (("author", "client_id"),)


class InvitationList(Model):
    """People whom a coordinator invites in one go. `state` is "checked" (nothing is sent), "sending" or "done".

    `people` are [address, name] of those who are invited, `others` are [line, address, fault]. Addresses go
    when all letters are written. `written` is how far the job has come.
    """

    id = fields.BigIntField(primary_key=True)
    institution: Any = fields.ForeignKeyField("community.Institution", related_name="invitation_lists", db_index=True)
    institution_id: int
    author: Any = fields.ForeignKeyField("community.Member", related_name=False)
    author_id: int
    client_id = fields.UUIDField()
    state = fields.CharField(8, default="checked")
    language = fields.CharField(20, default="en")
    people: Any = fields.JSONField(default=list)
    others: Any = fields.JSONField(default=list)
    total = fields.IntField(default=0)
    written = fields.IntField(default=0)
    created_at = fields.DatetimeField(default=clock.now)

    class Meta:
        table = "invitation_lists"
        unique_together = (("author", "client_id"),)


class InvitedPerson(Model):
    """Somebody outside whom an institution has invited by a letter: once, while the invitation holds."""

    id = fields.BigIntField(primary_key=True)
    institution: Any = fields.ForeignKeyField("community.Institution", related_name="invited_people")
    institution_id: int
    email = fields.CharField(254)
    invite: Any = fields.ForeignKeyField("community.Invite", related_name="invited_people", db_index=True)
    invite_id: int

    class Meta:
        table = "invited_people"
        unique_together = (("institution", "email"),)
