"""What the people who run the site do from the command line."""

import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

from community.accounts import second_step
from community.accounts.addresses import normal_address
from community.accounts.appointing import appoint_steward
from community.discussions.places import ensure_themes
from community.settings import settings
from community.storage import database_open, migrating, rows
from community.storage.dead_letters import dead_letters as given_up
from community.storage.dead_letters import retry_dead_letter
from community.web.health import readiness

Show = Callable[[str], None]


async def migrate(show: Show) -> None:
    """Bring the database up to date, saying what is done; a new one gets the themes to discuss in."""
    async with database_open(settings().database_url):
        applied = await migrating.migrate(lambda name: show(f"applied {name}"))
        await ensure_themes()
    show("The database is up to date." if not applied else f"{len(applied)} applied.")


async def make_migration(name: str, show: Show) -> None:
    async with database_open(settings().database_url):
        show(await migrating.make_migration(name))


async def refuse_pending() -> None:
    """Raise SystemExit when the database is behind the code."""
    pending = await migrating.pending_migrations()
    if pending:
        raise SystemExit(f"The database is behind the code ({', '.join(pending)}). Run `guildhall migrate` first.")


async def refuse_public_demo() -> None:
    """The demo's sign-ins are known to everybody: raise SystemExit when they exist and others could reach this process."""
    if settings().on_loopback and not settings().origin:
        return
    known = await rows("SELECT 1 AS found FROM members WHERE email LIKE '%@demo.example' LIMIT 1")
    if known:
        raise SystemExit(
            "This database holds the demo sign-ins, whose pass phrase is public. Start a real site with an empty GUILDHALL_DATA, "
            "or keep GUILDHALL_HOST=127.0.0.1 and GUILDHALL_ORIGIN unset."
        )


async def reindex(show: Show) -> None:
    from community.discovery.indexing import rebuild

    async with database_open(settings().database_url):
        show(f"{await rebuild(show)} documents indexed.")


async def doctor(show: Show) -> int:
    """Report each part; 1 when the site could not serve."""
    async with database_open(settings().database_url):
        report = await readiness()
    for name, state in report["parts"].items():
        show(f"{name:<12} {state}")
    return 0 if report["ready"] else 1


async def steward(email: str, show: Show) -> None:
    async with database_open(settings().database_url):
        show(await appoint_steward(email))


async def forget_second_step(email: str, show: Show) -> int:
    async with database_open(settings().database_url):
        found = await second_step.forget_second_step(normal_address(email))
    show(
        "The authenticator app is off; every device is signed out and the member told."
        if found
        else "Nobody with an app has this address."
    )
    return 0 if found else 1


async def dead_letters(retry: int | None, show: Show) -> None:
    """List what has failed ten times, by id, name and error class; or make one due again."""
    async with database_open(settings().database_url):
        if retry is not None:
            show("It will run again." if await retry_dead_letter(retry) else "There is no such dead letter.")
            return
        letters = await given_up()
        for letter in letters:
            show(f"{letter.id:>6}  {letter.name}  {letter.error}  {letter.died_at:%Y-%m-%d %H:%M}")
        show(f"{len(letters)} dead letters.")


def backup(file: str, show: Show) -> None:
    """Write the SQLite database and the files into one archive, readable by its owner only. PostgreSQL has pg_dump."""
    if not settings().database_url.startswith("sqlite://"):
        raise SystemExit("Use pg_dump for the database, and copy the folder `files` of GUILDHALL_DATA.")
    source = Path(settings().database_url.removeprefix("sqlite://"))
    if not source.exists():
        raise SystemExit(f"There is no database at {source}.")
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with tempfile.TemporaryDirectory() as folder, os.fdopen(descriptor, "wb") as out:
        copy = Path(folder) / "guildhall.sqlite3"
        _copy_database(source, copy)
        with tarfile.open(fileobj=out, mode="w:gz") as archive:
            archive.add(copy, "guildhall.sqlite3")
            if (settings().data / "files").is_dir():
                archive.add(settings().data / "files", "files")
    show(f"Written: {file}. The signing secret is not in it; sessions end when it is restored elsewhere.")


def _copy_database(source: Path, target: Path) -> None:
    """SQLite's own online copy: consistent while others write. Sessions and what leads to one are left out."""
    with sqlite3.connect(source) as original, sqlite3.connect(target) as copied:
        original.backup(copied)
        tables = {name for (name,) in copied.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for table in {"sessions", "mailed_tokens", "begun_proofs"} & tables:
            copied.execute(f"DELETE FROM {table}")
        copied.commit()
        copied.execute("VACUUM")
