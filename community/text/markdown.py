"""Markdown becomes safe HTML once, when it is written: markdown-it, then bleach, then nh3.

`render_markdown` is pure and looks nothing up. `rendered` is what actions await before their unit of work: it resolves the
mentions, renders in a thread and refuses what is too long, too deep or, from newcomers, too full of links.
"""

import asyncio
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markdown_it.token import Token
from tortoise import Tortoise

from community.errors import Invalid
from community.text.addresses import is_file, is_outside, quoted_thing
from community.text.cleaning import clean_text, shows_nothing
from community.text.folding import fold
from community.text.gettext import _
from community.text.plain import excerpt, plain, without_quotations
from community.text.sanitising import safe_html
from community.text.syntax import DEEPEST, HANDLE, Mention, Profile, parser

if TYPE_CHECKING:
    from community.audience import Viewer

__all__ = [
    "LIMITS", "RENDER_VERSION", "Mention", "Profile", "Rendered", "ensure_written", "excerpt", "plain", "render_markdown",
    "rendered",
]  # fmt: skip

RENDER_VERSION = 1
# One line that begins with a letter and holds no character by which Markdown, a link or a mention could begin: most of what is said
# in a room. The parser would say the same, thirty times as slowly.
_WORDS = re.compile(r"[^\W\d_](?:[^\W_]|[ ,;:.?!'()=+%-]|[^\x00-\xa0])*+")
# Characters of source, in every script as many. A practice's is that of each section.
LIMITS: Mapping[Profile, int] = {"post": 20_000, "chat": 4_000, "practice": 20_000}
MOST_MENTIONS = 20
NEWCOMER_LINKS = 2
NEWCOMER_IMAGES = 1


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text and what was found in it.

    `mentions` are the members it calls, `links` lead outside, `images` are our /files/ paths.

    `references` are the keys of everything it names: "member:5", "institution:7", "reply:12", "file:3".
    """

    source: str
    html: str
    mentions: tuple[int, ...]
    links: tuple[str, ...]
    images: tuple[str, ...]
    references: tuple[str, ...]

    @property
    def excerpt(self) -> str:
        """Its first words, without what it quotes if it says anything else."""
        return excerpt(plain(without_quotations(self.html)) or plain(self.html))


def render_markdown(source: str, *, mentions: Mapping[str, Mention] | None = None, profile: Profile = "post") -> Rendered:
    """Safe HTML of a text. `mentions` are by lower-case handle; a name that is not among them stays plain text.

    Raises Invalid("") when the text nests more than 16 levels or is longer than LIMITS says.
    """
    text = clean_text(source)
    if len(text) > LIMITS[profile]:
        raise Invalid("", _("This is too long. Please shorten it, or spread it over several posts."))
    if _WORDS.fullmatch(text):
        return Rendered(text, safe_html(f"<p>{text}</p>\n"), (), (), (), ())
    environment = {"mentions": dict(mentions or {})}
    tokens = parser(profile).parse(text, environment)
    if _deepest(tokens) > DEEPEST:
        raise Invalid("", _("This has too many quotations or lists inside each other. Please flatten it."))
    html = safe_html(parser(profile).renderer.render(tokens, parser(profile).options, environment))
    return _described(text, html, tokens)


def _deepest(tokens: Iterable[Token]) -> int:
    return max((max(token.level, _deepest(token.children or ())) for token in tokens), default=0)


def _described(text: str, html: str, tokens: list[Token]) -> Rendered:
    inline = [child for token in tokens for child in token.children or []]
    named = _mentioned(inline)
    addresses = _unique(str(child.attrGet("href")) for child in inline if child.type == "link_open")
    images = _unique(str(child.attrGet("src")) for child in inline if child.type == "image")
    quoted = (key for address in addresses if (key := quoted_thing(address)))
    files = (f"file:{address.split('/')[2]}" for address in (*images, *addresses) if is_file(address))
    return Rendered(
        source=text,
        html=html,
        mentions=tuple(int(key.removeprefix("member:")) for key in _mentioned(_own_words(tokens)) if key.startswith("member:")),
        links=tuple(address for address in addresses if is_outside(address)),
        images=images,
        references=_unique((*named, *quoted, *files)),
    )


def _own_words(tokens: list[Token]) -> Iterable[Token]:
    """What is inside no quotation: a quoted @name does not call anybody again."""
    depth = 0
    for token in tokens:
        depth += token.nesting if token.type.startswith("blockquote") else 0
        if not depth:
            yield from token.children or ()


def _mentioned(inline: Iterable[Token]) -> tuple[str, ...]:
    return _unique(child.meta["mention"].key for child in inline if child.type == "mention")


def _unique(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(keys))


def ensure_written(source: str, field: str = "text") -> None:
    """Raises Invalid(field) where nothing would be seen."""
    if shows_nothing(source):
        raise Invalid(field, _("Write something first."))


async def rendered(source: str, actor: "Viewer", profile: Profile = "post", field: str = "text") -> Rendered:
    """What `actor` wrote, ready to be stored. Raises Invalid(field) when it is over a limit.

    To be awaited before the unit of work: it takes a thread and, where there are @names, one query.
    """
    mentions = await resolve_mentions(source)
    try:
        result = await asyncio.to_thread(render_markdown, source, mentions=mentions, profile=profile)
    except (Invalid, ValueError) as error:
        raise Invalid(field, str(error)) from None
    if actor.trust == "newcomer":
        _check_newcomer(result, field)
    return result


def _check_newcomer(result: Rendered, field: str) -> None:
    if len(result.links) > NEWCOMER_LINKS:
        raise Invalid(field, _("New members can set two links in a post. After your first approved post there is no limit."))
    if len(result.images) > NEWCOMER_IMAGES:
        raise Invalid(field, _("New members can show one image in a post. After your first approved post there is no limit."))


async def resolve_mentions(source: str) -> dict[str, Mention]:
    """Members by handle, at most 20 of those a text could name, in one query."""
    handles = mentioned_handles(source)
    if not handles:
        return {}
    members = Tortoise.apps["community"]["Member"]
    found = await members.filter(handle__in=handles, suspended_at=None).values_list("id", "handle")
    return {handle: Mention(f"member:{number}", handle, f"/people/{handle}") for number, handle in found}


def mentioned_handles(source: str) -> list[str]:
    """The first 20 different @names of a text, folded: more would make a post a means to ring every bell in the house."""
    return list(dict.fromkeys(fold(name) for name in re.findall(HANDLE, source)))[:MOST_MENTIONS]
