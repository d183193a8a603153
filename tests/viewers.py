"""The Viewer that a member's session makes."""

from community.accounts.identity import identify_token
from community.accounts.models import Member
from community.accounts.sessions import open_session
from community.audience import Viewer
from community.storage import unit_of_work


async def viewer_of(member: Member) -> Viewer:
    async with unit_of_work():
        opened = await open_session(member.id, "tests", keep=False)
    return await identify_token(opened.token)
