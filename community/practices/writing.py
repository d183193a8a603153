"""What authors do: begin, save, hand in, take back, begin the next edition, adapt."""

from dataclasses import replace
from uuid import UUID

from community import clock
from community.audience import PUBLIC, STEWARDS, Viewer, grant, member_key
from community.errors import Conflict, Invalid, NotFound, ensure
from community.institutions.models import Affiliation
from community.practices.facts import AdaptationStarted, PracticeSubmitted, PracticeWithdrawn
from community.practices.models import Edition, Practice, PracticeSubmission
from community.practices.policies import can_adapt, can_begin_edition, can_edit, can_share, is_author
from community.practices.record import Record, adapted, lacking
from community.practices.storing import Prose, prepared, record_of, sections_of, store
from community.practices.workflow import OPEN, moved
from community.storage import announce, execute, once, unit_of_work
from community.text.gettext import _

FIRST_SAVED = 2  # an edition is created as version 1 and stored at once


async def begin(actor: Viewer, record: Record, client_id: UUID) -> Edition:
    """Start a practice with its first draft. The same client_id finds that draft again, and saves as `save` would."""
    ensure(can_share(actor))
    await _check_institution(actor, record, None)
    prose = await prepared(actor, record.sections, {})
    async with unit_of_work():
        return await begin_with(actor, record, prose, client_id)


async def begin_with(actor: Viewer, record: Record, prose: dict[str, Prose], client_id: UUID) -> Edition:
    """The beginning itself, of sections that are rendered. Inside a unit of work."""
    practice, is_new = await once(Practice, actor, client_id)
    if is_new:
        return await _first_edition(actor, practice, record, prose, client_id)
    edition = await _open_edition(actor, practice.id)
    if await record_of(edition) == record:
        return edition
    _ensure_unchanged(edition, FIRST_SAVED)
    await store(edition, record, prose, actor)
    return edition


async def _first_edition(actor: Viewer, practice: Practice, record: Record, prose: dict[str, Prose], client_id: UUID) -> Edition:
    await grant(practice.key, member_key(actor.member or 0), "author")
    edition = await Edition.create(
        practice_id=practice.id, number=1, author_id=actor.member, client_id=client_id, audience=practice.key,
        audience_when_released=PUBLIC,
    )  # fmt: skip
    await store(edition, record, prose, actor)
    return edition


async def save(actor: Viewer, practice_id: int, version: int, record: Record, *, over: bool = False) -> Edition:
    """Save the draft that was read as `version`. Raises Conflict where another window has saved since, unless it may go `over`."""
    seen = await _open_edition(actor, practice_id)
    ensure(can_edit(actor, seen), "not-writable", _("This practice is handed in. Take it back to change it."))
    await _check_institution(actor, record, seen.institution_id)
    prose = await prepared(actor, record.sections, await sections_of(seen.id))
    async with unit_of_work():
        edition = await Edition.visible_to(actor).locked(seen.id)
        ensure(can_edit(actor, edition), "not-writable", _("This practice is handed in. Take it back to change it."))
        if await record_of(edition) == record:
            return edition
        if not over:
            _ensure_unchanged(edition, version)
        await store(edition, record, prose, actor)
    return edition


def _ensure_unchanged(edition: Edition, version: int) -> None:
    if edition.version != version:
        raise Conflict(_("This draft was saved in another window meanwhile. Nothing was overwritten: your text is still here."))


async def _open_edition(actor: Viewer, practice_id: int) -> Edition:
    """The edition on its way, of which a practice has at most one."""
    found = await Edition.visible_to(actor).filter(practice_id=practice_id, state__in=sorted(OPEN)).order_by("-number").first()
    if found is None or not is_author(actor, found):
        raise NotFound
    return found


async def _check_institution(actor: Viewer, record: Record, before: int | None) -> None:
    """A practice is signed by an institution that its author belongs to."""
    wanted = record.institution_id
    if wanted is None or wanted == before or wanted in actor.coordinates:
        return
    if not await Affiliation.filter(member_id=actor.member, institution_id=wanted, confirmed_at__isnull=False).exists():
        raise Invalid("institution", _("Choose an institution that you belong to, or write its name."))


async def submit(actor: Viewer, practice_id: int) -> PracticeSubmission:
    """Hand the saved draft in. Raises Invalid with every field that is missing."""
    seen = await _open_edition(actor, practice_id)
    async with unit_of_work():
        edition = await Edition.visible_to(actor).locked(seen.id)
        if edition.state == "submitted":  # the button was pressed twice
            return await _waiting(edition)
        record = await record_of(edition)
        practice = await Practice.get(id=practice_id)
        if wrong := lacking(record, is_adaptation=practice.origin_id is not None):
            raise Invalid.many(wrong)
        edition.state = moved(edition.state, "submit", "author")
        edition.submitted_at, edition.version = clock.now(), edition.version + 1
        await edition.save()
        submission = await _snapshot(actor, edition, record)
        await announce(PracticeSubmitted(submission.id))
    return submission


async def _snapshot(actor: Viewer, edition: Edition, record: Record) -> PracticeSubmission:
    html = {name: prose.html for name, prose in (await sections_of(edition.id)).items()}
    return await PracticeSubmission.create(
        edition_id=edition.id, author_id=actor.member, title=record.title, lang=record.lang, audience=STEWARDS,
        content={"record": record.stored(), "html": html}, submitted_at=clock.now(),
    )  # fmt: skip


async def _waiting(edition: Edition) -> PracticeSubmission:
    waiting: PracticeSubmission | None = await edition.submissions.filter(verdict="").order_by("-id").first()
    if waiting is None:
        raise NotFound
    return waiting


async def withdraw(actor: Viewer, practice_id: int) -> Edition:
    """Take back what was handed in, to go on writing."""
    seen = await _open_edition(actor, practice_id)
    async with unit_of_work():
        edition = await Edition.visible_to(actor).locked(seen.id)
        ensure(is_author(actor, edition))
        if edition.state == "draft":
            return edition
        edition.state = moved(edition.state, "withdraw", "author")
        edition.version += 1
        await edition.save()
        waiting = await _waiting(edition)
        await execute("UPDATE practice_submissions SET verdict = 'withdraw' WHERE id = :id", id=waiting.id)
        await announce(PracticeWithdrawn(waiting.id))
    return edition


async def begin_edition(actor: Viewer, practice_id: int, client_id: UUID) -> Edition:
    """Begin edition n + 1 as a draft with the words of edition n, which stays published. One that has begun is given back."""
    current = await Edition.visible_to(actor).one(practice_id=practice_id, is_current=True)
    async with unit_of_work():
        current = await Edition.visible_to(actor).locked(current.id)
        ensure(can_begin_edition(actor, current))
        if begun := await Edition.visible_to(actor).filter(practice_id=practice_id, state__in=sorted(OPEN)).first():
            return begun
        last = await Edition.visible_to(actor).filter(practice_id=practice_id).order_by("-number").first()
        key = f"practice:{practice_id}"
        edition, _is_new = await once(
            Edition, actor, client_id, practice_id=practice_id, number=(last or current).number + 1, audience=key,
            audience_when_released=PUBLIC,
        )  # fmt: skip
        await store(edition, await record_of(current), await sections_of(current.id), actor)
    return edition


async def adapt(actor: Viewer, edition_id: int, country: str, client_id: UUID) -> Practice:
    """Start "we did it here": a draft derived from a published edition.

    Raises NotFound, Refused("no-derivatives") where the licence forbids adaptation (SPDX ...-ND-...).
    """
    async with unit_of_work():
        original = await Edition.visible_to(actor).locked(edition_id)
        ensure(can_adapt(actor, original), "no-derivatives", _("Its licence does not allow changes. Ask the authors first."))
        practice, is_new = await once(Practice, actor, client_id, origin_id=original.id, origin_practice_id=original.practice_id)
        if is_new:
            record = adapted(await record_of(original), country)
            kept = {name: prose for name, prose in (await sections_of(original.id)).items() if name in record.sections}
            await _first_edition(actor, practice, record, kept, client_id)
            await announce(AdaptationStarted(original.id, practice.id))
    return practice


async def take_up(actor: Viewer, lead_id: int, client_id: UUID) -> Practice:
    """Answer a lead: "I know more". A draft with what the lead says; the lead will point to it once it is published."""
    lead = await Edition.visible_to(actor).one(practice_id=lead_id, is_current=True)
    async with unit_of_work():
        ensure(can_share(actor))
        if not await Practice.filter(id=lead_id, kind="lead").exists():
            raise NotFound
        practice, is_new = await once(Practice, actor, client_id, lead_id=lead_id)
        if is_new:
            said = replace(await record_of(lead), tags=tuple(lead.tags), lang=actor.language, summary="", sections={})
            await _first_edition(actor, practice, said, {}, client_id)
    return practice
