"""Quotations. Their words stand in one table, so that they end with the post they come from.

In the text field a quotation is lines that begin with ">", the last of which says where they are from:

    > how to assess practical work I did not see
    > — [Layla Haddad #1](/replies/31)

(the dash may be missing, and the words in brackets are whatever somebody typed)

In `Reply.source` it is a mark; the words are a Quote. The name is written anew whenever the post is rendered.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from community.audience import PUBLIC, Viewer, visible_sql
from community.discussions.models import Quote, Reply
from community.errors import Invalid
from community.storage import rows
from community.text.gettext import _
from community.text.plain import plain, without_quotations

MOST_QUOTES = 10
MOST_WORDS = 600  # characters that the "Quote" link fills in
_GONE = "[…]"
_MARK = "\ue000"  # private use: taken out of what people type
_MARKED = re.compile(f"{_MARK}([0-9]{{1,4}}){_MARK}")
_SOURCE_LINE = re.compile(r">[ ]?(?:(?:—|–|--?)[ ])?\[[^\]\n]{0,200}\]\(/replies/([0-9]{1,15})\)[ ]*")
_PUNCTUATION = re.compile(r"([\\`*_\[\]()<>#@!~|])")


@dataclass(frozen=True)
class Quoted:
    """A quotation as it stands now: `name` ("" for who has left) and `number` of the post it is from, and its words, "" once they
    are gone.
    """

    reply_id: int
    number: int
    name: str
    words: str


@dataclass(frozen=True)
class Written:
    """A text taken apart: `source` with marks, and the quotation at each mark's position."""

    source: str
    quotes: Mapping[int, Quoted]


async def taken_apart(actor: Viewer, text: str, thread_id: int | None, audience: str, known: Iterable[Quote] = ()) -> Written:
    """Find the quotations of a typed text that is to be read by `audience`.

    Raises Invalid where the words come from a post that fewer may read. What cannot be seen stays plain text. `known` are the
    quotations this reply has already: they keep their positions, which earlier revisions name.
    """
    pieces = split(text)
    ids = {piece[0] for piece in pieces if isinstance(piece, tuple)}
    if len(ids) > MOST_QUOTES:
        raise Invalid("body", _("Quote at most %(most)d posts at a time.") % {"most": MOST_QUOTES})
    seen = await _quotable(actor, ids, thread_id, audience)
    positions = {(quote.quoted_id, quote.words): quote.position for quote in known}
    source, quotes = [], {}
    for piece in pieces:
        if isinstance(piece, str):
            source.append(piece)
        elif piece[0] in seen:
            position = positions.setdefault(piece, max(positions.values(), default=0) + 1)
            quotes[position] = _with_words(seen[piece[0]], piece[1])
            source.append(f"{_MARK}{position}{_MARK}")
        else:
            source.append(block(Quoted(piece[0], 0, "", piece[1])))
    return Written("\n".join(source), quotes)


def put_together(source: str, quotes: Mapping[int, Quoted]) -> str:
    """The text as it is typed: marks become quotations again, without words where those are gone."""
    return _MARKED.sub(lambda mark: block(quotes[int(mark[1])]) if int(mark[1]) in quotes else "", source)


def block(quoted: Quoted) -> str:
    name = _PUNCTUATION.sub(r"\\\1", quoted.name)
    label = f"{name} #{quoted.number}".strip() if quoted.words and quoted.number else f"#{quoted.number or quoted.reply_id}"
    words = "\n".join(f"> {line}".rstrip() for line in (quoted.words or _GONE).split("\n"))
    return f"{words}\n>\n> — [{label}](/replies/{quoted.reply_id})"


def split(text: str) -> list[str | tuple[int, str]]:
    """Plain stretches of lines, and quotations as (reply id, words), in the order they stand. One pass over the lines."""
    pieces: list[str | tuple[int, str]] = []
    plain_lines: list[str] = []
    quote: list[str] = []
    for line in text.replace(_MARK, "").split("\n"):
        if origin := _SOURCE_LINE.fullmatch(line):
            pieces += ["\n".join(plain_lines)] if plain_lines else []
            words = "\n".join(part[1:].removeprefix(" ") for part in quote).strip()
            pieces.append((int(origin[1]), "" if words == _GONE else words))
            plain_lines, quote = [], []
        elif line.startswith(">"):
            quote.append(line)
        else:
            plain_lines += [*quote, line]
            quote = []
    rest = plain_lines + quote
    return pieces + (["\n".join(rest)] if rest else [])


def words_to_quote(html: str) -> str:
    """The beginning of a post, without what it quotes itself, cut at a word."""
    words = plain(without_quotations(html)).strip()
    if len(words) <= MOST_WORDS:
        return words
    return words[:MOST_WORDS].rsplit(" ", 1)[0] + " …"


_QUOTABLE = """
    SELECT r.id, r.number, r.thread_id, r.state, t.audience, m.name
    FROM replies AS r JOIN threads AS t ON t.id = r.thread_id JOIN members AS m ON m.id = r.author_id
    WHERE r.id IN :ids AND {seen}
"""


async def _quotable(actor: Viewer, ids: set[int], thread_id: int | None, audience: str) -> dict[int, Quoted]:
    if not ids:
        return {}
    seen, keys = visible_sql(actor, "t.audience")
    found = {}
    for row in await rows(_QUOTABLE.format(seen=seen), ids=sorted(ids), **keys):
        if row["thread_id"] != thread_id and row["audience"] not in {PUBLIC, audience}:
            raise Invalid("body", _("You quote a post that fewer people may read than this place. Say it in your own words."))
        if row["state"] == "posted":
            found[row["id"]] = Quoted(row["id"], row["number"], row["name"], " ")
        else:
            found[row["id"]] = Quoted(row["id"], row["number"], "", "")
    return found


def _with_words(quoted: Quoted, words: str) -> Quoted:
    """A post that was removed while somebody quoted it lends no words."""
    return Quoted(quoted.reply_id, quoted.number, quoted.name, words if quoted.words else "")


_QUOTES_OF = """
    SELECT q.reply_id AS in_reply, q.position, q.words, q.quoted_id, r.number, m.name
    FROM quotes AS q JOIN replies AS r ON r.id = q.quoted_id JOIN members AS m ON m.id = r.author_id
    WHERE q.reply_id IN :ids
"""


async def quotes_of(reply_ids: Iterable[int]) -> dict[int, dict[int, Quoted]]:
    """The quotations of replies as they stand now: {reply id: {position: Quoted}}."""
    found: dict[int, dict[int, Quoted]] = {}
    for row in await rows(_QUOTES_OF, ids=sorted(reply_ids)):
        found.setdefault(row["in_reply"], {})[row["position"]] = Quoted(row["quoted_id"], row["number"], row["name"], row["words"])
    return found


async def keep_quotes(reply: Reply, quotes: Mapping[int, Quoted]) -> None:
    """Store the quotations of a reply. Earlier ones stay, since revisions name them."""
    kept = {quote.position for quote in await Quote.filter(reply_id=reply.id)}
    await Quote.bulk_create(
        Quote(reply_id=reply.id, position=position, quoted_id=quoted.reply_id, words=quoted.words)
        for position, quoted in quotes.items()
        if position not in kept
    )
