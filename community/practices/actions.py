"""What readers do: say that they use a practice. Writing stands in writing.py, deciding in deciding.py."""

from community import clock
from community.audience import Viewer
from community.errors import NotFound, ensure
from community.practices.facts import PracticeEndorsed
from community.practices.models import Edition
from community.practices.policies import can_endorse
from community.storage import announce, execute, unit_of_work
from community.text.gettext import _


async def endorse(actor: Viewer, practice_id: int, line: str = "") -> None:
    """Say "I use this". Saying it again changes the line. Raises NotFound, Refused for one's own practice."""
    seen = Edition.visible_to(actor).filter(practice_id=practice_id, is_current=True, practice__kind="practice")
    if (edition := await seen.first()) is None:  # a lead describes nothing that could be used
        raise NotFound
    ensure(can_endorse(actor, edition), "own-practice", _("You wrote this practice. Its readers endorse it."))
    async with unit_of_work():
        added = await execute(
            """INSERT INTO practice_endorsements (practice_id, member_id, line, since) VALUES (:practice, :member, :line, :at)
               ON CONFLICT (practice_id, member_id) DO NOTHING""",
            practice=practice_id, member=actor.member, line=line, at=clock.now(),
        )  # fmt: skip
        if added:
            await announce(PracticeEndorsed(practice_id, actor.member or 0))
        else:
            await execute(
                "UPDATE practice_endorsements SET line = :line WHERE practice_id = :practice AND member_id = :member",
                practice=practice_id, member=actor.member, line=line,
            )  # fmt: skip


async def take_back_endorsement(actor: Viewer, practice_id: int) -> None:
    """No longer. Does nothing where nothing was said."""
    async with unit_of_work():
        await execute(
            "DELETE FROM practice_endorsements WHERE practice_id = :practice AND member_id = :member",
            practice=practice_id, member=actor.member or 0,
        )  # fmt: skip
