"""What of Markdown members can write, and our four additions: mentions, quotations, images from here, shifted headings."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from community.text.addresses import allowed_href, is_file, is_outside, quoted_thing

Profile = Literal["post", "chat", "practice"]
FIRST_HEADING: Mapping[Profile, int] = {"post": 2, "chat": 4, "practice": 3}
# Deeper than anybody quotes. What nests costs quadratic time further on, and is refused before it gets there.
DEEPEST = 16
HANDLE = re.compile(r"@([A-Za-z0-9][A-Za-z0-9_-]{1,58}[A-Za-z0-9_])")
_BEFORE_A_MENTION = re.compile(r"[\w@/.&=-]")


@dataclass(frozen=True, slots=True)
class Mention:
    """Whom or what an @name stands for: `key` is "member:5" or "institution:7"."""

    key: str
    handle: str
    href: str


@cache
def parser(profile: Profile) -> MarkdownIt:
    """A parser for one kind of text. Give it `{"mentions": {handle: Mention}}` as the environment."""
    options = {"html": False, "linkify": True, "breaks": True, "maxNesting": DEEPEST + 4}
    markdown = MarkdownIt("commonmark", options).enable(["table", "strikethrough", "linkify"])
    if profile == "chat":
        markdown.disable(["heading", "lheading", "table", "hr"])
    if markdown.linkify is not None:
        # Only what names its scheme: "reports.zip" and "e.g.this" are no addresses.
        markdown.linkify.set({"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
    markdown.validateLink = allowed_href  # type: ignore[method-assign, assignment]
    markdown.inline.ruler.push("mention", _mention)
    markdown.core.ruler.push("house_rules", _house_rules(FIRST_HEADING[profile]))
    for name, rule in _RENDERERS.items():
        markdown.add_render_rule(name, rule)
    return markdown


def _mention(state: StateInline, silent: bool) -> bool:
    found = HANDLE.match(state.src, state.pos)
    if found is None or state.linkLevel or (state.pos and _BEFORE_A_MENTION.match(state.src[state.pos - 1])):
        return False
    mention = state.env.get("mentions", {}).get(found[1].lower())
    if mention is None:
        return False
    if not silent:
        opening = state.push("mention", "a", 0)
        opening.meta = {"mention": mention}
        opening.content = f"@{mention.handle}"
    state.pos = found.end()
    return True


def _house_rules(first_heading: int) -> Any:
    def rule(state: StateCore) -> None:
        _shift_headings(state.tokens, first_heading)
        _attribute_quotations(state.tokens)
        for token in state.tokens:
            if token.type == "inline" and token.children:
                token.children = _without_foreign_images(token.children)

    return rule


def _shift_headings(tokens: list[Token], first: int) -> None:
    """No heading of a text is above the page's own, and none skips a level, whatever the writer's numbers were."""
    open_levels: list[int] = []
    for position, token in enumerate(tokens):
        if token.type != "heading_open":
            continue
        written = int(token.tag[1])
        while open_levels and open_levels[-1] >= written:
            open_levels.pop()
        open_levels.append(written)
        token.tag = tokens[position + 2].tag = f"h{min(6, first + len(open_levels) - 1)}"


def _attribute_quotations(tokens: list[Token]) -> None:
    """A paragraph of a quotation that holds nothing but a link to a post is its source: <cite>. The style sheet draws the dash."""
    for position, token in enumerate(tokens):
        if token.type == "inline" and position and tokens[position - 1].level and _is_source_line(token):
            opening, closing = tokens[position - 1], tokens[position + 1]
            if opening.type == "paragraph_open" and _inside_quotation(tokens, position - 1):
                opening.tag = closing.tag = "cite"
                opening.hidden = closing.hidden = False
                token.children = _link_alone(token.children or [])


def _inside_quotation(tokens: list[Token], position: int) -> bool:
    level = tokens[position].level - 1
    for token in reversed(tokens[:position]):
        if token.level == level and token.nesting == 1:
            return token.type == "blockquote_open"
    return False


def _is_source_line(token: Token) -> bool:
    children = [child for child in token.children or [] if child.type != "text" or child.content.strip(" —–-")]
    if len(children) < 3 or children[0].type != "link_open" or children[-1].type != "link_close":
        return False
    only_one = sum(child.type == "link_open" for child in children) == 1
    return only_one and quoted_thing(str(children[0].attrGet("href"))) is not None


def _link_alone(children: list[Token]) -> list[Token]:
    kinds = [child.type for child in children]
    return children[kinds.index("link_open") : kinds.index("link_close") + 1]


def _without_foreign_images(children: list[Token]) -> list[Token]:
    """An image from elsewhere becomes a link to it: loading it would tell a stranger who reads this."""
    kept: list[Token] = []
    in_link = 0
    for child in children:
        in_link += {"link_open": 1, "link_close": -1}.get(child.type, 0)
        address = str(child.attrGet("src") or "") if child.type == "image" else ""
        if child.type != "image" or is_file(address):
            kept.append(child)
        else:
            kept.extend(_as_link(child, address, linked=not in_link))
    return kept


def _as_link(image: Token, address: str, *, linked: bool) -> list[Token]:
    words = Token("text", "", 0, content=image.content or address)
    if not linked or not address:
        return [words]
    return [Token("link_open", "a", 1, attrs={"href": address}), words, Token("link_close", "a", -1)]


def _render_link(renderer: RendererHTML, tokens: list[Token], at: int, options: OptionsDict, _env: Any) -> str:
    token = tokens[at]
    token.attrs.pop("title", None)
    if is_outside(str(token.attrGet("href"))):
        token.attrSet("rel", "nofollow noopener ugc")
    return renderer.renderToken(tokens, at, options, _env)


def _render_mention(_r: RendererHTML, tokens: list[Token], at: int, _o: OptionsDict, _env: Any) -> str:
    mention: Mention = tokens[at].meta["mention"]
    kind, _colon, number = mention.key.partition(":")
    return f'<a data-{kind}="{number}" href="{mention.href}">@{mention.handle}</a>'


def _render_image(renderer: RendererHTML, tokens: list[Token], at: int, options: OptionsDict, env: Any) -> str:
    token = tokens[at]
    token.attrs.pop("title", None)
    token.attrSet("alt", renderer.renderInlineAsText(token.children or [], options, env))
    token.attrSet("loading", "lazy")
    return renderer.renderToken(tokens, at, options, env)


def _render_code(_r: RendererHTML, tokens: list[Token], at: int, _o: OptionsDict, _env: Any) -> str:
    return f'<pre dir="ltr" tabindex="0"><code>{escapeHtml(tokens[at].content)}</code></pre>\n'


def _render_table_open(*_arguments: Any) -> str:
    return '<div class="scroll" tabindex="0"><table>\n'


def _render_table_close(*_arguments: Any) -> str:
    return "</table></div>\n"


def _render_cell(renderer: RendererHTML, tokens: list[Token], at: int, options: OptionsDict, env: Any) -> str:
    tokens[at].attrs.pop("style", None)
    if tokens[at].tag == "th":
        tokens[at].attrSet("scope", "col")
    return renderer.renderToken(tokens, at, options, env)


_RENDERERS: Mapping[str, Any] = {
    "link_open": _render_link,
    "mention": _render_mention,
    "image": _render_image,
    "fence": _render_code,
    "code_block": _render_code,
    "table_open": _render_table_open,
    "table_close": _render_table_close,
    "th_open": _render_cell,
    "td_open": _render_cell,
}
