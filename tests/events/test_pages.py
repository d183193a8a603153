"""Events at the door: lists, pages, forms with and without faults, and what only some may see."""

import html
import re
from typing import Any

import httpx2
import pytest

from community.audience import MEMBERS
from community.discovery.kinds import kinds
from community.events.models import Event, EventSession, Registration
from community.events.registering import register
from community.storage import drain, rows
from tests.conftest import new_client
from tests.discussions.counting import counted_queries
from tests.events.factories import THREE, filled, in_days, make_event, make_past_event
from tests.exchange.factories import house
from tests.factories import make_coordinator, make_institution, make_member, make_space, make_steward
from tests.viewers import viewer_of

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("app")]


async def read(client: httpx2.AsyncClient, path: str, status: int = 200) -> str:
    answer = await client.get(path)
    assert answer.status_code == status, path
    return html.unescape(answer.text)


async def test_from_the_form_to_the_page_and_back(client: httpx2.AsyncClient, sign_in: Any) -> None:
    lakeside = await make_institution("Lakeside")
    await sign_in(client, await make_coordinator(lakeside))
    form = filled(
        documents="Slides https://school.example/slides\nFault cards", partners="Fjord College\n\nHill College", capacity="12",
        title_1="Batteries", code_1="WS 1", pick_one_1="Workshops", from_1="09:00", until_1="10:00", title_2="Pumps", pick_one_2="Workshops",
    )  # fmt: skip
    sent = await client.post("/events/new", data=form)
    again = await client.post("/events/new", data=form)
    assert (sent.status_code, again.headers["location"]) == (303, sent.headers["location"])
    page = await read(client, sent.headers["location"])
    for words in ("Open workshop", "Come and see.", "Lakeside", "12 seats left", "WS 1", "Batteries", "Pumps", "Hill College",
                  'href="https://school.example/slides"', "Fault cards", "Your time:", "09:00 in East Africa Time"):  # fmt: skip
        assert words in page, words
    edit = await read(client, sent.headers["location"] + "/edit")
    kept = dict(re.findall(r'name="([a-z_0-9]+)"[^>]* value="([^"]*)"', edit))
    assert kept["day"] == form["day"]
    assert (kept["starts"], kept["until"], kept["from_1"], kept["pick_one_2"]) == ("09:00", "11:00", "09:00", "Workshops")
    changed = form | {
        "version": kept["version"],
        "institution": str(lakeside.id),
        "title": "Another title",
        "title_2": "",
        "pick_one_1": "",
    }
    assert (await client.post(sent.headers["location"] + "/edit", data=changed)).status_code == 303
    assert await EventSession.all().count() == 1
    stale = await client.post(sent.headers["location"] + "/edit", data=changed | {"title": "A third"})
    assert stale.status_code == 409
    assert "A third" in stale.text  # nothing typed is lost
    assert (await Event.get()).title == "Another title"
    [known] = re.findall(r'name="version" value="(\d+)"', stale.text)
    over = await client.post(sent.headers["location"] + "/edit", data=changed | {"title": "A third", "version": known})
    assert (over.status_code, (await Event.get()).title) == (303, "A third")


async def test_registering_with_a_plain_form(app: Any, client: httpx2.AsyncClient, sign_in: Any) -> None:
    lakeside, amara = await house("Lakeside")
    event = await make_event(amara, lakeside, sessions=THREE, capacity=1)
    assert "Sign in to register" in await read(client, event.url)
    assert (await client.post(f"{event.url}/register", data={})).status_code == 404
    await sign_in(client, await make_member("Sela Tui"))
    page = await read(client, event.url)
    assert len(re.findall(r'type="radio" id="[^"]+" name="pick_1"', page)) == 3
    nothing = await client.post(f"{event.url}/register", data={})
    assert nothing.status_code == 422
    assert "Choose one of these." in nothing.text
    second = (await EventSession.get(number=2)).id
    assert (await client.post(f"{event.url}/register", data={"pick_1": second})).headers["location"] == f"{event.url}#register"
    page = await read(client, event.url)
    assert "You have a seat" in page
    assert "Full." in page
    assert f'value="{second}" checked' in page
    async with new_client(app) as other:
        await sign_in(other, await make_member("Late Comer"))
        assert "Join the waiting list" in await read(other, event.url)
        await other.post(f"{event.url}/register", data={"pick_1": second})
        assert "You are the first on the waiting list" in await read(other, event.url)
        await client.post(f"{event.url}/leave", data={})
        assert "You have a seat" in await read(other, event.url)
        assert "Open workshop" in await read(other, "/events?show=mine")
    assert "Open workshop" not in await read(client, "/events?show=mine")


async def test_who_comes_is_a_number_for_all_but_the_organiser(client: httpx2.AsyncClient, sign_in: Any) -> None:
    lakeside, amara = await house("Lakeside")
    fjord = await make_institution("Fjord", "NO")
    event = await make_event(amara, lakeside, sessions=THREE)
    first = (await EventSession.get(number=1)).id
    for name, at in (("Sela Tui", lakeside), ("Ola Nord", fjord), ("Kari Nord", fjord)):
        await register(await viewer_of(await make_member(name, institution=at)), event.id, {1: first})
    guest = await read(client, event.url)
    assert re.search(r"Registered</dt><dd>3</dd>.*Countries</dt><dd>2</dd>", guest)
    await sign_in(client, await make_member("Curious"))
    for page in (guest, await read(client, event.url)):
        assert "Sela Tui" not in page
        assert "chose it" not in page
    await sign_in(client, await make_coordinator(lakeside, "Organiser"))
    page = await read(client, event.url)
    assert all(name in page for name in ("Sela Tui", "Ola Nord", "3 people chose it"))


async def test_what_is_over_takes_no_registration_and_shows_published_figures(client: httpx2.AsyncClient, sign_in: Any) -> None:
    lakeside, amara = await house("Lakeside")
    event = await make_past_event(amara, lakeside, registrants_said=977, countries_said=101, sessions=THREE)
    future = await make_event(amara, lakeside, registrants_said=977, title="Later")
    await sign_in(client, await make_member())
    page = await read(client, event.url)
    assert "977" in page
    assert "101" in page
    assert "/register" not in page
    assert "977" not in await read(client, future.url)  # before it is over, what is counted counts
    assert (await client.post(f"{event.url}/register", data={"pick_1": 1})).status_code == 403
    assert "977 registered from 101 countries" in await read(client, "/events?show=past")
    assert "Open workshop" not in await read(client, "/events")


async def test_an_event_for_few_is_nowhere_for_others(app: Any, client: httpx2.AsyncClient, sign_in: Any) -> None:
    lakeside = await make_institution("Lakeside")
    boss, inside, outside = await make_coordinator(lakeside), await make_member("Inside"), await make_member("Outside")
    space = await make_space([inside, boss], [boss])
    runs = await viewer_of(boss)
    closed = await make_event(runs, lakeside, audience=space.key, title="Hidden meeting")
    await make_event(runs, lakeside, audience=MEMBERS, title="Members meeting")
    await drain()
    absent = await client.get("/events/no-such-event-123456")
    for who, seen in ((None, ()), (outside, ("Members",)), (inside, ("Members", "Hidden"))):
        async with new_client(app) as browser:
            if who:
                await sign_in(browser, who)
            pages = [await read(browser, path) for path in ("/events", "/search?q=meeting", f"/institutions/{lakeside.slug}")]
            for name in ("Members", "Hidden"):
                assert [f"{name} meeting" in re.sub("<[^>]+>", "", page) for page in pages] == [name in seen] * 3, (who, name)
            wanted = 200 if "Hidden" in seen else 404
            for path in (closed.url, f"{closed.url}.ics"):
                assert (await browser.get(path)).status_code == wanted
            if who:
                assert (await browser.post(f"{closed.url}/register", data={})).status_code == (303 if wanted == 200 else 404)
    assert len((await client.get(closed.url)).content) - len(absent.content) in range(-80, 81)
    assert "Hidden meeting" in await read_as(app, sign_in, inside, f"/spaces/{space.slug}")
    assert await Registration.all().count() == 1


async def read_as(app: Any, sign_in: Any, who: Any, path: str) -> str:
    async with new_client(app) as browser:
        await sign_in(browser, who)
        return await read(browser, path)


async def test_the_home_page_says_what_comes_up(client: httpx2.AsyncClient, sign_in: Any) -> None:
    lakeside, amara = await house("Lakeside")
    await make_event(amara, lakeside, title="Soon", capacity=3)
    await make_past_event(amara, lakeside, title="Long ago")
    await sign_in(client, await make_member())
    page = await read(client, "/")
    assert "Soon" in page
    assert "3 seats left" in page
    assert "Long ago" not in page


async def test_lists_go_on_and_cost_the_same(client: httpx2.AsyncClient) -> None:
    lakeside, amara = await house("Lakeside")
    for n in range(45):
        await make_event(amara, lakeside, title=f"Meeting {n:02}", day=in_days(2 + n // 2), mode="online" if n % 2 else "on_site")
    seen: list[str] = []
    address = "/events"
    while address:
        with counted_queries() as asked:
            page = await read(client, address)
        assert len(asked) <= 4
        seen += re.findall(r">(Meeting \d\d)<", page)
        more = re.search(r'rel="next" href="([^"]+)"', page)
        address = more[1] if more else ""
    assert seen == [f"Meeting {n:02}" for n in range(45)]
    online = await read(client, "/events?mode=online")
    assert set(re.findall(r">(Meeting \d\d)<", online)) == {f"Meeting {n:02}" for n in range(1, 40, 2)}


async def test_a_steward_plans_for_the_house_and_may_cancel_all(client: httpx2.AsyncClient, sign_in: Any) -> None:
    lakeside, amara = await house("Lakeside")
    theirs = await make_event(amara, lakeside)
    await sign_in(client, await make_steward())
    assert (await client.post("/events/new", data=filled(title="Open hour"))).status_code == 303
    assert (await Event.get(title="Open hour")).institution_id is None
    assert (await client.post(f"{theirs.url}/cancel", data={"because": "Not here."})).status_code == 303
    page = await read(client, theirs.url)
    assert "This event does not take place." in page
    assert "Not here." in page


async def test_an_index_built_anew_holds_events() -> None:
    lakeside, amara = await house("Lakeside")
    event = await make_event(amara, lakeside, sessions=THREE, partners=["Fjord College"])
    assert await kinds()["event"].ids_of("event", 0, 10) == [event.id]
    (document,) = await kinds()["event"].documents("event", [event.id])
    assert all(words in document.body for words in ("Batteries", "Fjord College", "Lakeside", "WS 2"))
    assert document.version == (await rows("SELECT version FROM events"))[0]["version"]
