"""Authors hear what became of their practice."""

import pytest

from community.notifications.practice_listeners import on_practice_published
from community.notifications.queries import waiting_for
from community.practices.deciding import decide
from community.practices.facts import PracticePublished
from community.practices.models import Edition
from community.practices.writing import submit
from community.storage import drain
from tests.factories import make_member, make_steward
from tests.practices.factories import make_submission
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio


async def test_each_decision_is_told_once_to_the_authors_alone(app):
    author, steward, reader = await make_member("Amara Diallo"), await make_steward(), await make_member("Layla Haddad")
    submission = await make_submission(author)
    practice_id = (await Edition.get(id=submission.edition_id)).practice_id

    async def told():
        await drain()
        assert await waiting_for(await viewer_of(reader)) == []
        return [(one.kind, one.subject.title, one.subject.href) for one in await waiting_for(await viewer_of(author))]

    address = f"/practices/{practice_id}"
    for _time in range(2):
        await decide(await viewer_of(steward), submission.id, "return", "How many?")
        assert await told() == [("practice_returned", submission.title, address)]
        submission = await submit(await viewer_of(author), practice_id)
        assert await told() == []
    await decide(await viewer_of(steward), submission.id, "publish", "")
    assert await told() == [("practice_published", submission.title, address)]
    await on_practice_published(PracticePublished(practice_id, submission.edition_id))
    assert await told() == [("practice_published", submission.title, address)]


async def test_that_it_was_not_accepted_is_told_too(app):
    author, steward = await make_member("Amara Diallo"), await make_steward()
    submission = await make_submission(author)
    await decide(await viewer_of(steward), submission.id, "reject", "This is advertising.")
    await drain()
    assert [one.kind for one in await waiting_for(await viewer_of(author))] == ["practice_rejected"]
