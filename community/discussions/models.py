"""Themes, threads and what is written in them."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from community import clock
from community.audience import Audienced

KINDS = ("discussion", "question", "announcement")
REACTIONS = ("useful", "tried_it", "thanks")


class Category(Audienced):
    """A theme of the vocabulary (`code` is the theme's), or the discussions of one space (`code` is "space-12").

    `audience` is that of the threads begun in it. Moderators of a theme hold `theme:{id}` in the role "moderator".
    """

    id = fields.BigIntField(primary_key=True)
    code = fields.CharField(40, unique=True)
    position = fields.IntField(default=0)
    space: Any = fields.ForeignKeyField("community.Space", related_name="categories", null=True, db_index=True)
    space_id: int | None

    class Meta:
        table = "categories"


class Thread(Audienced):
    """A thread. Its opening text is reply 1.

    `last_number` is the highest number given, taken under this row's lock, so numbers have no gap; `reply_count` counts the posts
    that still stand. `last_at` and `last_author` are those of the newest standing post. `version` rises with each change to what a
    page of it shows. `answer` is the id of the reply that the author of a question accepted. `harvested` says that it was made of
    messages, which stand beneath its opening (`beneath.py`).
    """

    id = fields.BigIntField(primary_key=True)
    category: Any = fields.ForeignKeyField("community.Category", related_name="threads", db_index=True)
    category_id: int
    author: Any = fields.ForeignKeyField("community.Member", related_name=False, db_index=True)
    author_id: int
    client_id = fields.UUIDField()
    kind = fields.CharField(12, default="discussion")
    title = fields.CharField(200)
    lang = fields.CharField(20, default="en")
    tags: Any = fields.JSONField(default=list)
    pinned = fields.BooleanField(default=False)
    closed = fields.BooleanField(default=False)
    answer_id: Any = fields.BigIntField(null=True)
    last_number = fields.IntField(default=0)
    reply_count = fields.IntField(default=0)
    last_at = fields.DatetimeField(default=clock.now)
    last_author: Any = fields.ForeignKeyField("community.Member", related_name=False, null=True)
    last_author_id: int | None
    created_at = fields.DatetimeField(default=clock.now)
    version = fields.IntField(default=1)
    harvested = fields.BooleanField(default=False, db_default=False)

    class Meta:
        table = "threads"
        unique_together = (("author", "client_id"),)
        indexes = (("audience", "last_at"), ("category_id", "last_at"))


class Reply(Model):
    """One post. `state` is "posted", "deleted" (emptied for good) or "hidden" (its text stands in HiddenPost meanwhile).

    `source` holds a mark for each quotation, whose words stand in Quote, so that they end with the post they come from.
    `because` is the rule by which a moderator hid it.
    """

    id = fields.BigIntField(primary_key=True)
    thread: Any = fields.ForeignKeyField("community.Thread", related_name="replies")
    thread_id: int
    number = fields.IntField()
    author: Any = fields.ForeignKeyField("community.Member", related_name=False)
    author_id: int
    client_id = fields.UUIDField()
    source = fields.TextField()
    html = fields.TextField()
    render_version = fields.IntField(default=0)
    lang = fields.CharField(20, default="en")
    state = fields.CharField(8, default="posted")
    because = fields.CharField(24, default="")
    edits = fields.IntField(default=0)
    edited_at: Any = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField(default=clock.now)
    version = fields.IntField(default=1)

    class Meta:
        table = "replies"
        unique_together = (("thread", "number"), ("author", "client_id"))
        indexes = (("thread_id", "state", "author_id"),)  # who writes in a thread is counted on each of its pages


class Revision(Model):
    """What a reply said before an edit, in the form of `Reply.source`. `number` counts from 1."""

    id = fields.BigIntField(primary_key=True)
    reply: Any = fields.ForeignKeyField("community.Reply", related_name="revisions")
    reply_id: int
    number = fields.IntField()
    source = fields.TextField()
    written_at = fields.DatetimeField()

    class Meta:
        table = "reply_revisions"
        unique_together = (("reply", "number"),)


class Quote(Model):
    """Words of `quoted` that `reply` repeats, at the mark of that position in its source. The only place where they stand."""

    id = fields.BigIntField(primary_key=True)
    reply: Any = fields.ForeignKeyField("community.Reply", related_name="quotes")
    reply_id: int
    position = fields.IntField()
    quoted: Any = fields.ForeignKeyField("community.Reply", related_name="quoted_in", db_index=True)
    quoted_id: int
    words = fields.TextField()

    class Meta:
        table = "quotes"
        unique_together = (("reply", "position"),)


class Reaction(Model):
    id = fields.BigIntField(primary_key=True)
    reply: Any = fields.ForeignKeyField("community.Reply", related_name="reactions")
    reply_id: int
    member: Any = fields.ForeignKeyField("community.Member", related_name=False)
    member_id: int
    kind = fields.CharField(10)

    class Meta:
        table = "reactions"
        unique_together = (("reply", "member", "kind"),)


class ReadingPosition(Model):
    """How far a member has read: the highest number seen, which never falls."""

    id = fields.BigIntField(primary_key=True)
    member: Any = fields.ForeignKeyField("community.Member", related_name=False)
    member_id: int
    thread: Any = fields.ForeignKeyField("community.Thread", related_name=False)
    thread_id: int
    number = fields.IntField()
    read_at = fields.DatetimeField(default=clock.now)

    class Meta:
        table = "reading_positions"
        unique_together = (("member", "thread"),)


class Following(Model):
    """How much a member wants to hear of `target` ("thread:9", "theme:3", "space:12").

    `level` is "watch" (told of every post), "follow" (in one's lists and digests) or "mute" (nothing).
    """

    id = fields.BigIntField(primary_key=True)
    member: Any = fields.ForeignKeyField("community.Member", related_name=False)
    member_id: int
    target = fields.CharField(40, db_index=True)
    level = fields.CharField(6)

    class Meta:
        table = "followings"
        unique_together = (("member", "target"),)


class HeldPost(Audienced):
    """A newcomer's post that waits. `audience` is the moderators' key; the author sees the text in their own draft.

    With `thread` it is a reply, else a thread to be begun in `category`. `state` is "waiting", "approved" or "returned"; a decision
    empties the text, which then stands in the post or in the draft alone.
    """

    id = fields.BigIntField(primary_key=True)
    author: Any = fields.ForeignKeyField("community.Member", related_name=False)
    author_id: int
    client_id = fields.UUIDField()
    category: Any = fields.ForeignKeyField("community.Category", related_name=False)
    category_id: int
    thread: Any = fields.ForeignKeyField("community.Thread", related_name=False, null=True, db_index=True)
    thread_id: int | None
    kind = fields.CharField(12, default="discussion")
    title = fields.CharField(200, default="")
    source = fields.TextField()
    html = fields.TextField()
    lang = fields.CharField(20, default="en")
    tags: Any = fields.JSONField(default=list)
    state = fields.CharField(8, default="waiting", db_index=True)
    decided_by: Any = fields.ForeignKeyField("community.Member", related_name=False, null=True, on_delete=fields.SET_NULL)
    decided_by_id: int | None
    decided_at: Any = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField(default=clock.now)

    class Meta:
        table = "held_posts"
        unique_together = (("author", "client_id"),)


class HiddenPost(Audienced):
    """The text of a reply while it is hidden, for the moderators alone: the reply's own row is empty meanwhile."""

    id = fields.BigIntField(primary_key=True)
    reply: Any = fields.OneToOneField("community.Reply", related_name="hidden")
    reply_id: int
    source = fields.TextField()
    html = fields.TextField()
    revisions: Any = fields.JSONField(default=list)
    words: Any = fields.JSONField(default=dict)

    class Meta:
        table = "hidden_posts"
