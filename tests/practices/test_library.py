"""The library and the practice page, as their queries give them."""

from dataclasses import replace
from uuid import uuid4

import pytest
from starlette.datastructures import QueryParams

from community.audience import GUEST, hide
from community.errors import NotFound
from community.practices.actions import endorse
from community.practices.deciding import archive, decide
from community.practices.filters import Filters
from community.practices.library import library_page
from community.practices.models import Edition, Practice
from community.practices.queries import practice_page, recent_practices
from community.practices.search_documents import documents, ids_of
from community.practices.seeds import load_reports
from community.practices.writing import adapt, begin_edition, save, submit
from community.storage import unit_of_work
from community.web.paging import Cursor, decoded
from tests.factories import make_institution, make_member, make_steward
from tests.practices.factories import COMPLETE, make_draft, make_practice
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio


def asked(query):
    return Filters.of(QueryParams(query))


async def titles(query="", viewer=GUEST):
    return [card.title for card in (await library_page(viewer, asked(query), Cursor())).cards]


@pytest.fixture
async def people(database):
    return await make_member("Amara Diallo"), await make_steward()


async def test_the_newest_come_first_and_drafts_not_at_all(people):
    author, steward = people
    await make_practice(author, steward, title="First")
    await make_practice(author, steward, title="Second")
    await make_draft(author, title="Draft")
    for viewer in (GUEST, await viewer_of(author), await viewer_of(steward)):
        assert await titles(viewer=viewer) == ["Second", "First"]


@pytest.mark.parametrize(
    "query",
    [
        "country=JM", "theme=inclusion", "level=3", "cost=under_50000", "needs=transport", "scale=region", "field=0714", "language=en", "kind=practice",
        "q=ELECTRONICS+lab", "q=kingston", "q=retired+bus&country=JM&country=KE", "country=XX", "theme=nonsense", "q=%25",
    ],
)  # fmt: skip
async def test_each_filter_finds_what_it_names(people, query):
    author, steward = people
    await make_practice(author, steward, title="100 % Electronics lab")
    await make_practice(
        author, steward, title="Other", country="FR", themes=("greening",), levels=("5",), cost_level="none", needs=(), scale="pilot",
        fields=("0713",), lang="fr", place="Lyon", summary="Autre",
    )  # fmt: skip
    expected = (
        ["Other", "100 % Electronics lab"]
        if query in {"country=XX", "theme=nonsense", "kind=practice"}
        else ["100 % Electronics lab"]
    )
    assert await titles(query) == expected


async def test_filters_say_what_they_would_give(people):
    author, steward = people
    await make_practice(author, steward)
    await make_practice(author, steward, country="FR", themes=("greening", "inclusion"))
    page = await library_page(GUEST, asked("country=FR"), Cursor())
    groups = {group.name: {option.value: (option.count, option.checked) for option in group.options} for group in page.groups}
    assert groups["country"] == {"FR": (1, True), "JM": (1, False)}
    assert groups["theme"] == {"greening": (1, False), "inclusion": (1, False)}
    assert (page.total, page.chosen[0].label, page.chosen[0].href) == (1, "France", "/practices")


async def test_pages_follow_each_other_without_gap_or_repetition(people, monkeypatch):
    monkeypatch.setattr("community.practices.library.PAGE", 2)
    author, steward = people
    for number in range(5):
        await make_practice(author, steward, title=f"P{number}")
    for order in ("", "order=adapted"):
        seen, cursor = [], Cursor()
        while True:
            page = await library_page(GUEST, asked(order), cursor)
            seen += [card.title for card in page.cards]
            if not page.older:
                break
            cursor = Cursor(decoded(QueryParams(page.older.partition("?")[2])["after"]))
        assert sorted(seen) == [f"P{number}" for number in range(5)]
        back = await library_page(
            GUEST, asked(order), Cursor(decoded(QueryParams(page.newer.partition("?")[2])["before"]), backwards=True)
        )
        assert [card.title for card in back.cards] == seen[2:4]


@pytest.mark.parametrize("key", [("x", 1), (1, "x"), ("2026-01-01", 1), (1,), (2**61, 1, 1)])
async def test_a_cursor_nobody_made_is_the_start(people, key):
    author, steward = people
    await make_practice(author, steward)
    for order in ("", "order=adapted"):
        assert len((await library_page(GUEST, asked(order), Cursor(key))).cards) == 1 or order


async def test_an_archived_practice_leaves_the_library_and_the_search(people):
    author, steward = people
    edition = await make_practice(author, steward)
    assert len(await documents("practice", [edition.practice_id])) == 1
    await archive(await viewer_of(steward), edition.id)
    assert await titles() == []
    assert await documents("practice", [edition.practice_id]) == []
    assert (await practice_page(GUEST, edition.practice_id)).state == "archived"


async def test_a_page_has_no_empty_section_and_no_empty_fact(people):
    author, steward = people
    edition = await make_practice(author, steward)
    page = await practice_page(GUEST, edition.practice_id)
    assert [(chapter.number, chapter.anchor) for chapter in page.read.chapters] == [
        (1, "context"),
        (2, "challenge"),
        (3, "solution"),
    ]
    assert all(fact.value for fact in page.read.facts)
    assert {fact.label: fact.value for fact in page.read.facts}["Where"] == "Kingston, Jamaica"


async def test_editions_stay_at_their_addresses(people):
    author, steward = people
    first = await make_practice(author, steward)
    second = await begin_edition(await viewer_of(author), first.practice_id, uuid4())
    with pytest.raises(NotFound):
        await practice_page(await viewer_of(author), first.practice_id, 2)
    await save(await viewer_of(author), first.practice_id, second.version, replace(COMPLETE, title="Second"))
    assert (await practice_page(await viewer_of(author), first.practice_id)).draft
    assert not (await practice_page(GUEST, first.practice_id)).draft
    await decide(await viewer_of(steward), (await submit(await viewer_of(author), first.practice_id)).id, "publish", "")
    old, new = await practice_page(GUEST, first.practice_id, 1), await practice_page(GUEST, first.practice_id)
    assert (old.read.title, old.newer, old.number) == (COMPLETE.title, f"/practices/{first.practice_id}", 1)
    assert (new.read.title, new.newer, [line.number for line in new.editions]) == ("Second", "", [2, 1])


async def make_adaptation(author, steward, original, country, outcome, **kw):
    practice = await adapt(await viewer_of(author), original.id, country, uuid4())
    actor = await viewer_of(author)
    draft = await Edition.get(practice_id=practice.id)
    record = replace(
        COMPLETE,
        country=country,
        title=f"Lab in {country}",
        outcome=outcome,
        sections={**COMPLETE.sections, "changes": "All"},
        **kw,
    )
    await save(actor, practice.id, draft.version, record)
    await decide(await viewer_of(steward), (await submit(actor, practice.id)).id, "publish", "")
    return await Edition.get(practice_id=practice.id)


async def test_the_tree_and_what_it_says_in_sum(people):
    author, steward = people
    original = await make_practice(author, steward)
    kenya = await make_adaptation(author, steward, original, "KE", "worked")
    zambia = await make_adaptation(author, steward, kenya, "ZM", "partly", needs=("internet",))
    await make_draft(author)
    for shown in (original, kenya, zambia):
        tree = (await practice_page(GUEST, shown.practice_id)).adaptations.tree
        assert (tree.id, tree.children[0].id, tree.children[0].children[0].id) == (
            original.practice_id,
            kenya.practice_id,
            zambia.practice_id,
        )
        hrefs = {
            tree.id: tree.href,
            tree.children[0].id: tree.children[0].href,
            tree.children[0].children[0].id: tree.children[0].children[0].href,
        }
        assert [number for number, href in hrefs.items() if not href] == [shown.practice_id]
    page = await practice_page(GUEST, original.practice_id)
    assert page.adaptations.evidence == (
        "Tried in 2 other countries.", "Worked: 1.", "In part: 1.", "Worked without internet: 1.",
    )  # fmt: skip
    assert (await practice_page(GUEST, kenya.practice_id)).ties.original.title == original.title
    by_adaptations = (await library_page(GUEST, asked("order=adapted"), Cursor())).cards
    assert [card.adaptations for card in by_adaptations] == [1, 1, 0]


async def test_an_adaptation_that_is_still_written_is_no_trace_for_others(people):
    author, steward = people
    original = await make_practice(author, steward)
    await adapt(await viewer_of(author), original.id, "KE", uuid4())
    page = await practice_page(await viewer_of(steward), original.practice_id)
    assert (page.adaptations.tree, page.adaptations.evidence) == (None, ())
    assert (await library_page(GUEST, asked(""), Cursor())).cards[0].adaptations == 0


async def test_who_uses_it_is_counted_and_named(people):
    author, steward = people
    edition = await make_practice(author, steward)
    reader = await make_member("Layla Haddad")
    await endorse(await viewer_of(reader), edition.practice_id, "With a trailer")
    page = await practice_page(await viewer_of(reader), edition.practice_id)
    assert (page.endorsed_by, page.endorsement, page.endorsements[0].person.name) == (1, "With a trailer", "Layla Haddad")
    assert (await practice_page(GUEST, edition.practice_id)).endorsement is None


async def test_the_maker_is_the_institution_as_far_as_one_sees_it(people):
    _author, steward = people
    school = await make_institution("Own school")
    author = await make_member("Layla Haddad", institution=school)
    edition = await make_practice(author, steward, institution_id=school.id, institution_name="Written name")
    assert (await practice_page(GUEST, edition.practice_id)).read.maker.href == f"/institutions/{school.slug}"
    async with unit_of_work():
        await hide(school)
    assert (await practice_page(GUEST, edition.practice_id)).read.maker.name == "Written name"
    assert (await recent_practices(GUEST, 3))[0].maker == "Written name"


async def test_reports_load_once_as_practices_and_leads(database):
    assert await load_reports() == 31
    assert await load_reports() == 31
    assert await Practice.filter(kind="lead").count() == 31 - 11
    page = await library_page(GUEST, asked("kind=practice"), Cursor())
    assert page.total == 11
    for practice in await Practice.all():
        shown = await practice_page(GUEST, practice.id)
        assert (shown.is_paraphrased, shown.is_lead) == (True, practice.kind == "lead")
        assert "None" not in repr(shown.read).replace("latitude=None", "").replace("longitude=None", "")
        assert shown.read.themes
    assert [card.title for card in (await library_page(GUEST, asked("country=FI"), Cursor())).cards] != []
    assert len(await documents("practice", await ids_of("practice", 0, 100))) == 31


async def test_the_search_learns_with_every_publication(people):
    author, steward = people
    edition = await make_practice(author, steward)
    (document,) = await documents("practice", [edition.practice_id])
    assert (document.key, document.audience, document.country, document.themes) == (
        f"practice:{edition.practice_id}",
        "public",
        "JM",
        ("inclusion",),
    )
    assert "No workshop near." in document.body
    draft = await begin_edition(await viewer_of(author), edition.practice_id, uuid4())
    assert (await documents("practice", [edition.practice_id]))[0].version == document.version
    await decide(await viewer_of(steward), (await submit(await viewer_of(author), draft.practice_id)).id, "publish", "")
    assert (await documents("practice", [edition.practice_id]))[0].version > document.version
