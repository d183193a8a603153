"""Text out of HTML, for snippets, mails and the search index."""

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
    def __init__(self, *, quotations: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.quotations = quotations
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.depth += tag == "blockquote"
        if tag in _BLOCKS:
            self.parts.append("\n")
        if tag == "img":
            self.handle_data(dict(attrs).get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag == "blockquote"
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if self.quotations or not self.depth:
            self.parts.append(data)


def plain(html: str, *, quotations: bool = True) -> str:
    """The words of our own safe HTML, a line a block; without what it quotes if told so."""
    words = _Words(quotations=quotations)
    words.feed(html)
    words.close()
    lines = (" ".join(line.split()) for line in "".join(words.parts).split("\n"))
    return "\n".join(line for line in lines if line)


def excerpt(text: str, n: int = 200) -> str:
    """The first `n` characters in one line, cut between words where the script has any, with "…" if more follows."""
    line = " ".join(text.split())
    if len(line) <= n:
        return line
    cut = line[: n - 1]
    words, space, _rest = cut.rpartition(" ")
    return (words if space and len(words) > n // 2 else cut).rstrip(" ,;:.-–—") + "…"
