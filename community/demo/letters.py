"""One letter of each kind for the outbox: those that nothing else in the demonstration network brings about."""

from collections.abc import Mapping

from community import clock
from community.accounts.applying import ask_applicant, decide_application
from community.accounts.identity import viewer_for
from community.accounts.jobs import mail_reset
from community.accounts.joining import Newcomer, mail_confirmation, register
from community.accounts.models import Application, Member
from community.accounts.ways import tell
from community.demo.settling_in import client_id
from community.institutions.belonging import claim
from community.institutions.inviting_many import check, send
from community.institutions.models import Institution
from community.letterbox.returning import give_back
from community.mail import send_mail
from community.notifications.digests import write_digest
from community.settings import settings
from community.storage import execute, unit_of_work, value

CLAIMS = ("gloria-m", "centre-wouri", "employer")
INVITES = ("kofi-amedzo", "volta-skills-centre", b"email,name\nyao@demo.example,Yao Dotse\n")
WAITS = ("Sena Adzraku", "sena@demo.example", "I teach refrigeration in Tema and was told of you by a colleague in Ho.")
DECLINED = ("Ads and More", "ads@demo.example", "We would like to offer your members our screws.")


async def write_letters(members: Mapping[str, Member], institutions: Mapping[str, Institution]) -> None:
    """Of an account's life, of an answer by mail that went astray, and of people who come to the door."""
    async with unit_of_work():
        await mail_confirmation(members["omar-g"].id)
        await send_mail(members["omar-g"].id, "admitted", "accounts/admitted")
        await register(_form("Rui", members["rui-t"].email), "", trust="newcomer", admitted=False)
        await tell(members["hiwot-b"].id, "codes new")
        await send_mail(members["omar-g"].id, "left", "accounts/left", asked=True, empties=False, days=settings().backup_days)
    await mail_reset(members["beto-g"].id)
    await give_back(members["coralie-m"].id, client_id("returned"), "thread:1", "empty")
    await _applicants(members["ingrid-s"])
    handle, slug, role = CLAIMS
    await claim(await viewer_for(members[handle].id), institutions[slug].id, role, clock.today())
    handle, slug, people = INVITES
    host = await viewer_for(members[handle].id)
    checked = await check(host, institutions[slug].id, people, "en", client_id("invitations"))
    await send(host, institutions[slug].id, checked.id)


async def _applicants(steward: Member) -> None:
    """One who was asked a question, and has applied again meanwhile; one who was told no."""
    waits, declined = await _apply(*WAITS), await _apply(*DECLINED)
    actor = await viewer_for(steward.id)
    await ask_applicant(actor, waits, "Which colleague was it? Then we can ask them.")
    await decide_application(actor, declined, accept=False, because="This is a place of teachers and learners, not of advertising.")
    async with unit_of_work():
        await register(_form(WAITS[0], WAITS[1]), "", trust="newcomer", admitted=False)


async def _apply(name: str, email: str, line: str) -> int:
    async with unit_of_work():
        member = await register(_form(name, email), "", trust="newcomer", admitted=False)
        assert member
        await Application.create(member_id=member.id, line=line)
        await Member.filter(id=member.id).update(confirmed_at=clock.now())
    return int(member.id)


def _form(name: str, email: str) -> Newcomer:
    return Newcomer(name, email, "", "en")


async def write_one_digest() -> None:
    """The letter of a morning, for the first member who has something waiting: the outbox is to show one today."""
    async with unit_of_work():
        member = await value("SELECT member_id FROM notice_hours WHERE digest_at IS NOT NULL ORDER BY member_id LIMIT 1")
        await execute("UPDATE notice_hours SET digest_at = :now WHERE member_id = :member", now=clock.now(), member=member)
    if member:
        await write_digest(member)
