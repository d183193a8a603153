"""A form as it is kept: pairs of a name and a text, in their order, as JSON."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

Pairs = list[tuple[str, str]]

MOST_BYTES = 20_000 * 4 + 16 * 1024  # one long text in any script, and what stands beside it
NEVER_KEPT = frozenset({"client_id", "version", "kept", "do", "preview"})
_HALF = re.compile("[\ud800-\udfff]")
TITLES = ("title", "name", "headline")
TEXTS = ("body", "text", "about", "biography", "summary", "solution", "reasons", "because", "note", "line", "people")


def pairs_of(text: str) -> Pairs | None:
    """What a device sent, or None for what is no form.

    Half of a surrogate pair, such as a cut emoji, is what browsers make of it in a form of theirs: no database holds it.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, list) or not all(_is_pair(one) for one in found):
        return None
    return without_machinery((_HALF.sub("\ufffd", name), _HALF.sub("\ufffd", value)) for name, value in found)


def without_machinery(items: Iterable[tuple[str, str]]) -> Pairs:
    """What a person has filled in: no ids, versions or buttons."""
    return [(name, value) for name, value in items if name not in NEVER_KEPT]


def _is_pair(one: object) -> bool:
    return isinstance(one, list) and len(one) == 2 and all(isinstance(part, str) and "\0" not in part for part in one)


def as_json(pairs: Iterable[tuple[str, str]]) -> str:
    return json.dumps([list(pair) for pair in pairs], ensure_ascii=False)


def columns_of(pairs: Pairs) -> dict[str, str]:
    """What lists show of a form, and what pages of discussions fill in."""
    said: dict[str, str] = {}
    for name, value in pairs:
        said.setdefault(name, value)
    return {
        "title": _first(said, TITLES)[:200], "source": _first(said, TEXTS), "category": said.get("place", "")[:40],
        "kind": said.get("kind", "")[:12] or "discussion", "lang": (said.get("lang") or said.get("language", ""))[:20],
        "tags": said.get("tags", "")[:200],
    }  # fmt: skip


def _first(said: Mapping[str, str], names: Iterable[str]) -> str:
    return next((said[name] for name in names if said.get(name, "").strip()), "")


def pairs_kept(draft: Mapping[str, Any]) -> Pairs:
    """The form of a row. One kept before whole forms were has its columns alone."""
    if draft["filled"]:
        return pairs_of(draft["filled"]) or []
    named = (("body", "source"), ("title", "title"), ("place", "category"), ("kind", "kind"), ("lang", "lang"), ("tags", "tags"))
    return [(name, draft[column]) for name, column in named if draft[column]]
