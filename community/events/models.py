"""Events, their programme, and who comes."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from community import clock
from community.audience import PUBLIC, Audienced


def key_of_comers(event_id: int, audience: str = PUBLIC) -> str:
    """The audience of what is for those who are registered at an event. Where it is for a space, `event:4:12`, which nobody holds
    outside the space: what is said while an event is for few stays among them when it is for more people later.
    """
    return f"event:{event_id}:{audience[6:]}" if audience.startswith("space:") else f"event:{event_id}"


class Event(Audienced):
    """A calendar event of an institution, or of the house itself.

    `starts_at` and `ends_at` are the moment itself where `precision` is "time". Else they are the bounds of what is known (a
    "day", a "month" or a "year", the end not included), counted in `time_zone`: nothing between them is ever shown.
    `host` is who invites, as published; empty where the institution says it. `capacity` None is no limit. `registrants_said`,
    `countries_said` and `registrants_note` are published figures, which stand instead of ours once it is over. `source_id` names
    a public report that the record is paraphrased from. `tickets` numbers the registrations: the order of the waiting list.
    `partners` is [text], `documents` [{name, url}] with an url that may be "".
    `gone` are sessions that were taken out of the programme, [[id, precision, begin, end]] with ISO times and without their words,
    for the calendars that hold them.
    """

    id = fields.BigIntField(primary_key=True)
    slug = fields.CharField(80, unique=True)
    institution: Any = fields.ForeignKeyField(
        "community.Institution", related_name=False, null=True, db_index=True, on_delete=fields.SET_NULL
    )
    institution_id: int | None
    author: Any = fields.ForeignKeyField("community.Member", related_name=False, db_index=True)
    author_id: int
    client_id = fields.UUIDField()
    state = fields.CharField(10, default="planned")
    cancelled_because = fields.CharField(300, default="")
    title = fields.CharField(160)
    summary = fields.TextField(default="")
    host = fields.CharField(200, default="")
    language = fields.CharField(20, default="en")
    mode = fields.CharField(8, default="")
    place = fields.CharField(160, default="")
    precision = fields.CharField(6, default="time")
    starts_at = fields.DatetimeField()
    ends_at = fields.DatetimeField()
    time_zone = fields.CharField(50, default="UTC")
    capacity: Any = fields.IntField(null=True)
    tickets = fields.IntField(default=0)
    registrants_said: Any = fields.IntField(null=True)
    countries_said: Any = fields.IntField(null=True)
    registrants_note = fields.CharField(120, default="")
    partners: Any = fields.JSONField(default=list)
    documents: Any = fields.JSONField(default=list)
    gone: Any = fields.JSONField(null=True)
    source_id: Any = fields.CharField(60, null=True, unique=True)
    created_at = fields.DatetimeField(default=clock.now)
    updated_at = fields.DatetimeField(default=clock.now)
    version = fields.IntField(default=1)

    class Meta:
        table = "events"
        unique_together = (("author", "client_id"),)
        indexes = (("starts_at", "id"), ("ends_at",))

    LONGEST_SLUG = 80

    @property
    def url(self) -> str:
        return f"/events/{self.slug}"

    @property
    def key(self) -> str:
        """The audience of what is for those who are registered while the event is for whom it is."""
        return key_of_comers(self.id, self.audience)


class EventSession(Model):
    """A line of the programme, seen through its event. Those with the same `pick_one` exclude each other: one of them is chosen.

    `number` is its place in the form. `precision` "" where nothing is said of when; the rest as in `Event`.
    """

    id = fields.BigIntField(primary_key=True)
    event: Any = fields.ForeignKeyField("community.Event", related_name="sessions")
    event_id: int
    number = fields.IntField()
    code = fields.CharField(12, default="")
    title = fields.CharField(200)
    speakers = fields.CharField(300, default="")
    pick_one = fields.CharField(80, default="")
    precision = fields.CharField(6, default="")
    starts_at: Any = fields.DatetimeField(null=True)
    ends_at: Any = fields.DatetimeField(null=True)

    class Meta:
        table = "event_sessions"
        unique_together = (("event", "number"),)


class EventRoom(Model):
    """A room of an event: `place` is 0 for the whole of it, else the id of its session, also when that is gone."""

    id = fields.BigIntField(primary_key=True)
    event: Any = fields.ForeignKeyField("community.Event", related_name="rooms")
    event_id: int
    session: Any = fields.ForeignKeyField("community.EventSession", related_name=False, null=True, on_delete=fields.SET_NULL)
    session_id: int | None
    place = fields.BigIntField()
    room: Any = fields.OneToOneField("community.Room", related_name=False)
    room_id: int

    class Meta:
        table = "event_rooms"
        unique_together = (("event", "place"),)


class Registration(Model):
    """A member at an event: `registered`, `waiting` or `cancelled`. `ticket` is the place in the line.

    `country` is where they come from, as everybody may know, at the time of registering; it is only counted.
    """

    id = fields.BigIntField(primary_key=True)
    event: Any = fields.ForeignKeyField("community.Event", related_name="registrations")
    event_id: int
    member: Any = fields.ForeignKeyField("community.Member", related_name=False, db_index=True)
    member_id: int
    state = fields.CharField(10)
    ticket = fields.IntField()
    country = fields.CharField(2, default="")
    since = fields.DatetimeField(default=clock.now)

    class Meta:
        table = "event_registrations"
        unique_together = (("event", "member"), ("event", "ticket"))
        indexes = (("event_id", "state", "ticket"),)


class Choice(Model):
    """The session somebody chose of those that exclude each other."""

    id = fields.BigIntField(primary_key=True)
    registration: Any = fields.ForeignKeyField("community.Registration", related_name="choices")
    registration_id: int
    session: Any = fields.ForeignKeyField("community.EventSession", related_name=False, db_index=True)
    session_id: int
    pick_one = fields.CharField(80)

    class Meta:
        table = "event_choices"
        unique_together = (("registration", "pick_one"),)
