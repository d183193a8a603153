"""The words of an HTML part, without what its client marked as quoted or as a signature.

What a client quotes is in a container that says so, in every language alike; in its place stands one line with ">", so that
`trimming` finds the line above it that names who is quoted. nh3 first makes well-formed HTML of whatever came: Python's own parser
takes quadratic time on some that is not (CVE-2025-6069).
"""

import re
from html.parser import HTMLParser

import nh3

QUOTED = re.compile(
    r"gmail_attr|yahoo_quoted|moz-cite-prefix|protonmail_quote|isReplyContent|ntes-mailmaster-quote|zmail_extra|tutanota_quote"
    r"|mail-editor-reference-message-container"
)
FROM_HERE = re.compile(
    r"divRplyFwdMsg|appendonsend|stopSpelling|zwchr|OutlookMessageHeader|_MailOriginal|ms-outlook-mobile-body-separator-line"
)
SIGNED = re.compile(r"signature|AppleMailSignature|k9mail-signature", re.IGNORECASE)
INDENTED = re.compile(r"margin(-left)?:\s*(0(px)?\s+0(px)?\s+0(px)?\s+)?40px")  # Gmail's "indent more" is no quotation

MOST_TAGS = 5000
BLOCKS = frozenset(
    ("address", "article", "blockquote", "div", "dl", "dd", "dt", "fieldset", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
     "header", "hr", "li", "main", "ol", "p", "pre", "section", "table", "tbody", "td", "th", "tr", "ul")
)  # fmt: skip
SPACED = frozenset(("p", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "table"))
VOID = frozenset(("br", "hr", "img"))
TAGS = BLOCKS | {"a", "b", "br", "cite", "code", "em", "font", "i", "span", "strong", "u"}
NO_WORDS = {"script", "style", "head", "title", "noscript", "template", "svg", "math", "object", "iframe"}
MARKED_BY = {"class", "id", "name", "type", "style"}


def words_of_html(html: str) -> str:
    """Lines and paragraphs as they were seen, of the first so many tags: what follows is quoted, and nesting costs its square."""
    words = _Words()
    words.feed(_well_formed("<".join(html.split("<", MOST_TAGS)[:MOST_TAGS])))
    words.close()
    return words.text()


def _well_formed(html: str) -> str:
    return nh3.clean(
        html, tags=set(TAGS) - NO_WORDS, clean_content_tags=NO_WORDS, link_rel=None, strip_comments=True,
        attributes={"*": MARKED_BY, "a": {"href"}}, url_schemes={"http", "https"},
    )  # fmt: skip


class _Words(HTMLParser):
    """Follows well-formed HTML. `hidden` is how deep the container is whose words are left out, 0 for none.

    `tail` is what was written last that is more than a space.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.tail = "\n\n"
        self.depth = self.hidden = self.pre = 0
        self.ended = False
        self.links: list[tuple[str, int]] = []

    def text(self) -> str:
        lines = [line.replace("\xa0", " ").strip() for line in "".join(self.parts).split("\n")]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        marks = {name: value or "" for name, value in attrs}
        self.depth += tag not in VOID
        if self.hidden or self.ended:
            return
        if FROM_HERE.search(_names(marks)):
            self.ended = True
        elif tag not in VOID and _is_quoted(tag, marks):
            self.hidden = self.depth
            self._write("\n>\n")
        elif tag not in VOID and SIGNED.search(_names(marks)):
            self.hidden = self.depth
        else:
            self._begin(tag, marks)

    def _begin(self, tag: str, marks: dict[str, str]) -> None:
        self.pre += tag == "pre"
        if tag == "br":
            self._write("\n")
        elif tag in BLOCKS:
            self._break(2 if tag in SPACED else 1)
        if tag == "li":
            self._write("- ")
        if tag == "a":
            self.links.append((marks.get("href", ""), len(self.parts)))

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag not in VOID
        if self.hidden:
            self.hidden = 0 if self.depth < self.hidden else self.hidden
        elif not self.ended:
            self.pre -= tag == "pre"
            if tag == "a" and self.links:
                self._name_link(*self.links.pop())
            if tag in BLOCKS:
                self._break(2 if tag in SPACED else 1)

    def handle_data(self, data: str) -> None:
        if not self.hidden and not self.ended:
            self._write(data if self.pre else re.sub(r"[ \t\r\n\f]+", " ", data))

    def _break(self, lines: int) -> None:
        """A block stands on lines of its own; two that touch make one break."""
        there = len(self.tail) - len(self.tail.rstrip("\n"))
        if there < lines:
            self._write("\n" * (lines - there), self.tail if there else "")

    def _write(self, text: str, after: str = "") -> None:
        self.parts.append(text)
        if text.strip(" "):
            self.tail = (after + text)[-8:]

    def _name_link(self, href: str, since: int) -> None:
        """A link whose words are not its address says the address too."""
        said = "".join(self.parts[since:]).strip()
        if href and said and not said.startswith(("http", "www.")):
            self._write(f" <{href}>")


def _names(marks: dict[str, str]) -> str:
    return f"{marks.get('class', '')} {marks.get('id', '')} {marks.get('name', '')}"


def _is_quoted(tag: str, marks: dict[str, str]) -> bool:
    if tag == "blockquote":
        return marks.get("type") == "cite" or not INDENTED.search(marks.get("style", ""))
    return marks.get("name") == "quote" or bool(QUOTED.search(_names(marks)))  # name: GMX, Web.de
