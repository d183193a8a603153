"""A page of one thread, in three fixed queries; nothing is rendered at reading."""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from markupsafe import Markup

from community.audience import Viewer, visible_sql
from community.discussions.beneath import beneath
from community.discussions.models import REACTIONS
from community.discussions.places import place_name, place_of
from community.discussions.policies import moderates
from community.discussions.queries import POSTS_A_PAGE
from community.discussions.rules import rule_name
from community.errors import NotFound
from community.institutions.queries import Person, people
from community.previews.links import LINKING
from community.previews.queries import Card, cards_of
from community.storage import query_with, row, rows
from community.text.gettext import language
from community.text.vocabularies import country_name

LONG = 8_000  # characters of HTML: a post as long as this is made anew each time, so that what is kept stays small


@dataclass(frozen=True, slots=True, eq=False)
class Post:
    """One post as a page shows it. `reactions` are (kind, how many, whether the viewer's is among them); see `beneath.py`.

    What is read alike is the same object, so that what is made of it need not be made again (`post_markup.py`).
    """

    id: int
    number: int
    by: Person | None
    html: Markup
    lang: str
    state: str
    because: str
    at: datetime
    edits: int
    edited_at: datetime | None
    reactions: tuple[tuple[str, int, bool], ...]
    is_own: bool
    card: Card | None
    beneath: Markup | str = ""


@dataclass(frozen=True, slots=True)
class WaitingPost:
    """A post of the viewer's own that waits for a moderator: nobody else sees it here."""

    id: int
    html: Markup
    lang: str
    at: datetime


@dataclass(frozen=True)
class ThreadPage:
    """A thread and up to 25 of its posts.

    `new_from` is the number of the first post that is new to the reader, on whatever page it stands, 0 for none: the unread line
    stands before it. `etag` is for guests, who all see the same.
    """

    id: int
    title: str
    lang: str
    kind: str
    tags: tuple[str, ...]
    is_pinned: bool
    is_closed: bool
    category_code: str
    category: str
    place: str
    space_slug: str | None
    space: str | None
    started_by: int
    started_at: datetime
    posts: list[Post]
    waiting: list[WaitingPost]
    answer_number: int | None
    last_number: int
    replies: int
    writers: int
    countries: tuple[str, ...]
    page: int
    pages: int
    read_to: int
    read_at: datetime | None
    new_from: int
    unread: int
    level: str
    draft: "DraftShown | None"
    may_write: bool
    may_accept: bool
    may_edit: bool
    may_moderate: bool
    etag: str

    @property
    def url(self) -> str:
        return f"/threads/{self.id}"

    @property
    def new_url(self) -> str:
        """Where what is new begins; on this page only the mark."""
        page = (self.new_from - 1) // POSTS_A_PAGE + 1
        return ("" if page == self.page else self.page_url(page)) + "#new"

    def page_url(self, page: int) -> str:
        return self.url + (f"?page={page}" if page > 1 else "")


@dataclass(frozen=True, slots=True)
class DraftShown:
    source: str
    html: Markup
    lang: str
    returned_because: str
    mark: str


async def thread_page(viewer: Viewer, thread_id: int, page: int) -> ThreadPage:
    """Page `page` (from 1; 0 is the last) of a thread. Raises NotFound, also for a page beyond the last."""
    seen, keys = visible_sql(viewer, "t.audience")
    target = f"thread:{thread_id}"
    found = await row(query_with(_THREAD, seen=seen), id=thread_id, me=viewer.member or 0, target=target, **keys)
    if found is None:
        raise NotFound
    pages = max(1, -(-found["last_number"] // POSTS_A_PAGE))
    page = page or pages
    if not 1 <= page <= pages:
        raise NotFound
    first = (page - 1) * POSTS_A_PAGE + 1
    posts = await rows(_POSTS, id=thread_id, first=first, last=first + POSTS_A_PAGE - 1, me=viewer.member or 0)
    by = await people(post["author_id"] for post in posts)
    cards = await cards_of({f"reply:{post['id']}": post["html"] for post in posts if LINKING in post["html"]})
    waiting = await _waiting(viewer, thread_id) if viewer.trust == "newcomer" and page == pages else []
    shown = [
        (_post if len(post["html"]) < LONG else _post.__wrapped__)(
            tuple(post.values()), by.get(post["author_id"]), rule_name(post["because"]),
            cards.get(f"reply:{post['id']}") if cards else None, post["author_id"] == viewer.member,
        )
        for post in posts
    ]  # fmt: skip
    if found["harvested"] and page == 1 and shown[0].state == "posted":
        shown[0] = replace(shown[0], beneath=await beneath(viewer, target))
    return _assembled(viewer, found, shown, waiting, (page, pages))


_THREAD = """
    SELECT t.id, t.title, t.lang, t.kind, t.tags, t.pinned, t.closed, t.audience, t.audience_when_released, t.category_id,
        t.author_id, t.created_at, t.answer_id, t.last_number, t.reply_count, t.version, t.harvested,
        c.code, s.name AS space, s.slug AS space_slug, p.number AS read_to, p.read_at, f.level, a.number AS answer_number,
        d.source AS draft, d.html AS draft_html, d.lang AS draft_lang, d.returned_because, d.mark,
        (SELECT COUNT(DISTINCT w.author_id) FROM replies AS w WHERE w.thread_id = t.id AND w.state = 'posted') AS writers,
        (SELECT MIN(n.number) FROM replies AS n
         WHERE n.thread_id = t.id AND n.number > p.number AND n.state = 'posted' AND n.author_id <> :me) AS first_new,
        (SELECT COUNT(*) FROM replies AS u WHERE u.thread_id = t.id AND u.number > p.number AND u.state = 'posted') AS unread
    FROM threads AS t
    JOIN categories AS c ON c.id = t.category_id
    LEFT JOIN spaces AS s ON s.id = c.space_id
    LEFT JOIN reading_positions AS p ON p.thread_id = t.id AND p.member_id = :me
    LEFT JOIN followings AS f ON f.member_id = :me AND f.target = :target
    LEFT JOIN drafts AS d ON d.member_id = :me AND d.place = :target
    LEFT JOIN replies AS a ON a.id = t.answer_id
    WHERE t.id = :id AND {seen}
"""

_POSTS = """
    SELECT r.id, r.number, r.html, r.lang, r.state, r.created_at, r.edits, r.edited_at,
        COUNT(*) FILTER (WHERE x.kind = 'useful') AS useful,
        COUNT(*) FILTER (WHERE x.member_id = :me AND x.kind = 'useful') AS my_useful,
        COUNT(*) FILTER (WHERE x.kind = 'tried_it') AS tried_it,
        COUNT(*) FILTER (WHERE x.member_id = :me AND x.kind = 'tried_it') AS my_tried_it,
        COUNT(*) FILTER (WHERE x.kind = 'thanks') AS thanks,
        COUNT(*) FILTER (WHERE x.member_id = :me AND x.kind = 'thanks') AS my_thanks,
        r.author_id, r.because
    FROM replies AS r LEFT JOIN reactions AS x ON x.reply_id = r.id
    WHERE r.thread_id = :id AND r.number BETWEEN :first AND :last
    GROUP BY r.number, r.id
    ORDER BY r.number, r.id
"""

_WAITING = """
    SELECT held AS id, html, lang, updated_at FROM drafts
    WHERE member_id = :me AND place LIKE :place ESCAPE '!' AND held IS NOT NULL ORDER BY id
"""


async def _waiting(viewer: Viewer, thread_id: int) -> list[WaitingPost]:
    found = await rows(_WAITING, me=viewer.member, place=f"thread:{thread_id}:held:%")
    return [WaitingPost(one["id"], Markup(one["html"]), one["lang"], one["updated_at"]) for one in found]  # noqa: S704 - ours


@lru_cache(maxsize=2048)
def _post(row: tuple[Any, ...], by: Person | None, because: str, card: Card | None, is_own: bool) -> Post:
    """`row` is one of _POSTS."""
    post_id, number, html, lang, state, at, edits, edited_at, *sums = row[:-2]
    reactions = tuple((kind, many, bool(mine)) for kind, many, mine in zip(REACTIONS, sums[::2], sums[1::2], strict=True))
    safe = Markup(html)  # noqa: S704 - made safe when it was stored
    return Post(post_id, number, by, safe, lang, state, because, at, edits, edited_at, reactions, is_own, card)


def _assembled(
    viewer: Viewer, row: dict[str, Any], posts: list[Post], waiting: list[WaitingPost], at: tuple[int, int]
) -> ThreadPage:
    is_own, released = row["author_id"] == viewer.member, row["audience_when_released"] or row["audience"]
    is_moderator = viewer.signed_in and moderates(viewer, row["category_id"], released)
    return ThreadPage(
        id=row["id"], title=row["title"], lang=row["lang"], kind=row["kind"], tags=tuple(json.loads(row["tags"])),
        is_pinned=bool(row["pinned"]), is_closed=bool(row["closed"]), category_code=row["code"],
        category=place_name(row["code"], row["space"], language()), place=place_of(row["code"]),
        space_slug=row["space_slug"], space=row["space"], started_by=row["author_id"], started_at=row["created_at"],
        posts=posts, waiting=waiting, answer_number=row["answer_number"], last_number=row["last_number"],
        replies=max(0, row["reply_count"] - 1), writers=row["writers"], countries=_countries(posts),
        page=at[0], pages=at[1], read_to=row["read_to"] or 0, read_at=row["read_at"],
        new_from=row["first_new"] or 0, unread=row["unread"] if row["read_to"] else 0,
        level=row["level"] or "", draft=_draft(row),
        may_write=viewer.signed_in and not row["closed"] and not row["audience_when_released"],
        may_accept=row["kind"] == "question" and (is_own or is_moderator), may_edit=is_own or is_moderator,
        may_moderate=is_moderator, etag="" if viewer.signed_in else _etag(row, posts, at),
    )  # fmt: skip


def _draft(row: dict[str, Any]) -> DraftShown | None:
    if not row["draft"]:
        return None
    html = Markup(row["draft_html"])  # noqa: S704 - rendered by us when the draft was kept
    return DraftShown(row["draft"], html, row["draft_lang"], row["returned_because"], row["mark"])


def _countries(posts: list[Post]) -> tuple[str, ...]:
    codes = dict.fromkeys(post.by.country for post in posts if post.by and post.by.country and post.state == "posted")
    return tuple(country_name(code, language()) for code in codes)


def _etag(row: dict[str, Any], posts: list[Post], at: tuple[int, int]) -> str:
    """Of everything a guest is shown that can change: authors rename themselves without touching the thread."""
    shown = (row["id"], row["version"], row["code"], row["space"], at, [(post.by, post.reactions, post.beneath) for post in posts])
    return blake2b(repr(shown).encode(), digest_size=12).hexdigest()
