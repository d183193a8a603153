"""Row 1 of SECURITY.md: a hidden thing answers like a random word. Each test asks twice, with and without the hidden thing."""

import pytest

from search.documents import Query
from search.engine import Engine
from tests.search.documents import document

pytestmark = pytest.mark.anyio
OUTSIDER = ("public", "members")
HIDDEN = [
    document(
        "thread:90",
        "Strike fund of Bytompolis",
        "Bytompolis solar battery wages.",
        audience="space:7",
        country="XK",
        themes=("secret",),
    ),
    document("message:91", "Room", "bytompolis bytompoles wages wages", audience="conversation:4", root="room:4", language="sq"),
]
SHOWN = [
    document("thread:1", "Solar battery safety", "Wiring before the battery.", country="KE"),
    document("thread:2", "Solar ovens", "Bread and wages.", audience="members"),
    document("practice:3", "Metropolis of welders", "Battery houses."),
]
ASKED = [
    "bytompolis",
    "bytompolos",
    "bytompoli",
    "strike fund",
    "solar battery",
    "wages",
    "wages oven",
    "battery wages",
    '"strike fund"',
    "secret",
    "SFB",
    "",
]


@pytest.mark.parametrize("text", ASKED)
@pytest.mark.parametrize("typing", [False, True])
async def test_a_hidden_document_changes_no_answer(engine: Engine, text: str, typing: bool) -> None:
    await engine.upsert(SHOWN)
    query = Query(text=text, typing=typing)
    before = await engine.search(query, audiences=OUTSIDER)
    suggested = await engine.suggest(text, audiences=OUTSIDER)

    await engine.upsert(HIDDEN)
    after = await engine.search(query, audiences=OUTSIDER)

    assert [hit.key for hit in after.hits] == [hit.key for hit in before.hits]
    assert (after.total, after.with_all_words) == (before.total, before.with_all_words)
    assert after.facets == before.facets
    assert (after.understood, after.respelled) == (before.understood, before.respelled)
    assert await engine.suggest(text, audiences=OUTSIDER) == suggested


@pytest.mark.parametrize("text", ASKED)
async def test_a_withheld_document_changes_no_answer(engine: Engine, text: str) -> None:
    await engine.upsert(SHOWN)
    before = await engine.search(Query(text=text), audiences=OUTSIDER)

    narrowed = [document(each.key, each.title, each.body, root=each.root) for each in HIDDEN]
    await engine.upsert(narrowed)
    after = await engine.search(Query(text=text), audiences=OUTSIDER, withheld=["thread:90", "room:4"])

    assert [hit.key for hit in after.hits] == [hit.key for hit in before.hits]
    assert (after.total, after.with_all_words, after.facets) == (before.total, before.with_all_words, before.facets)
    assert after.respelled == before.respelled


async def test_how_common_a_hidden_word_is_does_not_change_the_order(engine: Engine) -> None:
    """Whoever writes two posts with one word each could else read from their order which word the hidden ones hold."""
    await engine.upsert(
        [document("thread:1", "Alder", "wood"), document("thread:2", "Beech", "wood"), document("thread:3", "Cedar", "wood")]
    )
    before = await engine.search(Query(text="alder beech"), audiences=OUTSIDER)

    await engine.upsert([document(f"thread:{number}", "Alder", audience="space:7") for number in range(10, 40)])
    after = await engine.search(Query(text="alder beech"), audiences=OUTSIDER)

    assert [hit.key for hit in after.hits] == [hit.key for hit in before.hits]
    assert [round(hit.score, 3) for hit in after.hits] == [round(hit.score, 3) for hit in before.hits]


async def test_whoever_may_see_it_finds_it(engine: Engine) -> None:
    await engine.upsert([*SHOWN, *HIDDEN])

    results = await engine.search(Query(text="bytompolos"), audiences=(*OUTSIDER, "space:7"))

    assert [hit.key for hit in results.hits] == ["thread:90"]
    assert results.understood == "bytompolis"
    assert await engine.suggest("bytom", audiences=("space:7",)) == ["bytompolis"]
