"""What is asked of the database when it is opened."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from tortoise.exceptions import OperationalError

from community.audience import Grant
from community.storage import close_database, connecting, dialect, open_database, rows, unit_of_work, value
from community.storage.routing import Router

pytestmark = pytest.mark.anyio


async def test_what_is_acknowledged_is_durable(database):
    async with unit_of_work():
        if dialect() == "sqlite":
            found = {name: await value(f"PRAGMA {name}") for name in ("journal_mode", "synchronous", "foreign_keys")}
            assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
        else:
            assert await value("SHOW synchronous_commit") == "on"
            assert await value("SHOW timezone") == "UTC"
            assert await value("SHOW idle_in_transaction_session_timeout") == "1min"


async def test_the_reading_connection_cannot_write(database):
    if dialect() == "sqlite":
        assert await value("PRAGMA query_only") == 1
    for sql in ("INSERT INTO lane_holders VALUES ('a', 'b', 'c')", "DELETE FROM grants", "  update grants set role = 'x'"):
        with pytest.raises(OperationalError):
            await rows(sql)
    for write in ("execute_insert", "execute_many"):
        with pytest.raises(OperationalError):
            await getattr(connecting.reader(), write)("DELETE FROM grants", [])
    with pytest.raises(OperationalError):
        await connecting.reader().execute_script("DELETE FROM grants")


async def test_the_router_names_connections_that_exist(database):
    """Tortoise takes a name that does not exist for "no opinion", and reads through the writing connection."""
    assert Router().db_for_read(Grant) == "reader"
    async with unit_of_work():
        assert (Router().db_for_read(Grant), Router().db_for_write(Grant)) == ("default", "default")
    assert set(connecting.ALIASES) == {"reader", "default"}


async def test_a_second_database_is_refused_while_one_is_open(database):
    with pytest.raises(RuntimeError, match="already open"):
        await open_database(database)
    assert await value("SELECT 1 AS number") == 1


async def test_what_cannot_be_opened_says_so_at_once_and_can_be_tried_again(tmp_path, empty_databases):
    (tmp_path / "not-a-database").write_text("This is not a database, it is a text that is long enough to be read as one." * 20)
    async with empty_databases.fresh() as url:
        with pytest.raises(Exception, match="not a database"):
            await open_database(f"sqlite://{tmp_path / 'not-a-database'}")
        await open_database(url)
        assert await value("SELECT 1 AS number") == 1
        await close_database()


async def test_closing_twice_is_no_harm_and_nothing_is_read_afterwards(empty_databases):
    async with empty_databases.fresh() as url:
        await open_database(url)
        await close_database()
        await close_database()
        with pytest.raises(connecting.NotOpen):
            await rows("SELECT 1 AS number")
        with pytest.raises(connecting.NotOpen):
            async with unit_of_work():
                pass


async def test_a_process_that_has_closed_its_database_ends(tmp_path):
    script = (
        "import asyncio\nfrom community.storage import connecting, database_open\n"
        "connecting.import_all = lambda _: []\n"
        "async def main():\n"
        f"    async with database_open('sqlite://{tmp_path}/fresh.sqlite3'):\n        raise ZeroDivisionError\n"
        "asyncio.run(main())\n"
    )
    ended = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", script], cwd=Path(__file__).parents[2], capture_output=True, timeout=30, check=False
    )
    assert b"ZeroDivisionError" in ended.stderr
    assert ended.returncode == 1
