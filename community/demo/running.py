"""`guildhall demo`: load the demonstration network once, and start the site."""

import os
from collections.abc import Callable

from community import clock
from community.demo.settling_in import PASS_PHRASE, SIGN_INS, make_institutions, make_members
from community.demo.talking import hold_rooms, hold_threads, make_space
from community.demo.trading import ask, make_listings
from community.discovery.engines import engine_open
from community.discussions.places import ensure_themes
from community.practices.seeds import load_reports
from community.settings import settings
from community.storage import database_open, drain, value

Show = Callable[[str], None]


async def load_and_serve(*, serve_after: bool, show: Show) -> None:
    os.environ["GUILDHALL_DEMO"] = "true"
    settings.cache_clear()
    if not settings().on_loopback or settings().origin:
        raise SystemExit(
            "The demonstration network has public pass phrases: it runs on this machine only (GUILDHALL_HOST=127.0.0.1)."
        )
    await load(show)
    if serve_after:
        from community.serving import serve

        await serve(settings(), ("web", "sockets", "worker"), ready=lambda: show(_invitation()))


async def load(show: Show) -> None:
    """Migrate, and fill an empty database. One that holds members already is left alone."""
    from community.maintenance import migrate

    await migrate(lambda _: None)
    async with database_open(settings().database_url), engine_open():
        if await value("SELECT COUNT(*) FROM members"):
            return
        await fill(show)


async def fill(show: Show) -> None:
    """Everything, through the same actions that members use, then all that follows from it."""
    began = clock.now()
    show("Loading the demonstration network (once) ...")
    await ensure_themes()
    institutions = await make_institutions()
    members = await make_members(institutions)
    show(f"  {len(institutions)} institutions and {len(members)} members")
    space = await make_space(members)
    await hold_threads(members, space, began)
    await hold_rooms(members, space, began)
    show("  discussions and rooms")
    listings = await make_listings(members, institutions)
    await ask(members, institutions, listings)
    show(f"  {len(listings)} listings")
    practices = await load_reports(members["ingrid-s"].id)
    show(f"  {practices} practices, paraphrased from public reports")
    await drain()
    show("  matches, notifications and the search index")


def _invitation() -> str:
    lines = [
        "", f"Guildhall is running: {settings().public_origin}", "", "Sign in as any of these:",
        *(f"  {role}@demo.example" for role in SIGN_INS), f"with the pass phrase {PASS_PHRASE}", "", "Press Ctrl+C to stop.",
    ]  # fmt: skip
    return "\n".join(lines)
