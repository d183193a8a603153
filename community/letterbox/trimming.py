"""What somebody wrote, without what their client added: quotations, the line above them, signatures, "Sent from my phone".

Words of others never stay, not even where an answer stands between quoted lines: they end with the post they come from, and a
letter must not bring back what was deleted (SECURITY 6). Words of the writer are left out only on good evidence. All goes line by
line, each looked at once, and no expression runs over more than a few hundred characters (SECURITY 35).
"""

import re
import unicodedata
from collections.abc import Sequence

from community.letterbox.clients import FROM_LABELS, ORIGINAL, TAGLINES, WROTE

MOST_LINES = 3000
LONGEST_ATTRIBUTION = 400
WRAPPED = 4  # lines over which a client breaks the line above a quotation

_LABELLED = re.compile(r"[*\s]*([^\W\d_][^:：]{0,30}?)[\s*]*[:：]\s*(.*)")
_RULE = re.compile(r"[-_=*–—]{5,}")
_BETWEEN_DASHES = re.compile(r"-{3,}([^-].{0,80}?)-{3,}")
_TIME = re.compile(r"\d{1,2}[:.hч٫]\s?\d{2}|\d{4}")


class TooLong(ValueError):
    """More lines than anybody answers with, and no end of the answer among them."""


def answer_in(text: str, house: Sequence[str]) -> str:
    """The writer's own words. `house` are our addresses and our name as a sender: what clients write above a quotation of us.

    Raises TooLong for what is no answer any more.
    """
    *first, rest = text.split("\n", MOST_LINES) if text.count("\n") >= MOST_LINES else [*text.split("\n"), ""]
    lines = [_seen(line) for line in first]
    names = tuple(name.lower() for name in house if name)
    kept: list[str] = []
    at = 0
    while at < len(lines):
        if _is_quoted(lines[at]):
            _drop_attribution(kept, names)
            kept.append("")
            at = _after_quotation(lines, at)
        elif lines[at] == "--" or _ends_at(lines, at, names):
            break
        else:
            kept.append(lines[at])
            at += 1
    if at >= len(lines) and rest:
        raise TooLong
    return _tidied(kept)


def _seen(line: str) -> str:
    """The line as the eye sees it: no marks that only turn the direction of writing, no odd spaces."""
    plain = "".join(" " if unicodedata.category(letter) == "Zs" else letter for letter in line)
    return re.sub("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\u00ad]", "", plain).rstrip()


def _is_quoted(line: str) -> bool:
    return line.lstrip().startswith((">", "＞"))


def _after_quotation(lines: list[str], at: int) -> int:
    """The first line after a quotation that has words and is not quoted."""
    while at < len(lines) and (_is_quoted(lines[at]) or not lines[at]):
        at += 1
    return at


def _drop_attribution(kept: list[str], names: tuple[str, ...]) -> None:
    """Take away the line that says who is quoted, over however many lines it was broken."""
    while kept and not kept[-1]:
        kept.pop()
    ends = [kept[-count:] for count in range(1, min(WRAPPED, len(kept)) + 1) if all(kept[-count:])]
    found = next((end for end in ends if _is_attribution(end, names)), None)
    found = found or next((end for end in ends if _may_be_one(" ".join(end))), None)
    if found:
        del kept[-len(found) :]


def _ends_at(lines: list[str], at: int, names: tuple[str, ...]) -> bool:
    """Whether everything from here on is the letter that was answered, without a mark on each line."""
    line = lines[at].strip()
    if not line:
        return False
    dashed = _BETWEEN_DASHES.fullmatch(line[:LONGEST_ATTRIBUTION])
    if dashed and (ORIGINAL.search(dashed.group(1)) or _is_header_block(lines, at + 1, names)):
        return True
    if _is_header_block(lines, at, names):
        return True
    for count in range(1, WRAPPED + 1):
        piece = lines[at : at + count]
        if not all(piece) or len(piece) < count:
            return False
        if _is_attribution(piece, names):
            return not _is_attribution(piece[1:], names) and not _quotation_follows(lines, at + count)
    return False


def _quotation_follows(lines: list[str], at: int) -> bool:
    return any(map(_is_quoted, [line for line in lines[at : at + 5] if line][:1]))


def _is_attribution(lines: list[str], names: tuple[str, ...]) -> bool:
    """Whether they say "On (a time) Guildhall <hall@example.org> wrote:", in any language."""
    line = " ".join(lines).strip()
    if len(line) > LONGEST_ATTRIBUTION or not _TIME.search(line) or any(map(_is_quoted, lines)):
        return False
    lowered = line.lower()
    named = [name for name in names if name in lowered]
    ours, ends = any("." in name for name in named), line.endswith((":", "："))
    if ends == ours:
        return ours
    return (ours or "@" in line or bool(named)) and WROTE.search(line if ends else lines[-1]) is not None


def _may_be_one(line: str) -> bool:
    """Weaker evidence is enough where quoted lines follow at once."""
    return len(line) <= LONGEST_ATTRIBUTION and line.endswith((":", "：")) and bool(
        "@" in line or (_TIME.search(line) and WROTE.search(line))
    )  # fmt: skip


def _is_header_block(lines: list[str], at: int, names: tuple[str, ...]) -> bool:
    """From, Sent, To, Subject, as Outlook writes them in its own language: From is known, and two more of the same make follow."""
    near = [line for line in lines[at : at + 10] if line.strip() and not _RULE.fullmatch(line.strip())][:7]
    found = [_LABELLED.fullmatch(line[:LONGEST_ATTRIBUTION]) for line in near]
    first = found[0] if found else None
    if first is None or first.group(1).strip().lower() not in FROM_LABELS:
        return False
    whom = first.group(2).lower()
    return ("@" in whom or any(name in whom for name in names)) and sum(one is not None for one in found) >= 3


def _tidied(kept: list[str]) -> str:
    """No blank lines around, none doubled; no rule and no "Sent from my phone" at the end."""
    while kept and (not kept[-1].strip() or _RULE.fullmatch(kept[-1].strip()) or _is_tagline(kept[-1])):
        kept.pop()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip("\n")


def _is_tagline(line: str) -> bool:
    text = re.sub(r"<\S*>|\(https?:\S*\)", "", line[:LONGEST_ATTRIBUTION]).strip(" *_.-—[]")
    return len(text) <= 120 and any(pattern.fullmatch(text) for pattern in TAGLINES)
