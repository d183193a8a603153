"""What every engine must do. Each test runs against each of them."""

import pytest

from search.documents import Query, Results
from search.engine import Engine
from tests.search.documents import document, marked, whole

pytestmark = pytest.mark.anyio
PUBLIC = ("public",)


async def found(engine: Engine, text: str, audiences: tuple[str, ...] = PUBLIC, **kw: object) -> list[str]:
    return keys(await engine.search(Query(text=text, **kw), audiences=audiences))  # type: ignore[arg-type]


def keys(results: Results) -> list[str]:
    return [hit.key for hit in results.hits]


async def test_finds_by_title_and_body(engine: Engine) -> None:
    await engine.upsert([document("thread:1", "Battery safety", "Before the wiring."), document("thread:2", "Cutting fluid")])

    assert await found(engine, "battery") == ["thread:1"]
    assert await found(engine, "wiring") == ["thread:1"]
    assert await found(engine, "lathe") == []


async def test_a_hit_carries_what_is_shown(engine: Engine) -> None:
    await engine.upsert(
        [
            document(
                "thread:1",
                "Solar",
                "A battery house.",
                url="/threads/1",
                country="KE",
                themes=("greening",),
                meta={"by": "Amara Diallo"},
            )
        ]
    )

    (hit,) = (await engine.search(Query(text="solar"), audiences=PUBLIC)).hits

    assert (hit.key, hit.kind, hit.url, hit.country, hit.language, hit.themes) == (
        "thread:1",
        "thread",
        "/threads/1",
        "KE",
        "en",
        ("greening",),
    )
    assert hit.meta == {"by": "Amara Diallo"}
    assert hit.updated_at is not None


async def test_finds_other_endings_of_a_word(engine: Engine) -> None:
    await engine.upsert(
        [document("thread:1", "Assessing welders"), document("thread:2", "Les apprentissages du soir", language="fr")]
    )

    assert await found(engine, "assess welder") == ["thread:1"]
    assert await found(engine, "apprentissage") == ["thread:2"]


@pytest.mark.parametrize(
    ("title", "language", "asked"),
    [
        ("Berufskolleg an der Lindenstraße", "de", "Lindenstrasse"),
        ("Énergie renouvelable", "fr", "energie"),
        ("Formación profesional", "es", "formacion"),
        ("Зелёные мастерские", "ru", "зеленые"),
        ("Учителя и ученики", "ru", "учитель"),
        ("تدريب المعلّمين في الورشة", "ar", "ورشة"),
        ("الأُستاذ", "ar", "الاستاذ"),
        ("الأجهزة وأدوات اللحام", "ar", "أدوات"),
        ("中国的职业教育改革", "zh", "职业教育"),
        ("中国的职业教育改革", "zh", "改革"),
        ("焊接", "zh", "焊"),
        ("การศึกษา", "th", "ศึกษา"),
        ("Réalité VIRTUELLE", "fr", "réalité virtuelle"),
    ],
)
async def test_finds_across_spellings(engine: Engine, title: str, language: str, asked: str) -> None:
    await engine.upsert([document("thread:1", title, language=language), document("thread:2", "Something else")])

    results = await engine.search(Query(text=asked), audiences=PUBLIC)

    assert keys(results) == ["thread:1"]
    assert not results.respelled


async def test_respells_and_says_so(engine: Engine) -> None:
    await engine.upsert([document("thread:1", "Entrepreneurship for welders"), document("thread:2", "Cutting fluid")])

    results = await engine.search(Query(text="entreprenurship"), audiences=PUBLIC)

    assert keys(results) == ["thread:1"]
    assert results.understood == "entrepreneurship"
    assert results.respelled == {"entreprenurship": "entrepreneurship"}


async def test_a_word_of_another_language_does_not_pass_for_a_slip(engine: Engine) -> None:
    await engine.upsert([document("thread:1", "Sin batería solo", language="es"), document("thread:2", "Solar battery")])

    results = await engine.search(Query(text="solar batery"), audiences=PUBLIC)

    assert results.respelled == {"batery": "battery"}
    assert keys(results) == ["thread:2"]


async def test_searches_exactly_when_asked(engine: Engine) -> None:
    await engine.upsert([document("thread:1", "Entrepreneurship")])

    results = await engine.search(Query(text="entreprenurship", exactly=True), audiences=PUBLIC)

    assert keys(results) == []
    assert not results.respelled


async def test_completes_the_last_word_while_typing(engine: Engine) -> None:
    await engine.upsert([document("thread:1", "Solar battery safety"), document("thread:2", "Solar ovens")])

    assert await found(engine, "solar batt", typing=True) == ["thread:1", "thread:2"]
    assert (await found(engine, "bat", typing=True)) == ["thread:1"]


async def test_all_words_come_before_some(engine: Engine) -> None:
    await engine.upsert(
        [
            document("thread:1", "Solar ovens"),
            document("thread:2", "Solar", "The battery is in the house."),
            document("thread:3", "Wood"),
        ]
    )

    results = await engine.search(Query(text="solar battery"), audiences=PUBLIC)

    assert keys(results) == ["thread:2", "thread:1"]
    assert results.with_all_words == 1


async def test_says_when_nothing_has_all_words(engine: Engine) -> None:
    await engine.upsert([document("thread:1", "A credential for welders")])

    results = await engine.search(Query(text="blockchain credential"), audiences=PUBLIC)

    assert results.with_all_words == 0
    assert keys(results) == ["thread:1"]


async def test_words_close_together_come_first(engine: Engine) -> None:
    far = (
        "Prior to the fair we met. "
        + "We talked about machines and about halls. " * 12
        + "Learning takes time, said the jury in recognition."
    )
    await engine.upsert(
        [
            document("thread:1", "One", far),
            document("thread:2", "Two", far + " Recognition of prior learning."),
            document("thread:3", "Three"),
        ]
    )

    assert (await found(engine, "recognition of prior learning"))[0] == "thread:2"


async def test_quoted_words_stand_as_they_are(engine: Engine) -> None:
    await engine.upsert([document("thread:1", "The battery house"), document("thread:2", "A house for the battery")])

    assert await found(engine, '"battery house"') == ["thread:1"]


async def test_one_concept_in_other_words(engine: Engine) -> None:
    await engine.upsert(
        [
            document("practice:1", "Recognition of Prior Learning in Phnom Penh"),
            document("practice:2", "Small and medium enterprises"),
        ]
    )

    assert await found(engine, "RPL") == ["practice:1"]
    assert await found(engine, "SMEs") == ["practice:2"]
    assert await found(engine, "petites et moyennes entreprises", language="fr") == ["practice:2"]


async def test_names_are_found_by_their_initials(engine: Engine) -> None:
    await engine.upsert([document("institution:1", "The Lakeshore Technical Institute")])

    assert await found(engine, "LTI") == ["institution:1"]


async def test_titles_and_snippets_are_segments(engine: Engine) -> None:
    body = "We began with paper. " * 40 + "Then <b>batteries</b> & more, every battery in its box. " + "And so on. " * 40
    await engine.upsert([document("thread:1", "Battery <script>", body)])

    (hit,) = (await engine.search(Query(text="battery"), audiences=PUBLIC)).hits

    assert whole(hit.title) == "Battery <script>"
    assert marked(hit.title) == ["Battery"]
    assert marked(hit.snippet) == ["batteries", "battery"]
    assert "<b>batteries</b> & more" in whole(hit.snippet)
    assert len(whole(hit.snippet)) <= 210


async def test_counts_facets_without_their_own_filter(engine: Engine) -> None:
    await engine.upsert(
        [
            document("thread:1", "Solar", country="KE", themes=("greening",)),
            document("thread:2", "Solar", country="DE", language="de", themes=("greening", "inclusion")),
            document("practice:3", "Solar", country="KE"),
            document("practice:4", "Wood", country="KE"),
        ]
    )

    every = await engine.search(Query(text="solar"), audiences=PUBLIC)
    threads = await engine.search(Query(text="solar", kinds=("thread",)), audiences=PUBLIC)

    assert every.facets.kind == {"thread": 2, "practice": 1}
    assert every.facets.country == {"KE": 2, "DE": 1}
    assert every.facets.language == {"en": 2, "de": 1}
    assert every.facets.theme == {"greening": 2, "inclusion": 1}
    assert threads.facets.kind == {"thread": 2, "practice": 1}
    assert threads.facets.country == {"KE": 1, "DE": 1}
    assert threads.total == 2


async def test_filters_are_alternatives_within_and_conditions_between(engine: Engine) -> None:
    await engine.upsert(
        [
            document("thread:1", "Solar", country="KE"),
            document("thread:2", "Solar", country="DE"),
            document("practice:3", "Solar", country="FI"),
        ]
    )

    assert sorted(await found(engine, "solar", countries=("KE", "FI"))) == ["practice:3", "thread:1"]
    assert await found(engine, "solar", countries=("KE", "FI"), kinds=("practice",)) == ["practice:3"]
    assert await found(engine, "", countries=("FI",)) == ["practice:3"]


async def test_what_stands_below_a_root_is_found_alone(engine: Engine) -> None:
    await engine.upsert(
        [
            document("message:1", "Solar", root="room:5"),
            document("message:2", "Solar", root="room:50"),
            document("message:3", "Solar", root="room:5", audience="space:9"),
            document("thread:4", "Solar"),
        ]
    )

    inside = await engine.search(Query(text="solar", roots=("room:5",)), audiences=PUBLIC)

    assert [hit.key for hit in inside.hits] == ["message:1"]
    assert (inside.total, inside.facets.kind) == (1, {"message": 1})
    assert await found(engine, "solar", roots=("room:6",)) == []


async def test_pages_follow_each_other(engine: Engine) -> None:
    await engine.upsert([document(f"thread:{number}", f"Solar {number}") for number in range(25)])

    pages = [await found(engine, "solar", offset=offset, limit=10) for offset in (0, 10, 20)]

    assert [len(page) for page in pages] == [10, 10, 5]
    assert len({key for page in pages for key in page}) == 25


async def test_only_what_the_reader_may_see(engine: Engine) -> None:
    await engine.upsert(
        [
            document("thread:1", "Solar"),
            document("thread:2", "Solar", audience="members"),
            document("thread:3", "Solar", audience="space:7"),
        ]
    )

    assert await found(engine, "solar") == ["thread:1"]
    assert sorted(await found(engine, "solar", ("public", "members", "space:7"))) == ["thread:1", "thread:2", "thread:3"]
    assert await found(engine, "solar", ()) == []


async def test_what_unheard_authors_said_is_gone(engine: Engine) -> None:
    await engine.upsert(
        [
            document("message:1", "Solar pump", author="member:5"),
            document("message:2", "Solar lamp", author="member:6"),
            document("member:5", "Solar Sam"),
        ]
    )
    results = await engine.search(Query(text="solar"), audiences=PUBLIC, unheard=["member:5"])
    assert sorted(keys(results)) == ["member:5", "message:2"]
    assert (results.total, results.facets.kind["message"]) == (2, 1)
    assert await engine.suggest("solar pum", audiences=PUBLIC, unheard=["member:5"]) == []
    assert (await engine.search(Query(text="solar"), audiences=PUBLIC)).total == 3


async def test_withheld_keys_and_children_of_withheld_roots_are_gone(engine: Engine) -> None:
    await engine.upsert(
        [document("thread:1", "Solar"), document("reply:5", "Solar", root="thread:1"), document("thread:2", "Solar")]
    )

    results = await engine.search(Query(text="solar"), audiences=PUBLIC, withheld=["thread:1"])

    assert keys(results) == ["thread:2"]
    assert results.total == 1
    assert results.facets.kind == {"thread": 1}
    assert await engine.suggest("so", audiences=PUBLIC, withheld=["thread:1", "thread:2"]) == []


async def test_a_newer_document_takes_the_place_of_an_older(engine: Engine) -> None:
    await engine.upsert([document("thread:1", "Solar", version=2)])
    await engine.upsert([document("thread:1", "Wood", version=3)])

    assert await found(engine, "solar") == []
    assert await found(engine, "wood") == ["thread:1"]


async def test_an_older_document_never_does(engine: Engine) -> None:
    await engine.upsert([document("thread:1", "Solar", version=3)])
    await engine.upsert([document("thread:1", "Wood", version=2)])
    await engine.upsert([document("thread:2", "New", version=5), document("thread:2", "Old", version=4)])

    assert await found(engine, "solar") == ["thread:1"]
    assert await found(engine, "old") == []
    assert await engine.versions(["thread:1", "thread:2", "thread:3"]) == {"thread:1": 3, "thread:2": 5}


async def test_the_same_version_may_change_its_audience(engine: Engine) -> None:
    await engine.upsert([document("thread:1", "Solar")])
    await engine.upsert([document("thread:1", "Solar", audience="space:7")])

    assert await found(engine, "solar") == []
    assert await found(engine, "solar", ("space:7",)) == ["thread:1"]


async def test_deletes(engine: Engine) -> None:
    await engine.upsert([document("thread:1", "Solar"), document("thread:2", "Solar")])
    await engine.delete(["thread:1", "thread:9"])

    assert await found(engine, "solar") == ["thread:2"]


async def test_suggests_words(engine: Engine) -> None:
    await engine.upsert([document("thread:1", "Solar welding"), document("thread:2", "Welders"), document("thread:3", "Welding")])

    assert await engine.suggest("solar wel", audiences=PUBLIC) == ["solar welding", "solar welders"]
    assert await engine.suggest("solar ", audiences=PUBLIC) == []


async def test_rebuilds_aside_and_swaps(engine: Engine) -> None:
    await engine.upsert([document("thread:1", "Solar")])

    async with engine.rebuilding() as fresh:
        await fresh.upsert([document("thread:2", "Solar")])
        assert await found(engine, "solar") == ["thread:1"]

    assert await found(engine, "solar") == ["thread:2"]
    await engine.upsert([document("thread:3", "Solar")])
    assert sorted(await found(engine, "solar")) == ["thread:2", "thread:3"]


async def test_a_failed_rebuild_leaves_the_index(engine: Engine) -> None:
    await engine.upsert([document("thread:1", "Solar")])

    async def rebuild() -> None:
        async with engine.rebuilding() as fresh:
            await fresh.upsert([document("thread:2", "Solar")])
            raise ValueError("half-way")

    with pytest.raises(ValueError, match="half-way"):
        await rebuild()
    assert await found(engine, "solar") == ["thread:1"]


async def test_tells_its_health(engine: Engine) -> None:
    await engine.upsert([document("thread:1"), document("thread:2")])

    health = await engine.health()

    assert health.reachable
    assert health.documents == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "AND OR NOT",
        '"',
        '""',
        "*",
        "a*",
        'audience:"space:7" OR solar',
        "solar) OR (audience:members",
        "[a TO z]",
        "\0solar",
        "solar\ud800",
        "/.*/",
        "solar~9",
        "^^^^",
        "\\",
        "-solar",
        "𝔰𝔬𝔩𝔞𝔯",
        "so" + "\u0301" * 500 + "lar",
        "a" * 20_000,
        "solar " * 5_000,
        "工" * 5_000,
    ],
)
async def test_no_text_is_a_command(engine: Engine, text: str) -> None:
    await engine.upsert([document("thread:1", "Solar"), document("thread:2", "Solar members space", audience="space:7")])

    results = await engine.search(Query(text=text, typing=True), audiences=PUBLIC)

    assert set(keys(results)) <= {"thread:1"}
    assert results.total <= 1
    await engine.suggest(text, audiences=PUBLIC)


@pytest.mark.parametrize("audience", ['space:7" OR audience = "public', "a' OR 'b", "x\\", "*", "\n"])
async def test_no_key_is_a_command(engine: Engine, audience: str) -> None:
    await engine.upsert([document("thread:1", "Solar"), document("thread:2", "Solar", audience=audience)])

    assert await found(engine, "solar", (audience,)) == ["thread:2"]
    results = await engine.search(Query(text="solar", countries=(audience,)), audiences=PUBLIC)
    assert keys(results) == []
