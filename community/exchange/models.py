"""Listings, what was found to fit them, inquiries between institutions, and proposed rings."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from community import clock
from community.audience import Audienced


class Listing(Audienced):
    """An offer or a request of an institution, never of a private person.

    Durations are in days, `min_age` in years (an offer's least age, a request's youngest), `starts` and `ends` dates with both
    ends counted. `country`, `city`, `latitude`, `longitude` are where the exchange takes place. A draft may lack anything but its
    institution. The JSON columns are never filtered on: `levels` [int], `wanted_countries`, `excluded_countries`,
    `wanted_regions` [code], `costs` {item: {coverage, amount in minor units, currency, per}}. `version` rises with each change;
    `reminded` is the last reminder sent, as day of expiry and days before it.
    """

    id = fields.BigIntField(primary_key=True)
    ref = fields.CharField(12, unique=True)
    institution: Any = fields.ForeignKeyField("community.Institution", related_name="listings", db_index=True)
    institution_id: int
    author: Any = fields.ForeignKeyField("community.Member", related_name=False, db_index=True)
    author_id: int
    client_id = fields.UUIDField()
    status = fields.CharField(10, default="draft")
    language = fields.CharField(20, default="en")
    title = fields.CharField(120, default="")
    summary = fields.CharField(300, default="")
    about = fields.TextField(default="")
    about_html = fields.TextField(default="")
    render_version = fields.IntField(default=0)
    direction = fields.CharField(8, default="")
    activity = fields.CharField(24, default="")
    mode = fields.CharField(8, default="physical")
    participant = fields.CharField(20, default="")
    places = fields.IntField(default=1)
    starts: Any = fields.DateField(null=True)
    ends: Any = fields.DateField(null=True)
    min_days: Any = fields.IntField(null=True)
    max_days: Any = fields.IntField(null=True)
    weekly_hours: Any = fields.IntField(null=True)
    min_age: Any = fields.IntField(null=True)
    country = fields.CharField(2, default="")
    city = fields.CharField(80, default="")
    latitude: Any = fields.FloatField(null=True)
    longitude: Any = fields.FloatField(null=True)
    levels: Any = fields.JSONField(default=list)
    wanted_countries: Any = fields.JSONField(default=list)
    excluded_countries: Any = fields.JSONField(default=list)
    wanted_regions: Any = fields.JSONField(default=list)
    costs: Any = fields.JSONField(default=dict)
    accommodation = fields.CharField(8, default="")
    accessibility = fields.CharField(500, default="")
    safeguarding = fields.CharField(200, default="")
    outcomes = fields.CharField(1000, default="")
    recognition = fields.CharField(20, default="none")
    reciprocity = fields.CharField(12, default="none")
    programme = fields.CharField(80, default="")
    deadline: Any = fields.DateField(null=True)
    opened_at: Any = fields.DatetimeField(null=True)
    expires_at: Any = fields.DatetimeField(null=True)
    reminded = fields.CharField(12, default="")
    created_at = fields.DatetimeField(default=clock.now)
    updated_at = fields.DatetimeField(default=clock.now)
    version = fields.IntField(default=1)

    class Meta:
        table = "listings"
        unique_together = (("author", "client_id"),)
        indexes = (("status", "opened_at"), ("institution_id", "status"))

    @property
    def key(self) -> str:
        """The audience that its coordinators hold; it sees the listing in every state but `removed`."""
        return f"coordinators:{self.institution_id}"

    @property
    def url(self) -> str:
        return f"/listings/{self.ref}"


class ListingField(Model):
    """An ISCED-F code of a listing. While the listing is open `near` is where its counterparts find it, else ""."""

    id = fields.BigIntField(primary_key=True)
    listing: Any = fields.ForeignKeyField("community.Listing", related_name="codes")
    listing_id: int
    code = fields.CharField(4, db_index=True)
    near = fields.CharField(64, default="", db_index=True)

    class Meta:
        table = "listing_fields"
        unique_together = (("listing", "code"),)


class ListingLanguage(Model):
    """A language of a listing: BCP 47 `tag`, its first subtag `tongue`, a CEFR level or "", required or useful."""

    id = fields.BigIntField(primary_key=True)
    listing: Any = fields.ForeignKeyField("community.Listing", related_name="spoken")
    listing_id: int
    tag = fields.CharField(20)
    tongue = fields.CharField(8, db_index=True)
    level = fields.CharField(2, default="")
    required = fields.BooleanField(default=False)

    class Meta:
        table = "listing_languages"
        unique_together = (("listing", "tag"),)


class Match(Model):
    """The stored comparison of an offer and a request that are near each other and pass every gate. A cache: recomputed at will.

    `score` is in tenths (747 is 74.7), null where less than 60 of 100 is known. `parts` are the eight components as
    [name, weight, value or null, details], `unknown` the gates that too little is stated for.
    """

    id = fields.BigIntField(primary_key=True)
    offer: Any = fields.ForeignKeyField("community.Listing", related_name="matched_requests")
    offer_id: int
    request: Any = fields.ForeignKeyField("community.Listing", related_name="matched_offers", db_index=True)
    request_id: int
    giver: Any = fields.ForeignKeyField("community.Institution", related_name=False)
    giver_id: int
    taker: Any = fields.ForeignKeyField("community.Institution", related_name=False)
    taker_id: int
    score: Any = fields.IntField(null=True)
    completeness = fields.IntField()
    parts: Any = fields.JSONField()
    unknown: Any = fields.JSONField(default=list)

    class Meta:
        table = "matches"
        unique_together = (("offer", "request"),)
        indexes = (("giver_id", "score"), ("taker_id", "score"))


class Inquiry(Audienced):
    """One institution asks another about a listing. Both sides' coordinators hold `inquiry:{id}`; nobody else does.

    `standing` is "{listing}:{guest}" while something can follow and null afterwards: unique, so one is under way at a time.
    `silent_since` is when a side last took its turn, `waits_for` the institution whose turn it is, null when it is over;
    `reminded_days` the last reminder of this silence.
    """

    id = fields.BigIntField(primary_key=True)
    listing: Any = fields.ForeignKeyField("community.Listing", related_name="inquiries", db_index=True)
    listing_id: int
    own_listing: Any = fields.ForeignKeyField("community.Listing", related_name=False, null=True)
    own_listing_id: int | None
    host: Any = fields.ForeignKeyField("community.Institution", related_name=False, db_index=True)
    host_id: int
    guest: Any = fields.ForeignKeyField("community.Institution", related_name=False, db_index=True)
    guest_id: int
    author: Any = fields.ForeignKeyField("community.Member", related_name=False, db_index=True)
    author_id: int
    client_id = fields.UUIDField()
    status = fields.CharField(12, default="new")
    reason = fields.CharField(20, default="")
    standing: Any = fields.CharField(48, null=True, unique=True)
    waits_for: Any = fields.BigIntField(null=True, db_index=True)
    silent_since = fields.DatetimeField(default=clock.now)
    reminded_days = fields.IntField(default=0)
    read_at: Any = fields.DatetimeField(null=True)
    answered_at: Any = fields.DatetimeField(null=True)
    closed_at: Any = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField(default=clock.now)

    class Meta:
        table = "inquiries"
        unique_together = (("author", "client_id"),)

    @property
    def key(self) -> str:
        return f"inquiry:{self.id}"

    @property
    def url(self) -> str:
        return f"/inquiries/{self.id}"


class InquiryMessage(Model):
    """What one side wrote, seen through its inquiry. `institution` is the side it speaks for."""

    id = fields.BigIntField(primary_key=True)
    inquiry: Any = fields.ForeignKeyField("community.Inquiry", related_name="messages", db_index=True)
    inquiry_id: int
    institution: Any = fields.ForeignKeyField("community.Institution", related_name=False)
    institution_id: int
    author: Any = fields.ForeignKeyField("community.Member", related_name=False)
    author_id: int
    client_id = fields.UUIDField()
    source = fields.TextField()
    html = fields.TextField()
    render_version = fields.IntField(default=0)
    language = fields.CharField(20, default="en")
    created_at = fields.DatetimeField(default=clock.now)

    class Meta:
        table = "inquiry_messages"
        unique_together = (("author", "client_id"),)


class RingFound(Model):
    """A ring between two or three institutions. `key` is the same for the same listings; `lowest` is in tenths.

    States: `proposed`; `welcomed` once a side said yes, after which no better ring replaces it; `ended`.
    """

    id = fields.BigIntField(primary_key=True)
    key = fields.CharField(128, unique=True)
    state = fields.CharField(10, default="proposed", db_index=True)
    lowest = fields.IntField()
    since = fields.DatetimeField()
    found_at = fields.DatetimeField(default=clock.now)

    class Meta:
        table = "rings"


class RingLeg(Model):
    """`request` is met by `offer`; `place` 0..2 is its order in the ring; `score` in tenths."""

    id = fields.BigIntField(primary_key=True)
    ring: Any = fields.ForeignKeyField("community.RingFound", related_name="legs")
    ring_id: int
    place = fields.IntField()
    request: Any = fields.ForeignKeyField("community.Listing", related_name=False, db_index=True)
    request_id: int
    offer: Any = fields.ForeignKeyField("community.Listing", related_name=False, db_index=True)
    offer_id: int
    score = fields.IntField()

    class Meta:
        table = "ring_legs"
        unique_together = (("ring", "place"),)


class RingProposal(Audienced):
    """A ring as one of its institutions sees it: its own row, for its coordinators. `answer` is "", "yes" or "no"."""

    id = fields.BigIntField(primary_key=True)
    ring: Any = fields.ForeignKeyField("community.RingFound", related_name="proposals")
    ring_id: int
    institution: Any = fields.ForeignKeyField("community.Institution", related_name=False, db_index=True)
    institution_id: int
    answer = fields.CharField(4, default="")
    answered_by: Any = fields.ForeignKeyField("community.Member", related_name=False, null=True, on_delete=fields.SET_NULL)
    answered_by_id: int | None
    answered_at: Any = fields.DatetimeField(null=True)

    class Meta:
        table = "ring_proposals"
        unique_together = (("ring", "institution"),)
