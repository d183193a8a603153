"""Mail domains of institutions: a coordinator asks, a steward decides, and whoever has an address there joins at once."""

from dataclasses import dataclass
from uuid import UUID

from tortoise.exceptions import IntegrityError

from community import clock
from community.accounts.joining import Newcomer, register
from community.accounts.models import Member
from community.accounts.pass_phrases import hashed
from community.audience import Viewer
from community.errors import Conflict, Invalid, NotFound, ensure
from community.institutions.belonging import admit
from community.institutions.facts import DomainAsked, DomainDecided
from community.institutions.mail_domains import candidates, checked_domain
from community.institutions.models import Institution, MailDomain
from community.institutions.policies import can_edit, can_verify
from community.storage import announce, once, rows, unit_of_work
from community.text.gettext import _

MOST_DOMAINS = 10


@dataclass(frozen=True)
class Wanted:
    """What is asked for: `domain` in ASCII; addresses below it count only when that is said."""

    domain: str
    subdomains: bool


async def ask_for_domain(actor: Viewer, institution_id: int, wanted: Wanted, client_id: UUID) -> MailDomain:
    """Name a domain of the institution. A steward's own word holds at once, a coordinator's waits for one.

    Raises NotFound, Refused, Invalid("domain") for one that is public or too many, Conflict for one that is another's.
    """
    domain = _checked(wanted.domain)
    async with unit_of_work():
        institution = await Institution.visible_to(actor).locked(institution_id)
        ensure(can_edit(actor, institution))
        if standing := await MailDomain.filter(institution_id=institution.id, domain=domain, state__in=("asked", "held")).first():
            return standing
        if await MailDomain.filter(institution_id=institution.id, state__in=("asked", "held")).count() >= MOST_DOMAINS:
            raise Invalid("domain", _("These are many already. Remove one first."))
        values = {"institution_id": institution.id, "domain": domain, "subdomains": wanted.subdomains, "state": "asked"}
        made, new = await once(MailDomain, actor, client_id, **values)
        if new and actor.is_steward:
            await _hold(actor, made)
        elif new:
            await announce(DomainAsked(made.id))
    return made


def _checked(text: str) -> str:
    try:
        return checked_domain(text)
    except ValueError as error:
        raise Invalid("domain", str(error)) from None


async def decide_domain(actor: Viewer, domain_id: int, *, accept: bool, because: str = "") -> None:
    """A steward says whether the domain is the institution's. The same answer again changes nothing.

    Raises NotFound, Refused, Invalid("because") for a no without a reason, and Conflict where it is another's or decided otherwise.
    """
    if not accept and not because.strip():
        raise Invalid("because", _("Say in a sentence why not. The coordinators read it."))
    async with unit_of_work():
        ensure(can_verify(actor))
        asked = await MailDomain.filter(id=domain_id).select_for_update().first()
        if asked is None or asked.state == "dropped":
            raise NotFound
        if asked.state == ("held" if accept else "declined"):
            return
        if asked.state != "asked":
            raise Conflict(_("Another steward has decided on this meanwhile."))
        if accept:
            await _hold(actor, asked)
        else:
            await _decide(actor, asked, state="declined", because=because[:500])


async def _hold(actor: Viewer, asked: MailDomain) -> None:
    """From now on it admits. One domain belongs to one institution: of two stewards at once, the second hears so."""
    try:
        async with unit_of_work():
            await _decide(actor, asked, state="held", held=asked.domain)
    except IntegrityError:
        raise Conflict(_("This domain belongs to another institution already.")) from None


async def _decide(actor: Viewer, asked: MailDomain, **values: object) -> None:
    await MailDomain.filter(id=asked.id).update(decided_by_id=actor.member, decided_at=clock.now(), **values)
    await announce(DomainDecided(asked.id))


async def drop_domain(actor: Viewer, institution_id: int, domain_id: int) -> None:
    """It admits nobody any more, nor whoever has still to confirm an address there. Repeating it changes nothing."""
    async with unit_of_work():
        institution = await Institution.visible_to(actor).locked(institution_id)
        ensure(can_edit(actor, institution))
        found = await MailDomain.filter(id=domain_id, institution_id=institution.id).select_for_update().first()
        if found is None:
            raise NotFound
        await MailDomain.filter(id=found.id).update(state="dropped", held=None)
        if found.state == "held":  # else nobody came by it: whoever has an address there was invited
            await _forget_unconfirmed(institution.id, found.domain)
        await announce(DomainDecided(found.id))


async def _forget_unconfirmed(institution_id: int, domain: str) -> None:
    """They were let in by the domain alone and have never been here: they can join again, another way."""
    found = await rows(
        """SELECT m.id, m.email FROM members AS m JOIN affiliations AS a ON a.member_id = m.id
           WHERE a.institution_id = :institution AND m.confirmed_at IS NULL""",
        institution=institution_id,
    )  # fmt: skip
    await Member.filter(id__in=[one["id"] for one in found if domain in candidates(one["email"])]).delete()


async def join(newcomer: Newcomer, domain: MailDomain) -> None:
    """Make an account whose address tells where somebody works: trusted at once, open once the address is confirmed."""
    pass_hash = await hashed(newcomer.pass_phrase)
    async with unit_of_work():
        member = await register(newcomer, pass_hash, trust="trusted", admitted=True)
        if member:
            await admit(member.id, domain.institution, domain.decided_by_id)
