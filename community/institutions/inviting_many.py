"""Inviting by a list: a dry run that says what each line is, then one job that writes the letters."""

from datetime import timedelta
from uuid import UUID, uuid4

from community import clock
from community.accounts.identity import viewer_for
from community.accounts.sessions import hash_of
from community.audience import Viewer
from community.errors import NotFound, ensure
from community.institutions.invite_links import token_of
from community.institutions.listed_people import Line, read_people
from community.institutions.models import Institution, InvitationList, Invite, InvitedPerson
from community.institutions.policies import can_invite
from community.mail import blank
from community.mail.letters import Secret
from community.mail.sending import Stranger, send_to_stranger
from community.storage import enqueue, job, once, rows, unit_of_work
from community.text.gettext import _

HOLDS = timedelta(days=30)
CHECKED_FOR = timedelta(days=1)  # addresses of a list that nobody sent are not kept longer
AT_ONCE = 20  # letters a unit of work: nobody else writes meanwhile


async def check(actor: Viewer, institution_id: int, data: bytes, language: str, client_id: UUID) -> InvitationList:
    """Read a list and say what each line is. Nothing is sent. Raises NotFound, Refused, Invalid("people")."""
    lines = read_people(data)
    async with unit_of_work():
        institution = await Institution.visible_to(actor).locked(institution_id)
        ensure(can_invite(actor, institution))
        await InvitationList.filter(state="checked", created_at__lt=clock.now() - CHECKED_FOR).delete()
        known = await _known(institution.id)
        judged = [_judged(line, known) for line in lines]
        fine = [[line.email, line.name] for line in judged if not line.fault]
        others = [[line.number, line.email, line.fault] for line in judged if line.fault]
        made, _new = await once(
            InvitationList, actor, client_id, institution_id=institution.id, language=language, people=fine, others=others,
            total=len(fine),
        )  # fmt: skip
    return made


def _judged(line: Line, known: dict[str, str]) -> Line:
    return line if line.fault else Line(line.number, line.email, line.name, known.get(line.email, ""))


async def _known(institution_id: int) -> dict[str, str]:
    """Who belongs to this institution or has its invitation. Whether an address is known elsewhere is nobody's business here."""
    belong = await rows(
        """SELECT m.email FROM members AS m JOIN affiliations AS a ON a.member_id = m.id
           WHERE a.institution_id = :id AND a.confirmed_at IS NOT NULL AND a.until IS NULL AND m.confirmed_at IS NOT NULL""",
        id=institution_id,
    )  # fmt: skip
    invited = await rows(
        """SELECT p.email FROM invited_people AS p JOIN invites AS i ON i.id = p.invite_id
           WHERE p.institution_id = :id AND i.withdrawn_at IS NULL AND i.expires_at > :now""",
        id=institution_id, now=clock.now(),
    )  # fmt: skip
    return {one["email"]: _("Is invited already.") for one in invited} | {
        one["email"]: _("Belongs here already.") for one in belong
    }


async def own_list(actor: Viewer, institution_id: int, list_id: int) -> InvitationList:
    """Raises NotFound for a list of another institution, or one that the viewer has no right to."""
    found = await InvitationList.filter(id=list_id, institution_id=institution_id).select_related("institution").first()
    if found is None or not can_invite(actor, found.institution):
        raise NotFound
    return found


async def send(actor: Viewer, institution_id: int, list_id: int) -> None:
    """Let the letters be written, once however often it is asked for."""
    async with unit_of_work():
        await own_list(actor, institution_id, list_id)
        if await InvitationList.filter(id=list_id, state="checked").update(state="sending", author_id=actor.member):
            await enqueue(write_invitations, list_id=list_id)


@job
async def write_invitations(list_id: int) -> None:
    """Write the letters of a list, some at a time. Begun again after a crash it goes on where it was."""
    while await write_some(list_id):
        pass


async def write_some(list_id: int) -> bool:
    """The next few letters, with the note of how far it has come in one transaction. False when there is nothing left to do."""
    async with unit_of_work():
        sending = await InvitationList.filter(id=list_id, state="sending").select_for_update().first()
        if sending is None:
            return False
        author = await viewer_for(sending.author_id)
        institution = await Institution.visible_to(author).locked(sending.institution_id)  # two lists at once take turns
        may_still = can_invite(author, institution)
        part = sending.people[sending.written : sending.written + AT_ONCE] if may_still else []
        for email, name in part:
            await _invite(sending, institution, Stranger(email, name, sending.language))
        is_over = sending.written + len(part) >= sending.total or not may_still
        others = [[number, "", fault] for number, _address, fault in sending.others]
        change = {"state": "done", "people": [], "others": others} if is_over else {}
        await InvitationList.filter(id=list_id).update(written=sending.written + len(part), **change)
    return not is_over


async def _invite(sending: InvitationList, institution: Institution, person: Stranger) -> None:
    """Once for each person, while the invitation holds: two lists at the same time write one letter."""
    held = await InvitedPerson.filter(institution_id=institution.id, email=person.email).select_related("invite").first()
    if held and held.invite.withdrawn_at is None and held.invite.expires_at > clock.now():
        return
    client_id = uuid4()
    invite = await Invite.create(
        token_hash=hash_of(token_of(client_id)), institution_id=institution.id, author_id=sending.author_id, client_id=client_id,
        note="", uses_allowed=1, expires_at=clock.now() + HOLDS,
    )  # fmt: skip
    if held:
        await InvitedPerson.filter(id=held.id).update(invite_id=invite.id)
    else:
        await InvitedPerson.create(institution_id=institution.id, email=person.email, invite_id=invite.id)
    await send_to_stranger(
        sending.author_id, person, f"invite:{invite.id}", "institutions/invited", institution=institution.name,
        token=Secret(blank("invite", invite.id)),
    )  # fmt: skip
