"""Whatever is sent to events gets a clear answer, and nothing that was typed runs or breaks out anywhere."""

import html
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from icalendar import Calendar

from community.errors import Invalid
from community.events.forms import EventForm
from community.events.models import Event, Registration
from community.events.registering import register
from community.web.forms import checked
from community.web.limits import forget_throttles
from community.web.paging import encoded
from tests.events.factories import THREE, filled, make_event
from tests.exchange.factories import house
from tests.factories import make_coordinator, make_institution, make_member
from tests.viewers import viewer_of

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("app")]

NASTY = ["9" * 30, "-1", "0", "1e9", "NaN", "' OR 1=1 --", "\u202e<b>", "x" * 9_000, "0000-00-00", "9999-12-31", "2101-01-01", "2019-5",
         "٢٠١٩", "25:00", "12:00Z", "\x00", "space:9999999999999999", "stewards"]  # fmt: skip
SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


async def test_every_field_of_an_event(client: httpx2.AsyncClient, sign_in: Any) -> None:
    """What the form lets through is stored; what it does not is a sentence. The last lines of a programme are as the first."""
    await sign_in(client, await make_coordinator(await make_institution("Lakeside")))
    for name in [name for name in EventForm.model_fields if not name.endswith(("_2", "_3", "_4", "_5", "_6", "_7"))]:
        through = [value for value in NASTY if fits(filled(**{"title_1": "Batteries", name: value}))]
        for value in [*through, NASTY[0]][:3]:
            forget_throttles()
            sent = await client.post("/events/new", data=filled(**{"title_1": "Batteries", name: value}))
            assert sent.status_code in {303, 404, 422}, (name, value)
            assert sent.status_code != 303 or value in through, (name, value)
    assert await Event.exclude(audience__in=["public", "members"]).count() == 0


def fits(said: dict[str, str]) -> bool:
    try:
        checked(said, EventForm).plan()
    except Invalid:
        return False
    return True


async def test_what_is_not_in_the_form_is_refused(client: httpx2.AsyncClient, sign_in: Any) -> None:
    await sign_in(client, await make_coordinator(await make_institution("Lakeside")))
    for name in ("slug", "state", "source_id", "author_id", "tickets", "audience_when_released", "title_9", "title_0"):
        assert (await client.post("/events/new", data=filled(**{name: "1"}))).status_code == 422, name
    assert await Event.all().count() == 0


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("until", {"until": "08:00"}),
        ("until", {"until": ""}),
        ("starts", {"starts": ""}),
        ("day", {"day": ""}),
        ("day", {"day": "2026-05"}),
        ("until", {"last_day": "2020-01-01"}),
        ("documents", {"documents": "Click javascript:alert(1)\nx https://user:pw@evil.example"}),
        ("partners", {"partners": "\n".join("x" * 30)}),
        ("pick_one_1", {"title_1": "Alone", "pick_one_1": "Workshops"}),
        ("until_1", {"title_1": "Backwards", "from_1": "10:00", "until_1": "09:00"}),
        ("institution", {"institution": "abc"}),
    ],
)
async def test_what_does_not_fit_together_is_said_beside_the_field(
    client: httpx2.AsyncClient, sign_in: Any, field: str, said: dict[str, str]
) -> None:
    await sign_in(client, await make_coordinator(await make_institution("Lakeside")))
    sent = await client.post("/events/new", data=filled(**said))
    assert sent.status_code == 422
    assert f'href="#f-{field}"' in sent.text
    assert "Come and see." in sent.text


async def test_addresses_and_queries(client: httpx2.AsyncClient, sign_in: Any) -> None:
    await sign_in(client, await make_coordinator(await make_institution("Lakeside")))
    for slug in ("x" * 5000, "%00", "new.ics", "'", "é", "a.b"):
        for path in (f"/events/{slug}", f"/events/{slug}.ics", f"/events/{slug}/edit"):
            assert (await client.get(path)).status_code == 404, path
        assert (await client.post(f"/events/{slug}/register", data={})).status_code == 404
    for query in (
        "show=x",
        "mode=%00",
        "after=%00",
        "after=WyJ4IiwxXQ",
        "before=WzFd",
        "show=mine&after=WyIyMDI2LTAxLTAxIiwxXQ",
        "after=" + encoded(("0001-01-01T00:00:00+14:00", 1)),
        "after=" + "A" * 3000,
    ):
        assert (await client.get(f"/events?{query}")).status_code == 200, query


async def test_hostile_choices(client: httpx2.AsyncClient, sign_in: Any) -> None:
    lakeside, amara = await house("Lakeside")
    event = await make_event(amara, lakeside, sessions=THREE)
    await sign_in(client, await make_member())
    for value in [*NASTY, "1,2"]:
        assert (await client.post(f"{event.url}/register", data={"pick_1": value})).status_code in {422, 429}, value
    assert (await client.post(f"{event.url}/register", data={"pick_9": "1"})).status_code in {422, 429}
    assert await Registration.all().count() == 0


async def test_nothing_typed_becomes_markup(client: httpx2.AsyncClient, sign_in: Any) -> None:
    lakeside = await make_institution("Lakeside")
    await sign_in(client, await make_coordinator(lakeside))
    texts = ("title", "summary", "host", "place", "partners", "documents", "title_1", "speakers_1", "pick_one_1")
    said = dict.fromkeys(texts, SCRIPT[:80])
    sent = await client.post("/events/new", data=filled(**said, code_1="<b>", title_2="x", pick_one_2=SCRIPT[:80]))
    assert sent.status_code == 303
    url = sent.headers["location"]
    await client.post(f"{url}/cancel", data={"because": SCRIPT})
    for path in (url, f"{url}/edit", "/events", "/", f"/institutions/{lakeside.slug}"):
        page = (await client.get(path)).text
        assert "<script>alert" not in page, path
        assert "<img src=x" not in page, path


async def test_the_calendar_file_says_what_the_page_says(client: httpx2.AsyncClient) -> None:
    lakeside, amara = await house("Lakeside")
    title = "Pumps, taps; and \\ more\r\nEND:VEVENT\r\nATTENDEE:mailto:x@evil.example" + " läßt" * 15
    event = await make_event(amara, lakeside, title=title[:160], place="Hall; 2, left\nX-EVIL:1", summary="One.\n\nTwo, three.")
    answer = await client.get(f"{event.url}.ics", headers={"host": "testserver"})
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="{event.slug}.ics"'
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    assert b"\r\nATTENDEE" not in answer.content
    assert b"\r\nX-EVIL" not in answer.content
    (found,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert found["DTSTART"].dt == event.starts_at
    assert found["DTEND"].dt == event.ends_at
    assert found["DTSTART"].dt.tzinfo is not None
    assert str(found["UID"]).startswith(f"event-{event.id}@")
    assert "Two, three." in str(found["DESCRIPTION"])
    assert str(found["LOCATION"]) == "Hall; 2, left\nX-EVIL:1"


async def test_the_calendar_file_holds_the_chosen_workshop_alone(client: httpx2.AsyncClient, sign_in: Any) -> None:
    lakeside, _amara = await house("Lakeside")
    await sign_in(client, await make_coordinator(lakeside, "Organiser"))
    form = filled(last_day="", starts="", until="")
    for n in (1, 2):
        form |= {f"title_{n}": f"Workshop {n}", f"pick_one_{n}": "Workshops", f"day_{n}": "2099-05-0" + str(n)}
    url = (await client.post("/events/new", data=form | {"day": "2099-04-30"})).headers["location"]
    event = await Event.get()
    me = await make_member("Sela Tui")
    await sign_in(client, me)
    whole = Calendar.from_ical((await client.get(f"{url}.ics")).content).walk("VEVENT")
    assert [one["DTSTART"].dt.isoformat() for one in whole] == ["2099-04-30"]
    second = (await event.sessions.filter(number=2))[0].id
    await register(await viewer_of(me), event.id, {1: second})
    chosen = Calendar.from_ical((await client.get(f"{url}.ics")).content).walk("VEVENT")
    assert [(str(one["SUMMARY"]), one["DTEND"].dt.isoformat()) for one in chosen] == [
        ("Open workshop", "2099-05-01"), ("Workshop 2", "2099-05-03"),
    ]  # fmt: skip


async def test_a_calendar_hears_that_a_session_or_the_event_is_cancelled(client: httpx2.AsyncClient, sign_in: Any) -> None:
    lakeside, _amara = await house("Lakeside")
    await sign_in(client, await make_coordinator(lakeside, "Organiser"))
    form = filled(day="2099-04-30", last_day="", starts="", until="")
    form |= {"title_1": "Welding", "day_1": "2099-05-01", "title_2": "Brazing", "code_2": "S2", "day_2": "2099-05-02"}
    url = (await client.post("/events/new", data=form)).headers["location"]

    async def entries() -> dict[str, tuple[str, str, int]]:
        found = Calendar.from_ical((await client.get(f"{url}.ics")).content).walk("VEVENT")
        return {str(one["UID"]): (str(one["SUMMARY"]), str(one["STATUS"]), int(one["SEQUENCE"])) for one in found}

    before = await entries()
    assert [said for said, status, _n in before.values() if status == "CONFIRMED"] == ["Open workshop", "Welding", "S2 Brazing"]
    shorter = {name: text for name, text in form.items() if not name.endswith("_2")} | {"version": "1"}
    assert (await client.post(f"{url}/edit", data=shorter)).status_code == 303
    after = await entries()
    assert after.keys() == before.keys()
    assert [one for one in after.values() if one[1] == "CANCELLED"] == [("Open workshop", "CANCELLED", 2)], "without its words"
    assert {n for _said, _status, n in after.values()} == {2}
    await client.post(f"{url}/cancel", data={"because": "Rain"})
    assert {(status, n) for _said, status, n in (await entries()).values()} == {("CANCELLED", 3)}


async def test_what_has_no_day_has_no_calendar_file(client: httpx2.AsyncClient, sign_in: Any) -> None:
    await sign_in(client, await make_coordinator(await make_institution("Lakeside")))
    rough = await client.post("/events/new", data=filled(day="2099-05", starts="", until=""))
    page = html.unescape((await client.get(rough.headers["location"])).text)
    assert "May 2099" in page
    assert ".ics" not in page
    assert (await client.get(rough.headers["location"] + ".ics")).status_code == 404
    assert (await Event.get()).starts_at == datetime(2099, 4, 30, 21, tzinfo=UTC)
    assert 'value="2099-05"' in (await client.get(rough.headers["location"] + "/edit")).text
