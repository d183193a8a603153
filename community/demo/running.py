"""Filling an empty database with the demonstration network, once."""

from collections.abc import Callable

from community import clock
from community.accounts.demo_sign_ins import PASS_PHRASE, SIGN_INS
from community.demo.settling_in import make_institutions, make_members
from community.demo.talking import hold_rooms, hold_threads, make_space
from community.demo.trading import ask, make_listings
from community.discovery.engines import engine_open
from community.discussions.places import ensure_themes
from community.practices.seeds import load_reports
from community.settings import settings
from community.storage import database_open, drain, migrating, value

Show = Callable[[str], None]


async def load(show: Show) -> None:
    """Migrate, and fill an empty database. One that holds members already is left alone."""
    async with database_open(settings().database_url):
        for name in await migrating.migrate():
            show(f"Made the tables: {name}")
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


def invitation(address: str) -> str:
    """What stands on the screen once the site listens."""
    lines = [
        "", f"Guildhall is running: {address}", "", "Sign in as any of these:", *(f"  {role}@demo.example" for role in SIGN_INS),
        f"with the pass phrase {PASS_PHRASE}", "", "Press Ctrl+C to stop.",
    ]  # fmt: skip
    return "\n".join(lines)
