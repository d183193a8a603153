"""Relevance on the practices the site starts with: queries and expected answers of our own, beside those the vocabulary came with."""

import json
from collections.abc import AsyncIterator
from importlib.resources import files

import pytest

from search.documents import Document, Query
from search.embedded import EmbeddedEngine

pytestmark = pytest.mark.anyio
PLAIN = {
    "underwater robot": ["flatfish"],
    "renewable energy indigenous communities": ["se4amazonian"],
    "virtual reality": ["sfivet-vr"],
    "360 degree learning": ["thinglink-360"],
    "small and medium enterprises industry 4.0": ["viken-academy"],
    "recognition of prior learning": ["cambodia-digital-core-team"],
    "RPL": ["cambodia-digital-core-team"],
    "SMEs": ["viken-academy"],
    "problem based learning": ["flatfish", "oxygeni-us", "senai-theoprax"],
    "mobility": ["efvet-mobility", "seameo-mobility"],
    "artificial intelligence": ["omnia-ai-lab", "shenzhen-ai-curriculum"],
    "greening campus": ["atmi-greening"],
    "entrepreneurship": ["atmi-greening", "thinglink-360", "self-sustainable-schools", "oxygeni-us"],
    "Lindenstrasse": ["bkal-360"],
    "water treatment": ["wetsus"],
    "career guidance": ["heart-lab-on-wheels", "pset-cloud"],
}
OTHER_LANGUAGES = {
    "énergie renouvelable": ["se4amazonian"],
    "réalité virtuelle": ["sfivet-vr"],
    "intelligence artificielle": ["omnia-ai-lab", "shenzhen-ai-curriculum"],
    "mobilité": ["efvet-mobility", "seameo-mobility"],
    "orientation professionnelle": ["heart-lab-on-wheels", "pset-cloud"],
    "tratamiento de agua": ["wetsus"],
    "realidad virtual": ["sfivet-vr"],
    "искусственный интеллект": ["omnia-ai-lab", "shenzhen-ai-curriculum"],
    "الذكاء الاصطناعي": ["omnia-ai-lab", "shenzhen-ai-curriculum"],
    "虚拟现实": ["sfivet-vr"],
}
MISTYPED = {
    "underwter robot": ["flatfish"],
    "undrewater robott": ["flatfish"],
    "renewble enrgy indigenous": ["se4amazonian"],
    "virtul realty": ["sfivet-vr"],
    "vitrual reality": ["sfivet-vr"],
    "recogniton of prior lerning": ["cambodia-digital-core-team"],
    "recognision prior": ["cambodia-digital-core-team"],
    "artifical inteligence": ["omnia-ai-lab", "shenzhen-ai-curriculum"],
    "greenig campus": ["atmi-greening"],
    "grening campuss": ["atmi-greening"],
    "mobilty": ["efvet-mobility", "seameo-mobility"],
    "mobillity": ["efvet-mobility", "seameo-mobility"],
    "problm based lerning": ["flatfish", "oxygeni-us", "senai-theoprax"],
    "watr treatment": ["wetsus"],
    "water treatmnet": ["wetsus"],
    "carreer guidence": ["heart-lab-on-wheels", "pset-cloud"],
    "lindenstrase": ["bkal-360"],
    "lindenstarsse": ["bkal-360"],
    "entrepeneurship": ["atmi-greening", "thinglink-360", "self-sustainable-schools", "oxygeni-us"],
    "entreprenurship": ["atmi-greening", "thinglink-360", "self-sustainable-schools", "oxygeni-us"],
}


@pytest.fixture(scope="module")
async def practices() -> AsyncIterator[EmbeddedEngine]:
    text = files("community.demo") / "data" / "practices_from_seeds.json"
    engine = EmbeddedEngine()
    await engine.upsert([practice(record) for record in json.loads(text.read_text("utf-8"))["practices"]])
    yield engine
    await engine.close()


def practice(record: dict[str, object]) -> Document:
    sections = ("place", "institution", "target_group", "context", "challenge", "solution", "results", "lessons_or_message")
    lists = [*(record["partners"] or []), *(record["themes"] or [])]  # type: ignore[misc]
    return Document(
        key=f"practice:{record['id']}",
        kind="practice",
        audience="public",
        title=str(record["title"]),
        body="\n".join([*(str(record[name]) for name in sections if record[name]), *lists]),
        url="/",
        version=1,
        language="en",
        country=str(record["country_iso2"] or ""),
    )


async def best(engine: EmbeddedEngine, text: str) -> list[str]:
    results = await engine.search(Query(text=text, limit=5), audiences=["public"])
    return [hit.key.removeprefix("practice:") for hit in results.hits]


def recall(found: list[str], expected: list[str]) -> float:
    return len(set(found) & set(expected)) / len(expected)


@pytest.mark.parametrize("text", PLAIN)
async def test_plain_words_find_all_in_the_first_five(practices: EmbeddedEngine, text: str) -> None:
    assert set(PLAIN[text]) <= set(await best(practices, text))


@pytest.mark.parametrize("text", OTHER_LANGUAGES)
async def test_the_words_of_another_language_find_them_too(practices: EmbeddedEngine, text: str) -> None:
    assert set(OTHER_LANGUAGES[text]) <= set(await best(practices, text))


async def test_mistyped_words_find_at_least_four_in_five(practices: EmbeddedEngine) -> None:
    found = {text: recall(await best(practices, text), expected) for text, expected in MISTYPED.items()}

    assert sum(found.values()) / len(found) >= 0.8, found


async def test_the_cambodian_practice_stands_first(practices: EmbeddedEngine) -> None:
    results = await practices.search(Query(text="recogniton of prior lerning"), audiences=["public"])

    assert results.hits[0].key == "practice:cambodia-digital-core-team"
    assert results.understood == "recognition of prior learning"


async def test_a_country_alone_is_a_question(practices: EmbeddedEngine) -> None:
    results = await practices.search(Query(countries=("FI",)), audiences=["public"])

    assert {hit.key for hit in results.hits} == {"practice:thinglink-360", "practice:omnia-personal-paths", "practice:omnia-ai-lab"}


async def test_nothing_has_all_words_and_it_says_so(practices: EmbeddedEngine) -> None:
    results = await practices.search(Query(text="blockchain credential"), audiences=["public"])

    assert results.with_all_words == 0
    assert not results.respelled
