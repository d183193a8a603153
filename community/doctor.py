"""`guildhall doctor`: looks at everything the site stands on, and says of each fault what to do."""

import shutil
import stat
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from community import clock
from community.backups.place import Place
from community.settings import settings
from community.storage import backlog, database_open, dialect, pending_migrations, row, value
from community.storage.sizes import database_bytes
from community.storage.slices import import_all
from community.web.health import readiness

State = Literal["ok", "look", "bad"]
GB = 1024**3
LATE_S, SKEW_S = 300, 2


@dataclass(frozen=True)
class Finding:
    """One line. "bad": the site cannot serve as it should; "look": it can, and somebody should look at it."""

    name: str
    state: State
    says: str

    def __str__(self) -> str:
        return f"{self.state:<5} {self.name:<12} {self.says}"


async def examine() -> AsyncIterator[Finding]:
    """Everything, one after the other; what needs the database is left out where it cannot be opened."""
    for finding in (_data_folder(), _disk(), _secret(), _origin(), _proxies(), _restoration()):
        yield finding
    try:
        async with database_open(settings().database_url):
            yield Finding("database", "ok", f"{dialect()}, {await database_bytes() / 1024**2:.0f} MB")
            if pending := await pending_migrations():
                yield Finding("migrations", "bad", f"{', '.join(pending)} wait. Run `guildhall migrate`.")
                return
            yield Finding("migrations", "ok", "all applied")
            for look in (_durability, _clock, _jobs, pushes, _demo):
                yield await look()
            for finding in await _parts():
                yield finding
    except Exception as error:  # whatever keeps it from opening is what must be told
        yield Finding("database", "bad", f"{type(error).__name__}. Look at GUILDHALL_DATABASE, and whether the server runs.")


def _data_folder() -> Finding:
    folder = settings().data
    if not folder.is_dir():
        return Finding("data", "bad", f"{folder.absolute()} does not exist. Set GUILDHALL_DATA, or run `guildhall migrate`.")
    try:
        probe = folder / ".doctor"
        probe.touch()
        probe.unlink()
    except OSError as error:
        return Finding("data", "bad", f"{folder.absolute()} cannot be written to ({type(error).__name__}). Give it to this user.")
    return Finding("data", "ok", str(folder.absolute()))


def _disk() -> Finding:
    folder = next(one for one in (settings().data.absolute(), *settings().data.absolute().parents) if one.exists())
    free = shutil.disk_usage(folder).free / GB
    if free < 0.2:
        return Finding("disk", "bad", f"{free:.2f} GB are free. Make room now: without it nothing can be stored.")
    return Finding("disk", "ok" if free >= 2 else "look", f"{free:.1f} GB free" + ("" if free >= 2 else ". Make room soon."))


def _secret() -> Finding:
    kept = settings().data / "secret"
    if settings().secret:
        return Finding("secret", "ok", "set")
    if not kept.exists():
        return Finding("secret", "look", "none yet: one is made at the first start. Several processes need GUILDHALL_SECRET.")
    if stat.S_IMODE(kept.stat().st_mode) & 0o077:
        return Finding("secret", "bad", f"others can read {kept}. Run: chmod 600 {kept}")
    return Finding("secret", "ok", "kept in the data folder. Keep a copy elsewhere: no backup holds it.")


def _origin() -> Finding:
    origin = urlsplit(settings().public_origin)
    if not settings().origin and not settings().on_loopback:
        return Finding("origin", "bad", "links in mails point to nowhere. Set GUILDHALL_ORIGIN=https://your.name.")
    if settings().origin and origin.scheme != "https" and origin.hostname not in {"localhost", "127.0.0.1", "::1"}:
        return Finding(
            "origin", "bad", "without https pass phrases can be read on the way. See deploy/ for a proxy that speaks it."
        )
    return Finding("origin", "ok", settings().public_origin)


def _proxies() -> Finding:
    if settings().public_origin.startswith("https:") and not settings().proxies:
        return Finding("proxies", "bad", "every visitor counts as one address. Set GUILDHALL_PROXIES to the proxy's (127.0.0.1).")
    return Finding("proxies", "ok", ", ".join(map(str, settings().proxies)) or "none in front")


def _restoration() -> Finding:
    if Place(settings().data, settings().database_url).begun():
        return Finding("restoration", "bad", "begun and not finished. Run `guildhall restore` again with the same archive.")
    return Finding("restoration", "ok", "none is under way")


async def _durability() -> Finding:
    """Acknowledged means on the disk."""
    if dialect() == "sqlite":
        mode = await value("PRAGMA journal_mode")
        from community.storage.sqlite_writer import PRAGMAS

        fine = mode == "wal" and PRAGMAS["synchronous"] == "FULL"
        return Finding("durability", "ok" if fine else "bad", f"journal {mode}, synchronous {PRAGMAS['synchronous']}")
    found = {name: await value(f"SELECT current_setting('{name}')") for name in ("fsync", "synchronous_commit", "full_page_writes")}
    off = [name for name, setting in found.items() if setting == "off"]
    return Finding("durability", "bad" if off else "ok", f"{', '.join(off)}: turn on, or a power cut loses what was acknowledged."
                   if off else "every commit is on the disk")  # fmt: skip


async def _clock() -> Finding:
    if dialect() == "sqlite":
        return Finding("clock", "ok", "the database has none of its own")
    found = await row("SELECT clock_timestamp() AS moment")
    assert found is not None
    apart = abs((found["moment"] - clock.now()).total_seconds())
    if apart > SKEW_S:
        return Finding("clock", "look", f"{apart:.0f} s apart from the database's. Run a time service on both machines.")
    return Finding("clock", "ok", "as the database's")


async def _jobs() -> Finding:
    waiting = await backlog()
    late = (clock.now() - waiting.oldest_due_at).total_seconds() if waiting.oldest_due_at else 0
    if late > LATE_S:
        return Finding("jobs", "bad", f"{waiting.waiting} wait, the oldest for {late / 60:.0f} minutes. Does a worker run?")
    if waiting.dead:
        return Finding("jobs", "look", f"{waiting.dead} were given up. See `guildhall dead-letters`.")
    return Finding("jobs", "ok", f"{waiting.waiting} wait")


async def pushes() -> Finding:
    """Browsers give pushes to pages that came over https, or from this machine; the keys need no file of their own."""
    found = await row("SELECT COUNT(*) AS told, COUNT(CASE WHEN failures > 0 THEN 1 END) AS silent FROM push_devices")
    told, silent = (found["told"], found["silent"]) if found else (0, 0)
    if not settings().public_origin.startswith("https:") and not settings().on_loopback:
        return Finding("push", "look", "without https no browser takes pushes. Letters and the bell do their work.")
    if told and silent == told:
        return Finding("push", "look", f"none of {told} devices was reached lately. May this machine open https connections?")
    return Finding("push", "ok", f"{told} devices, {silent} of them not reached lately; keys derived from the secret")


async def _demo() -> Finding:
    there = await value("SELECT 1 AS found FROM members WHERE email LIKE '%@demo.example' LIMIT 1")
    if there and (settings().origin or not settings().on_loopback):
        return Finding("demo", "bad", "this public site holds sign-ins that everybody knows. Start with an empty GUILDHALL_DATA.")
    return Finding("demo", "ok", "the demonstration network, on this machine only" if there else "no demonstration sign-ins")


_ADVICE = {
    "search": "Look at GUILDHALL_SEARCH; if the index is damaged, run `guildhall reindex`.",
    "bus": "Look at GUILDHALL_BUS and its server: without it pages hear of each other later.",
    "mail": "Look at GUILDHALL_MAIL and its server: letters wait meanwhile.",
}


async def _parts() -> list[Finding]:
    """What /readyz reports of the parts that the site can do without for a while."""
    import_all("health")
    parts = (await readiness())["parts"]
    found = [
        Finding(name, "ok", said.removeprefix("ok: "))
        if said.startswith("ok")
        else Finding(name, "look", f"{said}. {_ADVICE.get(name, 'See docs/operations.md.')}")
        for name, said in parts.items()
        if name not in {"database", "migrations"}
    ]
    if settings().mail == "outbox" and settings().origin:
        found.append(Finding("letters", "look", "none leaves the house: members cannot confirm addresses. Set GUILDHALL_MAIL."))
    return found
