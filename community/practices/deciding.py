"""What stewards do: publish, send back, not accept, archive."""

from community import clock
from community.audience import Viewer, release
from community.errors import Conflict, Invalid, ensure
from community.practices.facts import PracticeArchived, PracticePublished, PracticeReturned
from community.practices.models import Edition, PracticeDecision, PracticeSubmission
from community.practices.policies import can_archive, can_decide
from community.practices.workflow import NEEDS_REASONS, moved
from community.storage import announce, execute, unit_of_work
from community.text.gettext import _
from community.text.markdown import RENDER_VERSION, rendered


async def decide(actor: Viewer, submission_id: int, verb: str, reasons: str) -> PracticeDecision:
    """Publish a submission, ask for changes or do not accept it. Raises Invalid("reasons") where the last two give none.

    Raises NotFound, Refused for one's own practice, Conflict for one that is decided.
    """
    if verb in NEEDS_REASONS and not reasons.strip():
        raise Invalid("reasons", _("Write what should change, and why. The authors read this."))
    body = await rendered(reasons, actor, "post", field="reasons")
    seen = await PracticeSubmission.visible_to(actor).one(id=submission_id)
    async with unit_of_work():
        edition = await _locked(seen)
        ensure(can_decide(actor, edition), "own-practice", _("This is your own practice. Another steward decides on it."))
        submission = await PracticeSubmission.visible_to(actor).locked(submission_id)
        if submission.verdict:
            raise Conflict(_("This was decided or taken back meanwhile. Nothing was changed."))
        edition.state = moved(edition.state, verb, "steward")
        edition.version += 1
        submission.verdict = verb
        await submission.save(update_fields=["verdict"])
        decision = await PracticeDecision.create(
            edition_id=edition.id, verdict=verb, reasons=body.source, html=body.html, render_version=RENDER_VERSION,
            decided_by_id=actor.member, decided_at=clock.now(), audience=f"practice:{edition.practice_id}",
        )  # fmt: skip
        await (publish(edition) if verb == "publish" else _returned(edition, decision))
    return decision


async def _locked(submission: PracticeSubmission) -> Edition:
    """The edition behind a submission the actor sees. It is locked before the submission, in the order of the authors' actions."""
    return await Edition.select_for_update().get(id=submission.edition_id)


async def publish(edition: Edition) -> None:
    """Make it the current edition, for everybody; earlier ones stay at their addresses. Inside a unit of work."""
    await execute(
        "UPDATE editions SET is_current = :off WHERE practice_id = :practice AND id <> :id",
        off=False, practice=edition.practice_id, id=edition.id,
    )  # fmt: skip
    edition.is_current, edition.published_at = True, clock.now()
    await edition.save()
    await release(edition)
    await _learn_anew(edition.practice_id)
    await announce(PracticePublished(edition.practice_id, edition.id))


async def _returned(edition: Edition, decision: PracticeDecision) -> None:
    await edition.save()
    await announce(PracticeReturned(edition.practice_id, decision.id))


async def archive(actor: Viewer, edition_id: int) -> Edition:
    """Take an edition out of the library, at its authors' wish. It stays at its address."""
    async with unit_of_work():
        edition = await Edition.visible_to(actor).locked(edition_id)
        if edition.state == "archived":
            return edition
        ensure(can_archive(actor, edition))
        edition.state, edition.version = moved(edition.state, "archive", "steward"), edition.version + 1
        await edition.save()
        await _learn_anew(edition.practice_id)
        await announce(PracticeArchived(edition.practice_id, edition.id))
    return edition


async def _learn_anew(practice_id: int) -> None:
    """The search takes a document only with a higher version."""
    await execute("UPDATE practices SET version = version + 1 WHERE id = :id", id=practice_id)
