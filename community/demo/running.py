"""Filling an empty database with the demonstration network, once."""

from collections.abc import Callable
from datetime import datetime

from community import clock
from community.accounts.demo_sign_ins import PASS_PHRASE, SIGN_INS
from community.demo.conversing import hold_conversations
from community.demo.gathering import hold_event_rooms, plan_events
from community.demo.harvesting import make_harvests
from community.demo.letters import write_letters, write_one_digest
from community.demo.settling_in import make_institutions, make_members
from community.demo.spaces import knock, make_spaces
from community.demo.talking import Company, hold_rooms, hold_threads
from community.demo.trading import ask, make_listings
from community.discovery.engines import engine_open
from community.discussions.places import ensure_themes
from community.events.seeds import load_reported_events
from community.practices.seeds import load_reports
from community.settings import settings
from community.storage import database_open, drain, migrating, unit_of_work, value

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


async def refuse_other_network() -> None:
    """Raise SystemExit where the members are not those of the demonstration: nobody's site is grown, nor shown with its letters."""
    async with database_open(settings().database_url):
        known = await value("SELECT COUNT(*) FROM members WHERE email IN :demo", demo=[f"{role}@demo.example" for role in SIGN_INS])
        left = await value("SELECT COUNT(*) FROM departures")  # somebody may have tried that out
    if not known or known + left < len(SIGN_INS):
        raise SystemExit("This database holds another network than the demonstration. Set GUILDHALL_DATA to an empty folder.")


class AllAtOnce(unit_of_work):
    """The one long unit of work: nobody else writes yet."""

    noted_after_s = 600.0


async def fill(show: Show) -> None:
    """Everything or nothing, through the same actions that members use, then all that follows from it."""
    show("Loading the demonstration network (once) ...")
    async with AllAtOnce():
        await _settle(clock.now(), show)
    await drain()
    await write_one_digest()
    await drain()
    show("  matches, notifications and the search index")


async def _settle(began: datetime, show: Show) -> None:
    await ensure_themes()
    institutions = await make_institutions()
    members = await make_members(institutions)
    show(f"  {len(institutions)} institutions and {len(members)} members")
    company = Company(members, await make_spaces(members), began)
    await hold_threads(company)
    await hold_rooms(company)
    await make_harvests(company)
    show("  discussions and rooms")
    await hold_conversations(company)
    listings = await make_listings(members, institutions)
    await ask(members, institutions, listings)
    show(f"  {len(listings)} listings")
    practices = await load_reports(members["ingrid-s"].id)
    show(f"  {practices} practices, paraphrased from public reports")
    planned, reported = await plan_events(members, institutions), await load_reported_events(members["ingrid-s"].id)
    await hold_event_rooms(company, planned)
    show(f"  {len(planned) + reported} events")
    await knock(members, company.spaces)
    await write_letters(members, institutions)


def invitation(address: str) -> str:
    """What stands on the screen once the site listens."""
    lines = [
        "", f"Guildhall is running: {address}", "", "Sign in as any of these:", *(f"  {role}@demo.example" for role in SIGN_INS),
        f"with the pass phrase {PASS_PHRASE}", "", "Press Ctrl+C to stop.",
    ]  # fmt: skip
    return "\n".join(lines)
