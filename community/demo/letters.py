"""One letter of each kind for the outbox: those that nothing else in the demonstration network brings about."""

from collections.abc import Mapping

from community import clock
from community.accounts.identity import viewer_for
from community.accounts.jobs import mail_reset
from community.accounts.joining import Newcomer, mail_confirmation, register
from community.accounts.models import Member
from community.accounts.ways import tell
from community.demo.settling_in import client_id
from community.institutions.belonging import claim
from community.institutions.models import Institution
from community.letterbox.returning import give_back
from community.mail import send_mail
from community.storage import unit_of_work

CLAIMS = ("gloria-m", "centre-wouri", "employer")


async def write_letters(members: Mapping[str, Member], institutions: Mapping[str, Institution]) -> None:
    """Of an account's life, of an answer by mail that went astray, and of somebody who says where they work."""
    async with unit_of_work():
        await mail_confirmation(members["omar-g"].id)
        await send_mail(members["omar-g"].id, "admitted", "accounts/admitted")
        await register(Newcomer("Rui", members["rui-t"].email, "", "pt"), "", trust="newcomer", admitted=False)
        await tell(members["hiwot-b"].id, "codes new")
    await mail_reset(members["beto-g"].id)
    await give_back(members["coralie-m"].id, client_id("returned"), "thread:1", "empty")
    handle, slug, role = CLAIMS
    await claim(await viewer_for(members[handle].id), institutions[slug].id, role, clock.today())
