"""Practices in the states that tests begin with."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

from community.accounts.models import Member
from community.practices.deciding import decide
from community.practices.models import Edition, PracticeSubmission
from community.practices.record import Record
from community.practices.writing import begin, submit
from tests.factories import make_steward
from tests.viewers import viewer_of

COMPLETE = Record(
    title="Electronics lab on wheels",
    summary="A retired school bus brings benches to parishes without a workshop.",
    lang="en",
    country="JM",
    place="Kingston",
    institution_name="A trust",
    licence="CC-BY-4.0",
    themes=("inclusion",),
    fields=("0714",),
    levels=("3",),
    needs=("electricity", "transport"),
    cost_level="under_50000",
    scale="region",
    sections={"context": "Six parishes.", "challenge": "No workshop **near**.", "solution": "A bus."},
)


async def make_draft(author: Member, **kw: Any) -> Edition:
    """A complete draft of the author's."""
    return await begin(await viewer_of(author), replace(COMPLETE, **kw), uuid4())


async def make_submission(author: Member, **kw: Any) -> PracticeSubmission:
    draft = await make_draft(author, **kw)
    return await submit(await viewer_of(author), draft.practice_id)


async def make_practice(author: Member, steward: Member | None = None, **kw: Any) -> Edition:
    """A published practice."""
    submission = await make_submission(author, **kw)
    steward = steward or await make_steward("Steward of practices")
    await decide(await viewer_of(steward), submission.id, "publish", "")
    return await Edition.get(id=submission.edition_id)
