"""The search page, as a form and as somebody types, over real threads and rooms."""

import re
from typing import Any

import httpx2
import pytest

from community.accounts.blocking import block, unblock
from community.discovery.engines import engine_in_use
from community.storage import drain
from search.documents import Document, Health, Query, Results
from search.embedded import EmbeddedEngine
from search.engine import EngineDown
from tests.chat.factories import make_room, say
from tests.conftest import SignIn
from tests.discussions.counting import counted_queries
from tests.discussions.factories import make_reply, make_thread
from tests.factories import make_member, make_space
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio
FRAGMENT = {"X-Fragment": "1"}


class Down(EmbeddedEngine):
    """An engine nobody can reach."""

    async def search(self, query: Query, **_: Any) -> Results:  # noqa: ARG002
        raise EngineDown

    async def upsert(self, documents: Any) -> None:  # noqa: ARG002
        raise EngineDown

    async def health(self) -> Health:
        return Health(reachable=False, says="no answer")


@pytest.fixture
async def threads(app: Any) -> None:
    author = await make_member("Amara Diallo")
    solar = await make_thread(author, "Battery safety before or after wiring?", "The first thing a learner touches is a battery.")
    await make_reply(author, solar, "We teach entrepreneurship in the same week.")
    await make_thread(author, "What do you do with cutting fluid?", "We keep it in a drum.")
    await drain()


def text_of(response: httpx2.Response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.text))


async def test_a_guest_finds_what_is_public(threads: None, client: httpx2.AsyncClient) -> None:
    response = await client.get("/search", params={"q": "battery"})

    assert response.status_code == 200
    assert "<mark>Battery</mark> safety" in response.text
    assert "cutting fluid" not in response.text
    assert "2 results" in text_of(response)  # the thread, and the reply below its title


async def test_without_a_question_it_says_what_can_be_found(threads: None, client: httpx2.AsyncClient) -> None:
    response = await client.get("/search")

    assert response.status_code == 200
    assert "in:practices" in response.text


async def test_a_reply_is_found_with_the_way_to_it(threads: None, client: httpx2.AsyncClient) -> None:
    response = await client.get("/search", params={"q": "entrepreneurship"})

    assert re.search(r'href="/replies/\d+"', response.text)


async def test_a_respelled_word_is_told_and_can_be_undone(threads: None, client: httpx2.AsyncClient) -> None:
    response = await client.get("/search", params={"q": "entreprenurship"})

    assert "entrepreneurship" in response.text
    assert "Search exactly “entreprenurship”" in text_of(response)
    (exactly,) = re.findall(r'href="(/search\?[^"]*exact=1[^"]*)"', response.text)
    assert "Nothing was found" in (await client.get(exactly.replace("&amp;", "&"))).text


async def test_nothing_with_all_words_says_so(threads: None, client: httpx2.AsyncClient) -> None:
    response = await client.get("/search", params={"q": "blockchain battery"})

    assert "Nothing has all of these words." in response.text
    assert "<mark>Battery</mark>" in response.text


async def test_facets_and_tabs_narrow(threads: None, client: httpx2.AsyncClient) -> None:
    every = await client.get("/search", params={"q": "battery"})
    none = await client.get("/search", params={"q": "battery", "theme": "greening"})
    listings = await client.get("/search", params={"q": "battery", "in": "exchange"})

    assert 'name="theme" value="innovation"' in every.text
    assert "Nothing was found" in none.text
    assert "Nothing was found" in listings.text


@pytest.mark.parametrize(
    "words", ["in:discussions battery", "from:kenya battery", "from:xx battery", "in:nowhere battery", 'from:"']
)
async def test_operators_are_words_or_filters(threads: None, client: httpx2.AsyncClient, words: str) -> None:
    assert (await client.get("/search", params={"q": words})).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "q=%00", "q=%ff%fe", "q=" + "a" * 5000, "q=battery&page=0", "q=battery&page=-1", "q=battery&page=99999999999999999999", "q=battery&page=²",
        "q=battery&country=' OR 1=1", 'q=battery&language="x"', "q=battery&theme=nothing", "q=battery&in=nowhere", "q=AND OR", "q=*", 'q="',
        "q=battery&country=KE" * 200, "q=%F0%9F%94%8B", "q=<script>alert(1)</script>", "exact=1", "page=3",
    ],
)  # fmt: skip
async def test_no_address_breaks_it(threads: None, client: httpx2.AsyncClient, query: str) -> None:
    for path in ("/search", "/search/typed"):
        response = await client.get(f"{path}?{query}", headers=FRAGMENT)
        assert response.status_code == 200, (path, query)
        assert "<script>alert" not in response.text


async def test_markup_in_a_title_stays_text(app: Any, client: httpx2.AsyncClient) -> None:
    author = await make_member("Amara Diallo")
    await make_thread(author, "Battery <img src=x onerror=alert(1)>", "Battery &lt;b&gt; & <i>more</i>")
    await drain()

    response = await client.get("/search", params={"q": "battery"})

    assert "<img src=x" not in response.text
    assert "&lt;img src=x onerror=alert(1)&gt;" in response.text


async def test_pages_of_one_tab_follow_each_other(app: Any, client: httpx2.AsyncClient) -> None:
    author = await make_member("Amara Diallo")
    for number in range(23):
        await make_thread(author, f"Solar oven {number}", "Bread.")
    await drain()

    first = await client.get("/search", params={"q": "solar", "in": "discussions"})
    second = await client.get("/search", params={"q": "solar", "in": "discussions", "page": "2"})

    links = [set(re.findall(r'href="/threads/(\d+)"', page.text)) for page in (first, second)]
    assert [len(found) for found in links] == [20, 3]
    assert not links[0] & links[1]
    assert 'rel="next"' in first.text
    assert 'rel="next"' not in second.text


async def test_the_number_of_queries_does_not_grow_with_the_hits(app: Any, client: httpx2.AsyncClient) -> None:
    author = await make_member("Amara Diallo")
    for number in range(12):
        await make_reply(author, await make_thread(author, f"Solar oven {number}", "Bread."), "Solar bread.")
    await drain()
    await client.get("/search", params={"q": "solar"})

    with counted_queries() as asked:
        await client.get("/search", params={"q": "solar"})

    assert len(asked) <= 9, asked


async def test_while_typing_words_are_completed(threads: None, client: httpx2.AsyncClient) -> None:
    response = await client.get("/search/typed", params={"q": "batt"}, headers=FRAGMENT)

    assert "<mark>Battery</mark> safety" in response.text
    assert "<html" not in response.text
    assert 'dir="auto">battery</a>' in response.text


async def test_two_letters_are_not_asked(threads: None, client: httpx2.AsyncClient) -> None:
    response = await client.get("/search/typed", params={"q": "ba"}, headers=FRAGMENT)

    assert "Battery" not in response.text


async def test_without_our_module_the_fragments_are_the_page(threads: None, client: httpx2.AsyncClient) -> None:
    typed = await client.get("/search/typed", params={"q": "battery"})
    overlay = await client.get("/search/overlay")

    assert (typed.status_code, typed.headers["location"]) == (303, "/search?q=battery")
    assert (overlay.status_code, overlay.headers["location"]) == (303, "/search")


async def test_with_the_engine_down_the_page_says_so_and_posting_works(app: Any, client: httpx2.AsyncClient) -> None:
    with engine_in_use(Down()):
        await make_thread(await make_member(), "Battery safety")
        page = await client.get("/search", params={"q": "battery"})
        typed = await client.get("/search/typed", params={"q": "battery"}, headers=FRAGMENT)
        discussions = await client.get("/discussions")

    assert page.status_code == 503
    assert "The search is resting." in page.text
    assert "The search is resting." in typed.text
    assert "Battery safety" in discussions.text


async def test_what_is_in_a_space_is_found_by_its_members_only(app: Any, client: httpx2.AsyncClient, sign_in: SignIn) -> None:
    insider, outsider = await make_member("Wanjiru Otieno"), await make_member("Rafael Moura")
    space = await make_space(members=[insider])
    await make_thread(insider, "Bytompolis strike fund", "Wages in bytompolis.", place=f"space:{space.id}")
    await drain()

    answers = {}
    for who in (None, outsider):
        client.cookies.clear()
        if who:
            await sign_in(client, who)
        for words in ("bytompolis", "bytompolos", "strike fund"):
            hidden = await client.get("/search", params={"q": words})
            random = await client.get("/search", params={"q": "x".join(words)})
            answers[who, words] = (text_of(hidden).replace(words, "?"), text_of(random).replace("x".join(words), "?"))
            typed = await client.get("/search/typed", params={"q": words[:6]}, headers=FRAGMENT)
            assert "ytompolis" not in typed.text

    assert all(hidden == random for hidden, random in answers.values())
    client.cookies.clear()
    await sign_in(client, insider)
    assert "<mark>Bytompolis</mark>" in (await client.get("/search", params={"q": "bytompolos"})).text


async def test_a_hit_is_looked_at_again_before_it_is_shown(app: Any, client: httpx2.AsyncClient) -> None:
    """The index may hold what the database no longer has, or under an audience it has no longer."""
    engine = EmbeddedEngine()
    await engine.upsert(
        [
            Document(
                key="thread:999",
                kind="thread",
                audience="public",
                title="A battery that was",
                url="/threads/999",
                version=1,
                language="en",
            )
        ]
    )
    with engine_in_use(engine):
        response = await client.get("/search", params={"q": "battery"})

    assert "A battery that was" not in response.text


async def test_a_room_is_searched_alone_and_only_by_who_sees_it(app: Any, client: httpx2.AsyncClient, sign_in: SignIn) -> None:
    amara, host = await make_member("Amara Diallo"), await make_member("Host")
    here, elsewhere = await make_room("Workshop clinic"), await make_room("Coffee corner")
    hidden = await make_room("Secret plans", space=await make_space(members=[host]))
    for room, author in ((here, amara), (elsewhere, amara), (hidden, host)):
        sent = await say(await viewer_of(author), room, f"The torque wrench of {room.name}")
    await drain()
    await sign_in(client, amara)
    page = await client.get("/search", params={"q": "torque", "room": str(here.id)})
    assert "1 result" in text_of(page)
    assert "Search in the room Workshop clinic" in page.text
    assert f'name="room" value="{here.id}"' in page.text
    assert "/messages/" in page.text
    for room in (str(hidden.id), "999", "x", "9" * 30):  # like a word that nobody knows: left out
        found = text_of(await client.get("/search", params={"q": "torque", "room": room}))
        assert "2 results" in found
        assert "Secret" not in found
    assert f"/messages/{sent.message_id}" not in (await client.get("/search", params={"q": "torque"})).text


async def test_what_those_say_whom_one_has_blocked_is_found_nowhere(app: Any, client: httpx2.AsyncClient, sign_in: SignIn) -> None:
    amara, bagus, chen = await make_member("Amara Diallo"), await make_member("Bagus Prasetyo"), await make_member("Chen Wei")
    room = await make_room("Workshop clinic")
    for author, words in ((bagus, "A torque wrench clicks"), (chen, "My torque wrench does not")):
        await say(await viewer_of(author), room, words)
    await drain()
    await block(await viewer_of(amara), bagus.id)
    for member, number in ((amara, 1), (bagus, 2), (chen, 2)):
        await sign_in(client, member)
        for query in ({"q": "torque"}, {"q": "torque", "room": str(room.id)}, {"q": "torque", "in": "rooms"}):
            page = await client.get("/search", params=query)
            assert f"{number} result" in text_of(page)
            assert ("clicks" in page.text) == (number == 2)
        typed = await client.get("/search/typed", params={"q": "torque"}, headers=FRAGMENT)
        assert ("clicks" in typed.text) == (number == 2)
        assert ("torque clicks" in (await client.get("/search/typed", params={"q": "torque clic"}, headers=FRAGMENT)).text) == (
            number == 2
        )
    await unblock(await viewer_of(amara), bagus.id)
    await sign_in(client, amara)
    assert "2 results" in text_of(await client.get("/search", params={"q": "torque"}))


async def test_a_short_message_is_shown_once_and_a_long_one_with_its_place(
    app: Any, client: httpx2.AsyncClient, sign_in: SignIn
) -> None:
    amara, room = await make_member("Amara Diallo"), await make_room("Workshop clinic")
    await say(await viewer_of(amara), room, "The wrench is back")
    await say(await viewer_of(amara), room, "Good morning to all of you. " * 6 + "The spanner is back")
    await drain()
    await sign_in(client, amara)
    query = {"room": str(room.id)}
    assert text_of(await client.get("/search", params=query | {"q": "wrench"})).count("The wrench is back") == 1
    assert "<mark>spanner</mark> is back" in (await client.get("/search", params=query | {"q": "spanner"})).text
