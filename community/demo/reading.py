"""The files of the demonstration network, as values. The format of threads is Markdown: a reader of the file sees a thread."""

import json
import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
_POST = re.compile(r"^(?=#{1,2} )", re.MULTILINE)


@dataclass(frozen=True)
class Post:
    """One reply: who, in which language, how many hours after the opening, the number of the post it quotes."""

    by: str
    lang: str
    hours: float
    text: str
    quotes: int | None = None
    is_answer: bool = False


@dataclass(frozen=True)
class Thread:
    """A thread of the demonstration: `place` is a theme's code, or "space"."""

    title: str
    place: str
    kind: str
    lang: str
    by: str
    days_ago: float
    tags: list[str]
    text: str
    replies: list[Post] = field(default_factory=list)


@cache
def table(name: str) -> dict[str, Any]:
    """The lists of a file and of those that stand beside it ("rooms.toml", then "rooms-more.toml"), one after the other."""
    joined: dict[str, list[Any]] = {}
    for path in [DATA / f"{name}.toml", *sorted(DATA.glob(f"{name}-*.toml"))]:
        for key, entries in tomllib.loads(path.read_text()).items():
            joined.setdefault(key, []).extend(entries)
    return joined


def reports() -> dict[str, Any]:
    """The practices and events paraphrased from public reports."""
    found: dict[str, Any] = json.loads((DATA / "practices_from_seeds.json").read_text())
    return found


def threads() -> list[Thread]:
    """All threads, in the order of their files."""
    found: list[Thread] = []
    for path in sorted(DATA.glob("threads-*.md")):
        for part in filter(None, _POST.split(path.read_text())):
            if part.startswith("# "):
                found.append(_thread(part))
            else:
                found[-1].replies.append(_reply(part))
    return found


def _thread(part: str) -> Thread:
    title, facts, text = part[2:].split("\n", 2)
    place, kind, lang, by, days, *rest = facts.split(" · ")
    return Thread(title.strip(), place, kind, lang, by, float(days.split()[0]), rest[0].split(", ") if rest else [], text.strip())


def _reply(part: str) -> Post:
    head, text = part[3:].split("\n", 1)
    by, lang, hours, *rest = head.split(" · ")
    quotes = next((int(one.removeprefix("quotes ")) for one in rest if one.startswith("quotes ")), None)
    return Post(by, lang, float(hours.split()[0]), text.strip(), quotes, "answer" in rest)
