"""Fixed queries as text with `:name` parameters, the same for both databases."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum
from functools import lru_cache
from types import NoneType
from typing import Any
from uuid import UUID

from community.storage.connecting import Dialect, dialect, reader
from community.storage.sqlite_values import moments_by_name
from community.storage.units import current_unit, require_unit

# What a colon means nothing in comes first, so that it is passed over: texts, quoted names, comments, casts.
_TOKEN = re.compile(
    r"""(?P<passed>'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|/\*.*?\*/|::)
      | \b(?P<list>(?:NOT\s+)?IN)\s*:(?P<list_name>[a-z_][a-z0-9_]*)
      | :(?P<name>[a-z_][a-z0-9_]*)""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)

_AS_THEY_ARE = frozenset({str, int, float, bool, NoneType})
_SINGLE = _AS_THEY_ARE | {datetime, UUID}  # known at a glance; asking the ABC is slow
_SEVERAL = frozenset({list, tuple, set, frozenset})


async def rows(sql: str, /, **parameters: Any) -> list[dict[str, Any]]:
    """All rows as dicts. `IN :ids` takes a list, also an empty one. Inside a unit of work it sees what the unit has written.

    Times come back aware and in UTC: a column of a table always, an expression if its name ends in `_at`. JSON comes back as
    text. Booleans are 0 and 1 on SQLite.
    """
    text, values = statement(sql, parameters, database := dialect())
    unit = current_unit()
    found: list[dict[str, Any]] = await (unit.client if unit else reader()).execute_query_dict(text, values)
    return moments_by_name(found) if database == "sqlite" else found


async def row(sql: str, /, **parameters: Any) -> dict[str, Any] | None:
    """The first row, or None."""
    found = await rows(sql, **parameters)
    return found[0] if found else None


async def value(sql: str, /, **parameters: Any) -> Any:
    """The first column of the first row, or None."""
    found = await rows(sql, **parameters)
    return next(iter(found[0].values())) if found else None


@lru_cache(maxsize=1024)
def query_with(template: str, **parts: str) -> str:
    """`template.format(**parts)`, made once, so that what has been compiled is found by the same string, whose hash is known.

    The parts are few and ours, such as the condition that `visible_sql` gives; what differs each time is a parameter.
    """
    return template.format(**parts)


def joined(expression: str) -> str:
    """An aggregate for fixed queries: the texts of all rows with commas between them; NULL for no row."""
    return f"{'string_agg' if dialect() == 'postgres' else 'group_concat'}({expression}, ',')"


async def execute(sql: str, /, **parameters: Any) -> int:
    """Run a statement that writes, inside a unit of work. Returns how many rows it has touched itself (no cascades)."""
    client = require_unit("execute").client
    text, values = statement(sql, parameters, dialect())
    affected: int = (await client.execute_query(text, values))[0]
    return affected


async def execute_many(sql: str, several: Sequence[Mapping[str, Any]], /) -> None:
    """Run a statement that writes once for each set of parameters, in one go, inside a unit of work. They hold no lists."""
    client = require_unit("execute_many").client
    if several:
        text, names, known = _compiled(sql, (), dialect())
        _must_fit(sql, known, several[0])
        stored = _for_sqlite if dialect() == "sqlite" else _for_postgres
        values = [
            [given if type(given := parameters[name]) in _AS_THEY_ARE else stored(given) for name in names]
            for parameters in several
        ]
        await client.execute_many(text, values)


def statement(sql: str, parameters: Mapping[str, Any], to: Dialect) -> tuple[str, list[Any]]:
    """The text with placeholders of that database, and the values in their order. Raises TypeError on a name too many or few."""
    lists = {name: len(given) for name, given in parameters.items() if type(given) not in _SINGLE and _is_list(given)}
    lengths = tuple(sorted(lists.items())) if to == "sqlite" else tuple((name, 0) for name in sorted(lists))
    text, names, known = _compiled(sql, lengths, to)
    _must_fit(sql, known, parameters)
    if to == "postgres":
        return text, [_for_postgres(parameters[name]) for name in names]
    values: list[Any] = []
    for name in names:
        given = parameters[name]
        if name in lists:
            values.extend(map(_for_sqlite, given))
        else:
            values.append(given if type(given) in _AS_THEY_ARE else _for_sqlite(given))
    return text, values


def _must_fit(sql: str, known: frozenset[str], parameters: Mapping[str, Any]) -> None:
    if known != parameters.keys():
        raise TypeError(f"parameters {sorted(parameters)} do not fit {sorted(known)} in: {sql}")


@lru_cache(maxsize=2048)
def _compiled(sql: str, lengths: tuple[tuple[str, int], ...], to: Dialect) -> tuple[str, tuple[str, ...], frozenset[str]]:
    """The text, and the names of the parameters in their order, and once each."""
    lists = dict(lengths)
    names: list[str] = []

    def placed(token: re.Match[str]) -> str:
        if token["passed"]:
            return token["passed"]
        name = token["list_name"] or token["name"]
        if (token["list_name"] is not None) != (name in lists):
            raise TypeError(f"a list goes behind IN, and nothing else does: {name} in {sql}")
        if to == "postgres":
            return _for_any(token["list"], _numbered(names, name))
        names.append(name)
        return f"{token['list']} ({', '.join('?' * lists[name])})" if token["list"] else "?"

    text = _TOKEN.sub(placed, sql)
    return text, tuple(names), frozenset(names)


def _numbered(names: list[str], name: str) -> str:
    if name not in names:
        names.append(name)
    return f"${names.index(name) + 1}"


def _for_any(operator: str | None, placeholder: str) -> str:
    """One text for lists of every length, so that the server keeps one plan."""
    if not operator:
        return placeholder
    return f"<> ALL({placeholder})" if operator.upper().startswith("NOT") else f"= ANY({placeholder})"


def _is_list(given: Any) -> bool:
    return type(given) in _SEVERAL or (
        type(given) not in _SINGLE and isinstance(given, Sequence | set | frozenset) and not isinstance(given, str | bytes)
    )


def _for_sqlite(given: Any) -> Any:
    if type(given) in _AS_THEY_ARE:
        return given
    if isinstance(given, datetime):
        return _stored_moment(given)
    if isinstance(given, UUID):
        return str(given)
    return given.value if isinstance(given, Enum) else given


def _for_postgres(given: Any) -> Any:
    if _is_list(given):
        return [_for_postgres(one) for one in given]
    if isinstance(given, datetime):
        return _utc(given)
    return given.value if isinstance(given, Enum) else given


@lru_cache(maxsize=64)  # the rows of a statement have a moment in common
def _stored_moment(given: datetime) -> str:
    """As Tortoise writes it, so that texts compare as times."""
    return _utc(given).isoformat(" ")


def _utc(given: datetime) -> datetime:
    if given.tzinfo is None:
        raise TypeError("a time without a zone says nothing")
    return given.astimezone(UTC)
