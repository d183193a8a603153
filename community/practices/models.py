"""Practices, their editions, what is said in each, and who looked at them."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from community import clock
from community.audience import Audienced


class Practice(Model):
    """What all editions share. It has no audience: it is seen through its editions. Its authors hold `practice:{id}`.

    `kind` is "practice", or "lead": an unreviewed pointer to one that nobody has described. `origin` is the edition it adapts,
    `lead` the pointer it answers, `thread` where it is discussed. `source_id` names the record of a public report that the house
    paraphrased; `author` is then who entered it, and nobody holds its key. `version` rises with each change that the search must
    learn of. `harvested` says that it began with messages of a room.
    """

    id = fields.BigIntField(primary_key=True)
    author: Any = fields.ForeignKeyField("community.Member", related_name=False, null=True, db_index=True)
    author_id: int | None
    client_id: Any = fields.UUIDField(null=True)
    kind = fields.CharField(8, default="practice")
    # A plain number: editions point to their practice, and neither database makes two tables that point to each other.
    origin_id: Any = fields.BigIntField(null=True, db_index=True)
    origin_practice: Any = fields.ForeignKeyField("community.Practice", related_name=False, null=True, db_index=True)
    origin_practice_id: int | None
    lead: Any = fields.ForeignKeyField("community.Practice", related_name="answers", null=True, db_index=True)
    lead_id: int | None
    source_id: Any = fields.CharField(60, null=True, unique=True)
    thread: Any = fields.ForeignKeyField("community.Thread", related_name=False, null=True, on_delete=fields.SET_NULL)
    thread_id: int | None
    created_at = fields.DatetimeField(default=clock.now)
    version = fields.IntField(default=1)
    harvested = fields.BooleanField(default=False, db_default=False)

    class Meta:
        table = "practices"
        unique_together = (("author", "client_id"),)

    @property
    def key(self) -> str:
        """The audience that its authors hold."""
        return f"practice:{self.id}"


class Edition(Audienced):
    """One state of a practice. While it is written its audience is the practice's; published, everybody's.

    `state` is one of workflow.STATES. `is_current` marks the newest published one, at most one a practice. `institution_name`
    stands for the maker where the institution is not registered here. `tags` and `partners` are lists of words. `outcome` is how
    an adaptation went: "worked", "partly", "failed" or "". `search_words` is title, summary, tags and makers, folded. `version`
    rises with each saved change; whoever saves names the one they have read.
    """

    id = fields.BigIntField(primary_key=True)
    practice: Any = fields.ForeignKeyField("community.Practice", related_name="editions")
    practice_id: int
    number = fields.IntField()
    author: Any = fields.ForeignKeyField("community.Member", related_name=False, null=True, db_index=True)
    author_id: int | None
    client_id: Any = fields.UUIDField(null=True)
    state = fields.CharField(20, default="draft")
    is_current = fields.BooleanField(default=False)
    title = fields.CharField(160, default="")
    summary = fields.CharField(600, default="")
    lang = fields.CharField(20, default="en")
    country = fields.CharField(2, default="")
    place = fields.CharField(80, default="")
    institution: Any = fields.ForeignKeyField("community.Institution", related_name="practices", null=True, db_index=True)
    institution_id: int | None
    institution_name = fields.CharField(160, default="")
    partners: Any = fields.JSONField(default=list)
    tags: Any = fields.JSONField(default=list)
    starts: Any = fields.DateField(null=True)
    ends: Any = fields.DateField(null=True)
    scale = fields.CharField(20, default="")
    target_groups = fields.CharField(300, default="")
    cost_level = fields.CharField(12, default="")
    evidence = fields.CharField(16, default="")
    outcome = fields.CharField(8, default="")
    licence = fields.CharField(32, default="")
    search_words = fields.TextField(default="")
    saved_at = fields.DatetimeField(default=clock.now)
    submitted_at: Any = fields.DatetimeField(null=True)
    published_at: Any = fields.DatetimeField(null=True)
    version = fields.IntField(default=1)

    class Meta:
        table = "editions"
        unique_together = (("practice", "number"), ("author", "client_id"))
        indexes = (("is_current", "published_at"), ("practice_id", "state"))

    submissions: fields.ReverseRelation["PracticeSubmission"]

    @property
    def url(self) -> str:
        return f"/practices/{self.practice_id}" if self.is_current else f"/practices/{self.practice_id}/editions/{self.number}"


class PracticeSection(Model):
    """What an edition says under one of `record.SECTIONS`: Markdown, the safe HTML made of it, and the keys of what it names."""

    id = fields.BigIntField(primary_key=True)
    edition: Any = fields.ForeignKeyField("community.Edition", related_name="sections")
    edition_id: int
    name = fields.CharField(20)
    source = fields.TextField()
    html = fields.TextField()
    render_version = fields.IntField(default=0)
    names: Any = fields.JSONField(default=list)

    class Meta:
        table = "practice_sections"
        unique_together = (("edition", "name"),)


class PracticeCode(Model):
    """A code an edition is found by. `kind` is "theme", "field" (ISCED-F), "level" (ISCED 2011), "need" or "target" (SDG)."""

    id = fields.BigIntField(primary_key=True)
    edition: Any = fields.ForeignKeyField("community.Edition", related_name="codes")
    edition_id: int
    kind = fields.CharField(8)
    code = fields.CharField(24)

    class Meta:
        table = "practice_codes"
        unique_together = (("edition", "kind", "code"),)
        indexes = (("kind", "code"),)


class PracticeResource(Model):
    """Something to take away: an address or one of our files, and its licence by SPDX id, "" where it is not known."""

    id = fields.BigIntField(primary_key=True)
    edition: Any = fields.ForeignKeyField("community.Edition", related_name="resources")
    edition_id: int
    position = fields.IntField()
    title = fields.CharField(160)
    url = fields.CharField(1000)
    licence = fields.CharField(32, default="")

    class Meta:
        table = "practice_resources"
        unique_together = (("edition", "position"),)


class PracticeSubmission(Audienced):
    """What was handed in, as it was then, for those who decide: a row of its own, since authors and stewards hold no common key.

    `content` is
    {"record": record.stored(), "html": {section: safe HTML}}. `verdict` is "" while it waits, else the verb it was decided by.
    """

    id = fields.BigIntField(primary_key=True)
    edition: Any = fields.ForeignKeyField("community.Edition", related_name="submissions")
    edition_id: int
    author: Any = fields.ForeignKeyField("community.Member", related_name=False)
    author_id: int
    title = fields.CharField(160)
    lang = fields.CharField(20, default="en")
    content: Any = fields.JSONField()
    verdict = fields.CharField(20, default="", db_index=True)
    submitted_at = fields.DatetimeField(default=clock.now, db_index=True)

    class Meta:
        table = "practice_submissions"


class PracticeDecision(Audienced):
    """The verdict on a submission as it is told to the authors, with its reasons."""

    id = fields.BigIntField(primary_key=True)
    edition: Any = fields.ForeignKeyField("community.Edition", related_name="decisions")
    edition_id: int
    verdict = fields.CharField(20)
    reasons = fields.TextField(default="")
    html = fields.TextField(default="")
    render_version = fields.IntField(default=0)
    decided_by: Any = fields.ForeignKeyField("community.Member", related_name=False)
    decided_by_id: int
    decided_at = fields.DatetimeField(default=clock.now)

    class Meta:
        table = "practice_decisions"
        indexes = (("edition_id", "decided_at"),)


class Endorsement(Model):
    """The words "I use this", and in one line how, where a member wants to say it."""

    id = fields.BigIntField(primary_key=True)
    practice: Any = fields.ForeignKeyField("community.Practice", related_name="endorsements")
    practice_id: int
    member: Any = fields.ForeignKeyField("community.Member", related_name=False, db_index=True)
    member_id: int
    line = fields.CharField(200, default="")
    since = fields.DatetimeField(default=clock.now)

    class Meta:
        table = "practice_endorsements"
        unique_together = (("practice", "member"),)
