"""Fixed queries with named parameters, alike on both databases."""

from datetime import UTC, datetime, timedelta, timezone
from enum import Enum
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.audience import Grant
from community.storage import execute, row, rows, unit_of_work, value
from community.storage.sql import statement

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
KEY = UUID("12345678-1234-5678-1234-567812345678")


class Colour(Enum):
    RED = "red"


@pytest.mark.parametrize(
    ("sql", "parameters", "sqlite", "postgres"),
    [
        ("a = :a", {"a": 1}, ("a = ?", [1]), ("a = $1", [1])),
        (
            "a = :a OR b = :b OR c = :a",
            {"a": 1, "b": 2},
            ("a = ? OR b = ? OR c = ?", [1, 2, 1]),
            ("a = $1 OR b = $2 OR c = $1", [1, 2]),
        ),
        ("a = :a AND t = 'x:a'", {"a": 1}, ("a = ? AND t = 'x:a'", [1]), ("a = $1 AND t = 'x:a'", [1])),
        ("t = 'it''s :b' AND a = :a", {"a": 1}, ("t = 'it''s :b' AND a = ?", [1]), ("t = 'it''s :b' AND a = $1", [1])),
        ('"od:d" = :a', {"a": 1}, ('"od:d" = ?', [1]), ('"od:d" = $1', [1])),
        ("a::text = :a::text", {"a": 1}, ("a::text = ?::text", [1]), ("a::text = $1::text", [1])),
        ("a = :a -- or :b\n", {"a": 1}, ("a = ? -- or :b\n", [1]), ("a = $1 -- or :b\n", [1])),
        ("a = :a /* :b */", {"a": 1}, ("a = ? /* :b */", [1]), ("a = $1 /* :b */", [1])),
        ("id IN :ids", {"ids": [1, 2]}, ("id IN (?, ?)", [1, 2]), ("id = ANY($1)", [[1, 2]])),
        ("id not in :ids", {"ids": (1, 2)}, ("id not in (?, ?)", [1, 2]), ("id <> ALL($1)", [[1, 2]])),
        ("id IN :ids", {"ids": []}, ("id IN ()", []), ("id = ANY($1)", [[]])),
        ("at < :at", {"at": NOON}, ("at < ?", ["2026-03-04 12:00:00+00:00"]), ("at < $1", [NOON])),
        ("c = :c", {"c": Colour.RED}, ("c = ?", ["red"]), ("c = $1", ["red"])),
        ("u = :u", {"u": KEY}, ("u = ?", [str(KEY)]), ("u = $1", [KEY])),
    ],
)
def test_a_statement_becomes_the_databases_own(sql, parameters, sqlite, postgres):
    assert statement(sql, parameters, "sqlite") == sqlite
    assert statement(sql, parameters, "postgres") == postgres


@pytest.mark.parametrize(
    ("sql", "parameters"),
    [
        ("a = :a", {}),
        ("a = :a", {"a": 1, "b": 2}),
        ("a = :a", {"a": [1]}),
        ("a IN :a", {"a": 1}),
        ("a IN :a", {"a": "text"}),
        ("at = :at", {"at": datetime(2026, 3, 4)}),  # noqa: DTZ001 - the point
    ],
)
@pytest.mark.parametrize("dialect", ["sqlite", "postgres"])
def test_what_does_not_fit_is_refused(sql, parameters, dialect):
    with pytest.raises(TypeError):
        statement(sql, parameters, dialect)


def test_times_are_bound_in_utc():
    there = NOON.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert statement("at = :at", {"at": there}, "sqlite")[1] == ["2026-03-04 12:00:00+00:00"]


@given(st.text(max_size=40))
def test_no_value_ever_becomes_part_of_the_text(value):
    for dialect in ("sqlite", "postgres"):
        text, values = statement("SELECT :value", {"value": value}, dialect)
        assert text in {"SELECT ?", "SELECT $1"}
        assert values == [value]


@pytest.fixture
async def three_grants(database):
    async with unit_of_work():
        for number in (1, 2, 3):
            await Grant.create(audience=f"space:{number}", holder="member:1", role="member", since=NOON + timedelta(seconds=number))


@pytest.mark.anyio
async def test_rows_row_and_value(three_grants):
    assert await rows("SELECT audience FROM grants WHERE audience IN :keys ORDER BY id", keys={"space:1", "space:3"}) == [
        {"audience": "space:1"},
        {"audience": "space:3"},
    ]
    assert await rows("SELECT audience FROM grants WHERE audience IN :keys", keys=[]) == []
    assert len(await rows("SELECT audience FROM grants WHERE audience NOT IN :keys", keys=[])) == 3
    assert await row("SELECT audience FROM grants WHERE id = :id", id=-1) is None
    assert await value("SELECT count(*) AS number FROM grants WHERE holder = :holder", holder="member:1") == 3
    assert await value("SELECT audience FROM grants WHERE id = :id", id=-1) is None


@pytest.mark.anyio
async def test_times_come_back_aware_from_columns_and_from_expressions(three_grants):
    found = await row("SELECT since, since AS other FROM grants ORDER BY id LIMIT 1")
    assert found == {"since": NOON + timedelta(seconds=1), "other": NOON + timedelta(seconds=1)}
    assert await value("SELECT max(since) AS last_at FROM grants") == NOON + timedelta(seconds=3)
    assert await value("SELECT max(since) AS last_at FROM grants WHERE id < 0") is None
    assert (await Grant.get(audience="space:1")).since == NOON + timedelta(seconds=1)


@pytest.mark.anyio
async def test_times_compare_as_times_with_and_without_a_fraction(database):
    moments = [NOON, NOON + timedelta(microseconds=1), NOON + timedelta(milliseconds=500), NOON + timedelta(seconds=1)]
    async with unit_of_work():
        for number, moment in enumerate(moments):
            await Grant.create(audience=f"space:{number}", holder="member:1", role="member", since=moment)
    for number, moment in enumerate(moments):
        assert await value("SELECT count(*) AS number FROM grants WHERE since < :at", at=moment) == number
        assert await Grant.filter(since__lt=moment).count() == number
    assert [one["since"] for one in await rows("SELECT since FROM grants ORDER BY since")] == moments


@pytest.mark.anyio
async def test_execute_counts_the_rows_it_touched_itself(three_grants):
    async with unit_of_work():
        assert await execute("UPDATE grants SET role = 'moderator' WHERE audience IN :keys", keys=["space:1", "space:2"]) == 2
        assert await execute("DELETE FROM grants WHERE audience = 'nothing'") == 0
        returned = await rows("UPDATE grants SET role = 'author' WHERE audience = :key RETURNING audience, role", key="space:3")
        assert returned == [{"audience": "space:3", "role": "author"}]
        assert await execute("DELETE FROM grants") == 3


@pytest.mark.anyio
async def test_deleting_counts_no_cascade(database):
    from tests.factories import make_member

    member = await make_member()
    async with unit_of_work():
        for number in range(3):
            await execute(
                """INSERT INTO sessions (token_hash, member_id, created_at, seen_at, expires_at, user_agent)
                   VALUES (:hash, :member, :at, :at, :at, '')""",
                hash=str(number), member=member.id, at=NOON,
            )  # fmt: skip
        assert await execute("DELETE FROM members WHERE id = :id", id=member.id) == 1
        assert await value("SELECT count(*) AS number FROM sessions") == 0
