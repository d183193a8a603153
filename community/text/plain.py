"""Text out of HTML, for snippets, mails and the search index."""

import re
from html.parser import HTMLParser

_BLOCKS = frozenset(
    (
        "blockquote",
        "br",
        "cite",
        "div",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
        "table",
        "td",
        "th",
        "tr",
        "ul",
    )
)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.parts.append("\n")
        if tag == "cite":
            self.parts.append("— ")  # on a page the style sheet draws it
        if tag == "img":
            self.parts.append(dict(attrs).get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def plain(html: str) -> str:
    """The words of our own safe HTML, a line a block."""
    words = _Words()
    words.feed(html)
    words.close()
    lines = (" ".join(line.split()) for line in "".join(words.parts).split("\n"))
    return "\n".join(line for line in lines if line)


def without_quotations(html: str) -> str:
    """Our own safe HTML without what it quotes, so that a snippet shows the writer's words."""
    kept, depth = [], 0
    for part in re.split(r"(</?blockquote>)", html):
        depth += {"<blockquote>": 1, "</blockquote>": -1}.get(part, 0)
        if not depth and part != "</blockquote>":
            kept.append(part)
    return "".join(kept)


def excerpt(text: str, n: int = 200) -> str:
    """The first `n` characters in one line, cut between words where the script has any, with "…" if more follows."""
    line = " ".join(text.split())
    if len(line) <= n:
        return line
    cut = line[: n - 1]
    words, space, _rest = cut.rpartition(" ")
    return (words if space and len(words) > n // 2 else cut).rstrip(" ,;:.-–—") + "…"


def first_bytes(text: str, most: int) -> tuple[str, bool]:
    """As much of the text as fits into so many bytes of UTF-8, cut between words where it has any; and whether that is all."""
    if len(text.encode()) <= most:
        return text, True
    cut = text.encode()[: most - 3].decode("utf-8", "ignore")
    words = cut[: max(cut.rfind(" "), cut.rfind("\n"))]
    return (words if len(words) > len(cut) // 2 else cut).rstrip() + "…", False
