"""What the people who run the site do from the command line."""

import time
from collections.abc import Callable
from pathlib import Path

from community.accounts import second_step
from community.accounts.addresses import normal_address
from community.accounts.appointing import appoint_steward
from community.backups.checking import NotABackup
from community.backups.place import NotEmpty, Place
from community.backups.restoring import restore_archive
from community.backups.writing import write_archive
from community.discovery.engines import close_engine
from community.discussions.places import ensure_themes
from community.doctor import examine
from community.settings import settings
from community.storage import database_open, migrating, rows
from community.storage.connecting import is_postgres, sqlite_path
from community.storage.dead_letters import dead_letters as given_up
from community.storage.dead_letters import retry_dead_letter
from search.engine import EngineDown

Show = Callable[[str], None]


async def migrate(show: Show) -> None:
    """Bring the database up to date, saying what is done; a new one gets the themes to discuss in."""
    refuse_unfinished_restoration()
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
    """Report each part and what to do; 1 when the site could not serve as it should."""
    worst = 0
    async for finding in examine():
        show(str(finding))
        worst |= finding.state == "bad"
    await close_engine()
    return int(worst)


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


async def backup(file: str, show: Show) -> int:
    """Write the database and the files into one archive; 1 when a file is no longer what was stored."""
    refuse_unfinished_restoration()
    began, target = time.monotonic(), Path(file)
    _refuse_impossible_backup(target)
    manifest, damaged = await write_archive(settings().database_url, settings().data / "files", target)
    rows_in_all = sum(table.rows for table in manifest.tables)
    show(
        f"Written: {target}, {rows_in_all} rows and {len(manifest.files)} files, as of {manifest.moment}, in "
        f"{time.monotonic() - began:.1f} s. Sessions and the signing secret are not in it: keep GUILDHALL_SECRET elsewhere."
    )
    for digest in damaged:
        show(f"Left out, its content is no longer what was stored: {settings().data / 'files' / digest[:2] / digest}")
    return 1 if damaged else 0


def _refuse_impossible_backup(target: Path) -> None:
    url = settings().database_url
    if not is_postgres(url) and not sqlite_path(url).exists():
        raise SystemExit(f"There is no database at {sqlite_path(url)}.")
    if not target.absolute().parent.is_dir():
        raise SystemExit(f"There is no folder {target.absolute().parent}. Make it first.")
    if target.exists():
        raise SystemExit(f"{target} exists already. Give the archive another name.")


async def restore(file: str, show: Show) -> None:
    """Put an archive into an empty place, and build the index."""
    began, place = time.monotonic(), _place()
    try:
        manifest = await restore_archive(Path(file), place, show)
    except (NotABackup, NotEmpty) as refused:
        raise SystemExit(str(refused)) from None
    try:
        await reindex(show)
        await close_engine()
    except EngineDown:
        show("The search does not answer: run `guildhall reindex` when it does.")
    place.release()
    show(f"Restored as of {manifest.moment} in {time.monotonic() - began:.1f} s. Members sign in again. Start the site.")


def refuse_unfinished_restoration() -> None:
    """Raise SystemExit where a restoration was begun and not finished."""
    if _place().begun():
        raise SystemExit(
            f"A restoration was begun in {settings().data} and not finished. Run `guildhall restore ARCHIVE` again with the same "
            "archive, or empty the place."
        )


def _place() -> Place:
    return Place(settings().data, settings().database_url)
