"""Sessions of the demonstration's members, made in its database while no process runs."""

from pathlib import Path

from community.accounts.models import Member
from community.accounts.sessions import open_session
from community.storage import database_open, row, unit_of_work


async def sessions_of_members(database: Path) -> tuple[list[str], int, str, int]:
    """(tokens, a room, its epoch, its newest entry)."""
    async with database_open(f"sqlite://{database}"):
        members = await Member.filter(trust="trusted").order_by("id")
        async with unit_of_work():
            tokens = [(await open_session(member.id, "bench", keep=True)).token for member in members]
        room = await row("SELECT id, epoch, seq FROM rooms WHERE audience = 'members' OR audience = 'public' ORDER BY id LIMIT 1")
    assert room is not None
    return tokens, room["id"], room["epoch"], room["seq"]
