"""`guildhall doctor`: a line for each part, what to do about each fault, and a status for scripts."""

from datetime import timedelta

import pytest

from community import clock, doctor, maintenance
from community.settings import Settings
from community.storage import connecting, database_open, execute, migrating, unit_of_work
from tests.backups.conftest import make_tables
from tests.factories import make_member

pytestmark = pytest.mark.anyio

HEALTHY = {"data", "disk", "secret", "origin", "proxies", "restoration", "database", "migrations", "durability", "clock", "jobs", "demo",
           "search", "bus", "mail"}  # fmt: skip


@pytest.fixture
def house(tmp_path, empty_databases, monkeypatch):
    """`await house(**settings)`: what the doctor finds, by name, and the status."""

    async def examined(prepare=None, **values: object) -> tuple[dict[str, str], int]:
        async with empty_databases.fresh(tables=False) as url:
            async with database_open(url):
                await make_tables()
                if prepare:
                    await prepare()
            found = Settings(**{"data": tmp_path, "database": url} | values)
            for module in ("community.doctor", "community.maintenance", "community.chat.health", "community.mail.transport",
                           "community.discovery.engines"):  # fmt: skip
                monkeypatch.setattr(f"{module}.settings", lambda: found)
            lines: list[str] = []
            status = await maintenance.doctor(lines.append)
            return {line.split()[1]: line for line in lines}, status

    return examined


async def test_a_healthy_house(house) -> None:
    found, status = await house(secret="x" * 40)
    assert found.keys() >= HEALTHY
    if connecting.dialect() == "postgres":  # the tests' own server trusts the power, and the doctor says so
        assert "fsync" in found.pop("durability")
        status = 0
    assert [line for line in found.values() if not line.startswith("ok")] == []
    assert status == 0


async def test_each_fault_says_what_to_do(house, tmp_path) -> None:
    (tmp_path / "secret").write_text("x" * 64)
    (tmp_path / "secret").chmod(0o644)

    async def trouble() -> None:
        await make_member(email="member@demo.example")
        async with unit_of_work():
            await execute(
                """INSERT INTO jobs (lane, name, arguments, due_at, attempts, created_at)
                   VALUES ('jobs', 'job:x', '{}', :then, 0, :then)""", then=clock.now() - timedelta(hours=1),
            )  # fmt: skip

    found, status = await house(
        trouble, origin="https://hall.example.org", host="192.0.2.1", mail="outbox", bus="valkey://127.0.0.1:9"
    )
    assert "chmod 600" in found["secret"]
    assert "GUILDHALL_PROXIES" in found["proxies"]
    assert "Does a worker run?" in found["jobs"]
    assert "empty GUILDHALL_DATA" in found["demo"]
    assert "GUILDHALL_MAIL" in found["letters"]
    assert found["bus"].startswith("look")
    assert status == 1


async def test_a_site_without_https_or_address_is_told(house) -> None:
    found, status = await house(secret="x" * 40, origin="http://hall.example.org")
    assert "pass phrases can be read" in found["origin"]
    assert status == 1
    found, _ = await house(secret="x" * 40, host="192.0.2.1")
    assert "GUILDHALL_ORIGIN=https" in found["origin"]


async def test_a_database_that_is_behind_or_away(house, monkeypatch) -> None:
    async def behind() -> None:
        async with unit_of_work():
            await execute("DELETE FROM tortoise_migrations WHERE name = :name", name=migrating.known_migrations()[-1])

    found, status = await house(behind, secret="x" * 40)
    assert "Run `guildhall migrate`" in found["migrations"]
    assert status == 1
    if connecting.dialect() == "sqlite":
        monkeypatch.setattr(doctor, "settings", lambda: Settings(database="sqlite:///proc/nowhere/x.sqlite3"))
        lines: list[str] = []
        assert await maintenance.doctor(lines.append) == 1
        assert any("Look at GUILDHALL_DATABASE" in line for line in lines)
