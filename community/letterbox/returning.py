"""The letter that says why an answer was not posted, and what to do: to the member's own address, and seldom."""

from datetime import timedelta
from uuid import UUID

from community import clock
from community.accounts.models import Member
from community.mail import send_mail
from community.storage import unit_of_work, value

MOST_AN_HOUR = 3
WITHOUT_THE_THING = frozenset({"gone", "expired", "sender"})  # whoever has lost the right is told nothing of it


async def give_back(member_id: int, client_id: UUID, target: str, reason: str, said: str = "") -> bool:
    """Write it once for a message, and no more than a few an hour. Two at once wait for each other."""
    async with unit_of_work():
        await Member.filter(id=member_id).select_for_update().first()
        sent = await value(
            "SELECT COUNT(*) FROM mails WHERE member_id = :member AND cause LIKE 'returned:%' AND created_at > :since",
            member=member_id, since=clock.now() - timedelta(hours=1),
        )  # fmt: skip
        if sent >= MOST_AN_HOUR:
            return False
        path = "/discussions" if reason in WITHOUT_THE_THING else f"/{target.replace(':', 's/')}"
        return await send_mail(member_id, f"returned:{client_id}", "letterbox/returned", reason=reason, said=said, path=path)
