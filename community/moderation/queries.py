"""What the moderators' pages show."""

from dataclasses import dataclass, replace
from datetime import datetime

from markupsafe import Markup

from community.accounts.queries import should_turn_on_second_step
from community.audience import Viewer, visible_sql
from community.discussions.desk import moderating
from community.discussions.models import HiddenPost, Reply, Thread
from community.discussions.queries import place_url
from community.discussions.rules import rule_name, rule_names
from community.errors import NotFound
from community.institutions.queries import Person, people
from community.moderation.claiming import claims
from community.moderation.models import Ruling
from community.moderation.queue import Waiting, everything_waiting
from community.moderation.words import log_line, sentence_of
from community.storage import rows


@dataclass(frozen=True)
class LogEntry:
    text: str
    rule: str
    because: str
    by: Person | None
    at: datetime


@dataclass(frozen=True)
class QueuePage:
    """`tab` is "waiting" or "decided"; `rules` are (code, name)."""

    tab: str
    waiting: list[Waiting]
    log: list[LogEntry]
    rules: list[tuple[str, str]]
    asks_second_step: bool


async def queue_page(viewer: Viewer, tab: str) -> QueuePage:
    log = await _log(viewer, 50 if tab == "decided" else 5)
    return QueuePage(tab, await waiting_with_claims(viewer), log, rule_names(), await should_turn_on_second_step(viewer))


async def waiting_with_claims(viewer: Viewer) -> list[Waiting]:
    """All that this moderator may decide on, and who is on it."""
    held, found = await claims(), await everything_waiting(viewer)
    return [
        replace(one, claimed_by=held[one.key].name, is_mine=held[one.key].member_id == viewer.member) if one.key in held else one
        for one in found
    ]


@dataclass(frozen=True)
class WaitingPage:
    """One thing that waits, by itself: what a module puts back in its place."""

    one: Waiting
    rules: list[tuple[str, str]]


async def waiting_page(viewer: Viewer, subject: str) -> WaitingPage:
    """Raises NotFound for what does not wait for this moderator."""
    found = next((one for one in await waiting_with_claims(viewer) if one.key == subject), None)
    if found is None:
        raise NotFound
    return WaitingPage(found, rule_names())


async def _log(viewer: Viewer, most: int) -> list[LogEntry]:
    """Decisions of the places that the viewer moderates."""
    seen, keys = visible_sql(await moderating(viewer))
    found = await rows(
        f"""SELECT verb, rule, because, place, decided_by_id, decided_at FROM rulings
            WHERE NOT is_for_member AND {seen} ORDER BY id DESC LIMIT :most""",
        most=most, **keys,
    )  # fmt: skip
    by = await people(row["decided_by_id"] for row in found)
    return [
        LogEntry(
            log_line(row["verb"], row["place"]),
            rule_name(row["rule"]),
            row["because"],
            by.get(row["decided_by_id"]),
            row["decided_at"],
        )
        for row in found
    ]


@dataclass(frozen=True)
class RulePage:
    """A post or a thread, and what a moderator can do with it. `kind` is "replies" or "threads"."""

    kind: str
    id: int
    title: str
    lang: str
    html: Markup
    by: Person | None
    is_hidden: bool
    back: str
    rules: list[tuple[str, str]]


async def rule_page_of_reply(viewer: Viewer, thread: Thread, reply: Reply) -> RulePage:
    """A hidden post's text stands in a row that only the moderators' desk holds."""
    hidden = await HiddenPost.visible_to(await moderating(viewer)).get_or_none(reply_id=reply.id)
    by = (await people([reply.author_id])).get(reply.author_id)
    html = Markup(hidden.html if hidden else reply.html)  # noqa: S704 - stored as safe HTML
    back = place_url(thread.id, reply.number)
    return RulePage("replies", reply.id, thread.title, reply.lang, html, by, reply.state == "hidden", back, rule_names())


async def rule_page_of_thread(thread: Thread) -> RulePage:
    by = (await people([thread.author_id])).get(thread.author_id)
    is_hidden = thread.audience_when_released is not None
    back = "/stewardship/queue" if is_hidden else f"/threads/{thread.id}"
    return RulePage("threads", thread.id, thread.title, thread.lang, Markup(""), by, is_hidden, back, rule_names())


@dataclass(frozen=True)
class DecisionPage:
    """A decision as the member reads it whom it concerns."""

    sentence: str
    rule: str
    because: str
    by: Person | None
    at: datetime
    url: str


async def decision_page(viewer: Viewer, ruling_id: int) -> DecisionPage:
    ruling = await Ruling.visible_to(viewer).one(id=ruling_id, is_for_member=True)
    by = (await people([ruling.decided_by_id])).get(ruling.decided_by_id)
    sentence = sentence_of(ruling.verb, ruling.place)
    return DecisionPage(sentence, rule_name(ruling.rule), ruling.because, by, ruling.decided_at, ruling.url)
