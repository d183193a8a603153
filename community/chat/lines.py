"""Messages as they read now, for pages and for frames alike: with what they answer, what others think of them, and whether they
are pinned.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from community.chat.hanging import Hanging
from community.chat.reacting import Reacted, reactions_to
from community.institutions.queries import Person
from community.text.plain import excerpt, plain, without_quotations

QUOTED = 90  # characters of the message that is answered

FILES = "\N{PAPERCLIP}"
COLUMNS = """
    m.id, m.seq AS sent_seq, m.author_id, CAST(m.client_id AS VARCHAR(36)) AS client_id, m.html, m.lang, m.state, m.edits,
    m.created_at, m.reactions, m.attached,
    m.reply_to, o.author_id AS to_author, o.html AS to_html, o.state AS to_state, o.lang AS to_lang, o.attached AS to_attached,
    p.id AS pin
"""
JOINS = "LEFT JOIN messages AS o ON o.id = m.reply_to LEFT JOIN room_pins AS p ON p.message_id = m.id"


@dataclass(frozen=True)
class Answered:
    """The message that another one answers: its first words as they are now, "" once they are gone."""

    id: int
    by: Person | None
    author_id: int
    words: str
    lang: str


@dataclass(frozen=True)
class Line:
    """One message as a page shows it; a deleted one has no text."""

    id: int
    seq: int
    by: Person | None
    author_id: int
    client_id: str
    html: Markup
    lang: str
    at: datetime
    is_deleted: bool
    edits: int
    answers: Answered | None
    reactions: tuple[Reacted, ...]
    is_pinned: bool
    hanging: Hanging


async def reactions_of(found: Sequence[Mapping[str, Any]], me: int | None = None) -> dict[int, tuple[Reacted, ...]]:
    """The reactions to messages that were read with COLUMNS: no query where there are none."""
    return await reactions_to({row["id"] for row in found if row["reactions"] and row["state"] == "posted"}, me)


def people_named(found: Sequence[Mapping[str, Any]]) -> set[int]:
    """Who wrote these messages, and those that they answer."""
    return {row["author_id"] for row in found} | {row["to_author"] for row in found if row["to_author"]}


def line_of(row: Mapping[str, Any], persons: Mapping[int, Person], hanging: Hanging, reactions: tuple[Reacted, ...]) -> Line:
    deleted = row["state"] != "posted"
    html = Markup("") if deleted else Markup(row["html"])  # noqa: S704 - rendered and sanitised by us when it was written
    return Line(
        row["id"], row["sent_seq"], persons.get(row["author_id"]), row["author_id"], row["client_id"], html, row["lang"],
        row["created_at"], deleted, row["edits"], answered(row, persons), reactions, row["pin"] is not None, hanging,
    )  # fmt: skip


def answered(row: Mapping[str, Any], persons: Mapping[int, Person]) -> Answered | None:
    """What a message answers; one that was emptied answers nothing any more."""
    if row["reply_to"] is None or row["state"] != "posted":
        return None
    words = beginning(row["to_html"], row["to_attached"]) if row["to_state"] == "posted" else ""
    author = row["to_author"] or 0
    return Answered(row["reply_to"], persons.get(author), author, words, row["to_lang"] or row["lang"])


def beginning(html: str, attached: int) -> str:
    """The first words of a message, by which it is named elsewhere; a sign, in any language, for one of files alone."""
    return excerpt(plain(without_quotations(html)), QUOTED) or (FILES if attached else "")
