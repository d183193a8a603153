"""Meilisearch's filter language, written from values only. What a reader typed stands in it as a quoted string or not at all."""

from collections.abc import Collection

from search.documents import Query
from search.terms import Asked, Form

FILTERS = {"kind": "kind", "country": "country", "language": "language", "theme": "themes"}


def quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def one_of(attribute: str, values: Collection[str]) -> str:
    """An empty collection holds for nothing."""
    return f"{attribute} IN [{', '.join(map(quoted, sorted(values)))}]"


def may_see(audiences: Collection[str], withheld: Collection[str], unheard: Collection[str] = ()) -> list[str]:
    without = (("key", withheld), ("root", withheld), ("author", unheard))
    return [one_of("audience", audiences), *(f"NOT {one_of(attribute, hidden)}" for attribute, hidden in without if hidden)]


def asked_filters(query: Query, without: str = "") -> list[str]:
    asked = {"kind": query.kinds, "country": query.countries, "language": query.languages, "theme": query.themes}
    below = [one_of("root", query.roots)] if query.roots else []
    return below + [one_of(FILTERS[name], values) for name, values in asked.items() if values and name != without]


def holding(forms: Collection[Form]) -> str:
    """Documents that hold one of the forms; of one with several parts, all of them somewhere."""
    single = {form.parts[0] for form in forms if len(form.parts) == 1}
    several = {form.parts for form in forms if len(form.parts) > 1}
    together = [f"({' AND '.join(f'tokens = {quoted(part)}' for part in parts)})" for parts in sorted(several)]
    return f"({' OR '.join([*([one_of('tokens', single)] if single else []), *together])})"


def answering(asked: Asked, *, all_words: bool) -> list[str]:
    held = [holding(term.forms) for term in asked.terms]
    phrases = [f"tokens = {quoted(word)}" for phrase in asked.phrases for word in phrase]
    return [*phrases, *(held if all_words else [f"({' OR '.join(held)})"] if held else [])]
