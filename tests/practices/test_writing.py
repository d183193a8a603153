"""From the first word to the library: what authors and stewards do."""

from dataclasses import replace
from uuid import uuid4

import pytest

from community.audience import PUBLIC, STEWARDS
from community.errors import Conflict, Invalid, NotFound, Refused
from community.practices.actions import endorse, take_back_endorsement
from community.practices.deciding import archive, decide
from community.practices.models import (
    Edition,
    Endorsement,
    Practice,
    PracticeCode,
    PracticeDecision,
    PracticeSection,
    PracticeSubmission,
)
from community.practices.storing import record_of
from community.practices.writing import adapt, begin, begin_edition, save, submit, take_up, withdraw
from community.storage import drain
from community.text.models import Reference
from tests.factories import make_institution, make_member, make_steward
from tests.practices.factories import COMPLETE, make_draft, make_practice, make_submission
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio


@pytest.fixture
async def author(database):
    return await make_member("Amara Diallo")


@pytest.fixture
async def steward(database):
    return await make_steward()


async def test_a_draft_keeps_all_that_was_said_for_its_author_alone(author):
    draft = await make_draft(author)
    assert (draft.state, draft.number, draft.audience, draft.version) == ("draft", 1, f"practice:{draft.practice_id}", 2)
    assert await record_of(draft) == COMPLETE
    assert (await PracticeSection.get(name="challenge")).html == "<p>No workshop <strong>near</strong>.</p>\n"
    with pytest.raises(NotFound):
        await save(await viewer_of(await make_steward()), draft.practice_id, 2, COMPLETE)


async def test_a_form_sent_twice_begins_one_practice(author):
    client_id = uuid4()
    first = await begin(await viewer_of(author), COMPLETE, client_id)
    again = await begin(await viewer_of(author), COMPLETE, client_id)
    assert (again.id, again.version) == (first.id, first.version)
    longer = await begin(await viewer_of(author), replace(COMPLETE, title="Longer"), client_id)
    assert (longer.id, longer.title) == (first.id, "Longer")
    with pytest.raises(Conflict):
        await begin(await viewer_of(author), COMPLETE, client_id)


async def test_two_windows_never_overwrite_each_other_silently(author):
    draft = await make_draft(author)
    actor = await viewer_of(author)
    first = await save(actor, draft.practice_id, draft.version, replace(COMPLETE, title="One"))
    with pytest.raises(Conflict):
        await save(actor, draft.practice_id, draft.version, replace(COMPLETE, title="Two"))
    assert (await Edition.get(id=draft.id)).title == "One"
    over = await save(actor, draft.practice_id, draft.version, replace(COMPLETE, title="Two"), over=True)
    assert (over.title, over.version) == ("Two", first.version + 1)


async def test_saving_what_is_stored_already_is_no_change(author):
    draft = await make_draft(author)
    assert (await save(await viewer_of(author), draft.practice_id, 1, COMPLETE)).version == draft.version


async def test_codes_and_sections_that_were_taken_out_are_gone(author):
    draft = await make_draft(author)
    await save(await viewer_of(author), draft.practice_id, draft.version, replace(COMPLETE, needs=(), sections={"context": "x"}))
    assert not await PracticeCode.filter(kind="need").exists()
    assert [section.name for section in await PracticeSection.all()] == ["context"]


async def test_a_practice_is_signed_only_by_an_institution_of_its_author(author):
    foreign = await make_institution()
    own = await make_institution("Own school")
    member = await make_member("Layla Haddad", institution=own)
    assert (await make_draft(member, institution_id=own.id)).institution_id == own.id
    with pytest.raises(Invalid):
        await make_draft(member, institution_id=foreign.id)


async def test_mentions_and_files_are_remembered(author):
    await make_member("Layla Haddad", handle="layla")
    draft = await make_draft(author, sections={"context": "With @layla and ![x](/files/7/x.png)"})
    assert sorted(await Reference.filter(source=f"edition:{draft.id}").values_list("target", flat=True)) == [
        "file:7",
        f"member:{author.id + 1}",
    ]


async def test_handing_in_names_every_missing_field(author):
    draft = await make_draft(author, title="", licence="", sections={})
    with pytest.raises(Invalid) as refused:
        await submit(await viewer_of(author), draft.practice_id)
    assert set(refused.value.errors) == {"title", "licence", "context", "challenge", "solution"}
    assert (await Edition.get(id=draft.id)).state == "draft"


async def test_what_is_handed_in_stays_as_it_is_until_it_is_taken_back(author):
    submission = await make_submission(author)
    edition = await Edition.get(id=submission.edition_id)
    actor = await viewer_of(author)
    assert (submission.audience, edition.audience) == (STEWARDS, f"practice:{edition.practice_id}")
    assert (await submit(actor, edition.practice_id)).id == submission.id
    with pytest.raises(Refused):
        await save(actor, edition.practice_id, edition.version, replace(COMPLETE, title="Other"))
    assert (await withdraw(actor, edition.practice_id)).state == "draft"
    assert (await withdraw(actor, edition.practice_id)).state == "draft"
    assert (await PracticeSubmission.get(id=submission.id)).verdict == "withdraw"
    with pytest.raises(Conflict):
        await decide(await viewer_of(await make_steward()), submission.id, "publish", "")


async def test_publishing_shows_it_to_everybody(author, steward):
    edition = await make_practice(author, steward)
    assert (edition.state, edition.audience, edition.is_current) == ("published", PUBLIC, True)
    assert (await Practice.get(id=edition.practice_id)).version == 2
    decision = await PracticeDecision.get()
    assert (decision.audience, decision.verdict) == (f"practice:{edition.practice_id}", "publish")
    await drain()


@pytest.mark.parametrize(("verb", "state"), [("return", "changes_requested"), ("reject", "rejected")])
async def test_returning_gives_reasons_to_the_authors_alone(author, steward, verb, state):
    submission = await make_submission(author)
    with pytest.raises(Invalid):
        await decide(await viewer_of(steward), submission.id, verb, "  ")
    decision = await decide(await viewer_of(steward), submission.id, verb, "Say *how many*.")
    edition = await Edition.get(id=submission.edition_id)
    assert (edition.state, edition.audience) == (state, f"practice:{edition.practice_id}")
    assert "<em>how many</em>" in decision.html
    assert await PracticeDecision.visible_to(await viewer_of(author)).one(id=decision.id)
    with pytest.raises(NotFound):
        await PracticeDecision.visible_to(await viewer_of(await make_member("Reader"))).one(id=decision.id)


async def test_changes_can_be_made_and_handed_in_again(author, steward):
    submission = await make_submission(author)
    await decide(await viewer_of(steward), submission.id, "return", "More numbers")
    edition = await Edition.get(id=submission.edition_id)
    saved = await save(await viewer_of(author), edition.practice_id, edition.version, replace(COMPLETE, title="Better"))
    assert saved.state == "changes_requested"
    again = await submit(await viewer_of(author), edition.practice_id)
    assert again.id != submission.id
    await decide(await viewer_of(steward), again.id, "publish", "")
    assert (await Edition.get(id=edition.id)).title == "Better"


async def test_a_submission_is_decided_once_and_by_stewards_only(author, steward):
    submission = await make_submission(author)
    for stranger in (author, await make_member("Layla Haddad")):
        with pytest.raises(NotFound):
            await decide(await viewer_of(stranger), submission.id, "publish", "")
    await decide(await viewer_of(steward), submission.id, "publish", "")
    with pytest.raises(Conflict):
        await decide(await viewer_of(steward), submission.id, "reject", "Late")


async def test_a_steward_does_not_decide_on_an_own_practice(steward):
    submission = await make_submission(steward)
    with pytest.raises(Refused):
        await decide(await viewer_of(steward), submission.id, "publish", "")


async def test_the_next_edition_begins_while_this_one_stays(author, steward):
    first = await make_practice(author, steward)
    actor = await viewer_of(author)
    second = await begin_edition(actor, first.practice_id, uuid4())
    assert (second.number, second.state, second.audience) == (2, "draft", f"practice:{first.practice_id}")
    assert (await begin_edition(actor, first.practice_id, uuid4())).id == second.id
    assert await record_of(second) == COMPLETE
    assert (await Edition.get(id=first.id)).is_current
    await save(actor, first.practice_id, second.version, replace(COMPLETE, title="Second"))
    submission = await submit(actor, first.practice_id)
    await decide(await viewer_of(steward), submission.id, "publish", "")
    first, second = await Edition.get(id=first.id), await Edition.get(id=second.id)
    assert (first.state, first.is_current, second.is_current) == ("published", False, True)
    assert (first.url, second.url) == (f"/practices/{first.practice_id}/editions/1", f"/practices/{first.practice_id}")


async def test_only_authors_begin_the_next_edition(author, steward):
    edition = await make_practice(author, steward)
    with pytest.raises(Refused):
        await begin_edition(await viewer_of(steward), edition.practice_id, uuid4())


async def test_we_did_it_here_begins_with_the_original(author, steward):
    original = await make_practice(author, steward)
    here = await make_member("Wanjiru Otieno")
    client_id = uuid4()
    practice = await adapt(await viewer_of(here), original.id, "KE", client_id)
    assert (await adapt(await viewer_of(here), original.id, "KE", client_id)).id == practice.id
    draft = await Edition.get(practice_id=practice.id)
    assert (practice.origin_id, draft.country, draft.title, draft.licence) == (original.id, "KE", original.title, original.licence)
    with pytest.raises(Invalid) as refused:
        await submit(await viewer_of(here), practice.id)
    assert {"changes", "outcome"} <= set(refused.value.errors)


async def test_a_licence_without_derivatives_refuses_adaptations(author, steward):
    original = await make_practice(author, steward, licence="CC-BY-ND-4.0")
    with pytest.raises(Refused) as refused:
        await adapt(await viewer_of(steward), original.id, "KE", uuid4())
    assert refused.value.reason == "no-derivatives"


async def test_what_one_cannot_see_cannot_be_adapted_endorsed_or_taken_up(author):
    draft = await make_draft(author)
    stranger = await viewer_of(await make_member("Layla Haddad"))
    for attempt in (
        adapt(stranger, draft.id, "KE", uuid4()),
        endorse(stranger, draft.practice_id),
        take_up(stranger, draft.practice_id, uuid4()),
    ):
        with pytest.raises(NotFound):
            await attempt


async def test_i_use_this_counts_once_and_can_be_taken_back(author, steward):
    edition = await make_practice(author, steward)
    reader = await viewer_of(await make_member("Layla Haddad"))
    await endorse(reader, edition.practice_id)
    await endorse(reader, edition.practice_id, "With a trailer")
    assert [one.line for one in await Endorsement.all()] == ["With a trailer"]
    with pytest.raises(Refused):
        await endorse(await viewer_of(author), edition.practice_id)
    await take_back_endorsement(reader, edition.practice_id)
    await take_back_endorsement(reader, edition.practice_id)
    assert await Endorsement.all().count() == 0


async def test_archived_it_stays_at_its_address(author, steward):
    edition = await make_practice(author, steward)
    with pytest.raises(Refused):
        await archive(await viewer_of(author), edition.id)
    archived = await archive(await viewer_of(steward), edition.id)
    assert (archived.state, archived.audience) == ("archived", PUBLIC)
    assert (await archive(await viewer_of(steward), edition.id)).state == "archived"
