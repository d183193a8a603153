"""Listings as people make, find and change them: whole journeys over HTTP, without JavaScript."""

from typing import Any
from uuid import uuid4

import httpx2
import pytest

from community.exchange.actions import change_listing
from community.exchange.labels import amount
from community.exchange.models import Listing
from community.storage import drain
from community.text.gettext import using_language
from tests.exchange.factories import days_from_now, house, make_draft, make_listing
from tests.factories import make_coordinator, make_institution, make_member, make_steward

pytestmark = pytest.mark.anyio


def filled(**more: Any) -> dict[str, Any]:
    """The form of an offer as a coordinator sends it."""
    return {
        "client_id": str(uuid4()), "direction": "offer", "activity": "job_shadowing", "participant": "teacher", "places": "2",
        "mode": "physical", "title": "Two weeks in the solar workshop", "summary": "Fault-finding with our learners.",
        "language": "en", "fields": ["0713 Electricity and energy", "", ""], "starts": days_from_now(30).isoformat(),
        "ends": days_from_now(90).isoformat(), "country": "Kenya", "city": "Kisumu", "language_1": "English", "level_1": "B1",
        "levels": ["4"], "about": "**Week one** with the crew.", "cost_travel": "covered", "amount_travel": "120.50",
        "per_travel": "stay", "currency": "EUR", "do": "publish",
    } | more  # fmt: skip


def test_an_amount_names_a_currency_that_several_countries_write_alike() -> None:
    paid = {"amount": 60000, "currency": "USD", "per": "day"}
    assert amount(paid) == "US$600.00 a day"
    with using_language("fr"):
        assert amount(paid).replace("\N{NO-BREAK SPACE}", " ").startswith("600,00 $US")


async def test_a_listing_is_written_published_and_found_by_everybody(client: httpx2.AsyncClient, sign_in: Any) -> None:
    lakeside = await make_institution("Lakeside")
    await sign_in(client, await make_coordinator(lakeside))
    form = await client.get("/exchange/new")
    assert form.status_code == 200
    assert "0713 Electricity and energy" in form.text
    assert len(form.content) < 60_000
    sent = await client.post("/exchange/new", data=filled())
    assert sent.status_code == 303
    (listing,) = await Listing.all()
    assert sent.headers["location"] == f"/listings/{listing.ref}"
    assert (listing.status, listing.audience) == ("open", "public")
    assert listing.costs == {"travel": {"coverage": "covered", "amount": 12050, "currency": "EUR", "per": "stay"}}
    client.cookies.clear()
    page = await client.get(listing.url)
    assert page.status_code == 200
    assert "<strong>Week one</strong> with the crew." in page.text
    assert "€120.50 for the stay" in page.text
    assert "Two weeks in the solar workshop" in (await client.get("/exchange")).text


async def test_what_is_lacking_is_said_beside_the_fields_and_nothing_typed_is_lost(
    client: httpx2.AsyncClient, sign_in: Any
) -> None:
    lakeside = await make_institution("Lakeside")
    await sign_in(client, await make_coordinator(lakeside))
    sent = await client.post("/exchange/new", data=filled(ends="", safeguarding="", min_age="16", title="Half a listing"))
    assert sent.status_code == 422
    assert 'id="f-ends-e"' in sent.text
    assert 'id="f-safeguarding-e"' in sent.text
    assert 'value="Half a listing"' in sent.text
    (draft,) = await Listing.all()
    assert draft.status == "draft"
    assert f'action="/listings/{draft.ref}/edit"' in sent.text
    wrong = await client.post("/exchange/new", data=filled(country="Atlantis", title="Kept <b>"))
    assert wrong.status_code == 422
    assert "Atlantis" in wrong.text
    assert "Kept &lt;b&gt;" in wrong.text
    assert await Listing.all().count() == 1


async def test_sent_twice_it_is_one_listing(client: httpx2.AsyncClient, sign_in: Any) -> None:
    lakeside = await make_institution("Lakeside")
    await sign_in(client, await make_coordinator(lakeside))
    same = filled(do="save")
    await client.post("/exchange/new", data=same)
    await client.post("/exchange/new", data=same | {"title": "Written further"})
    (listing,) = await Listing.all()
    assert (listing.title, listing.status) == ("Written further", "draft")


async def test_an_edit_over_a_colleagues_edit_is_shown_not_lost(client: httpx2.AsyncClient, sign_in: Any) -> None:
    lakeside, amara = await house("Lakeside")
    listing = await make_listing(lakeside, amara)
    await sign_in(client, await make_coordinator(lakeside))
    form = await client.get(f"{listing.url}/edit")
    assert f'name="version" value="{listing.version}"' in form.text
    first = await client.post(f"{listing.url}/edit", data=filled(version=listing.version, do="save", title="Mine"))
    second = await client.post(f"{listing.url}/edit", data=filled(version=listing.version, do="save", title="Theirs"))
    assert (first.status_code, second.status_code) == (303, 409)
    assert 'value="Theirs"' in second.text
    assert (await Listing.get(id=listing.id)).title == "Mine"
    unseen = await client.post(f"{listing.url}/edit", data=filled(version=listing.version, do="save", places="many"))
    for page, version in (
        (unseen, listing.version),
        (second, listing.version + 1),
    ):  # a slip in a field is no look at the colleague's
        assert f'name="version" value="{version}"' in page.text


async def test_an_open_listing_cannot_become_incomplete(client: httpx2.AsyncClient, sign_in: Any) -> None:
    lakeside, amara = await house("Lakeside")
    listing = await make_listing(lakeside, amara)
    await sign_in(client, await make_coordinator(lakeside))
    sent = await client.post(f"{listing.url}/edit", data=filled(version=listing.version, do="save", summary=""))
    assert sent.status_code == 422
    assert (await Listing.get(id=listing.id)).summary != ""


async def test_the_buttons_of_a_listing(client: httpx2.AsyncClient, sign_in: Any) -> None:
    lakeside, amara = await house("Lakeside")
    listing = await make_listing(lakeside, amara)
    await sign_in(client, await make_coordinator(lakeside))
    for verb, status in (
        ("pause", "paused"),
        ("pause", "paused"),
        ("reopen", "open"),
        ("fill", "filled"),
        ("withdraw", "withdrawn"),
    ):
        sent = await client.post(f"{listing.url}/{verb}")
        assert sent.status_code == 303, verb
        assert (await Listing.get(id=listing.id)).status == status
    assert (await client.post(f"{listing.url}/reopen")).status_code == 409
    client.cookies.clear()
    assert (await client.get(listing.url)).status_code == 404


async def test_only_coordinators_of_the_institution_write_its_listings(client: httpx2.AsyncClient, sign_in: Any) -> None:
    lakeside, amara = await house("Lakeside")
    fjord = await make_institution("Fjord", "NO")
    draft, listing = await make_draft(lakeside, amara), await make_listing(lakeside, amara)
    absent = await client.get("/listings/KE-2026-ZZZZ")
    for stranger in (None, await make_member("Seru"), await make_coordinator(fjord, "Liv"), await make_steward()):
        client.cookies.clear()
        if stranger:
            await sign_in(client, stranger)
        assert (await client.get(draft.url)).status_code == 404
        assert (await client.get(f"{draft.url}/edit")).status_code == 404
        for path, form in {"edit": filled(version=listing.version), "publish": {}, "withdraw": {}}.items():
            assert (await client.post(f"{draft.url}/{path}", data=form)).status_code == 404
            assert (await client.post(f"{listing.url}/{path}", data=form)).status_code in (403, 404)
    await sign_in(client, await make_coordinator(fjord, "Ola"))
    theirs = await client.post("/exchange/new", data=filled(institution=lakeside.id))
    assert theirs.status_code == 404
    assert absent.status_code == 404
    assert await Listing.filter(institution_id=fjord.id).count() == 0
    assert [one.version for one in await Listing.all().order_by("id")] == [draft.version, listing.version]


async def test_a_draft_answers_like_a_listing_that_does_not_exist(client: httpx2.AsyncClient) -> None:
    lakeside, amara = await house("Lakeside")
    draft = await make_draft(lakeside, amara)
    hidden, absent = await client.get(draft.url), await client.get("/listings/KE-2026-ZZZZ")
    assert hidden.text.replace(draft.ref, "") == absent.text.replace("KE-2026-ZZZZ", "")


async def test_a_removed_listing_is_the_stewards_alone_until_it_is_restored(client: httpx2.AsyncClient, sign_in: Any) -> None:
    lakeside, amara = await house("Lakeside")
    listing = await make_listing(lakeside, amara)
    steward, coordinator = await make_steward(), await make_coordinator(lakeside)
    await sign_in(client, steward)
    assert (await client.post(f"{listing.url}/remove")).status_code == 303
    assert (await client.get(listing.url)).status_code == 200
    await sign_in(client, coordinator)
    assert (await client.get(listing.url)).status_code == 404
    await sign_in(client, steward)
    assert (await client.post(f"{listing.url}/restore")).status_code == 303
    await sign_in(client, coordinator)
    assert "Open again" in (await client.get(listing.url)).text


async def test_filters_narrow_and_say_what_others_would_give(client: httpx2.AsyncClient) -> None:
    lakeside, amara = await house("Lakeside")
    fjord, liv = await house("Fjord", "NO", "europe_north_america")
    await make_listing(lakeside, amara, title="Solar in Kisumu", fields=("0713",))
    await make_listing(fjord, liv, title="Kitchen in Gjøvik", fields=("1013",), activity="staff_training", participant="leader")
    await make_listing(
        fjord, liv, title="Wanted: a welder", direction="request", starts=days_from_now(200), ends=days_from_now(220)
    )
    for query, shown in {
        "": {"Solar", "Kitchen", "welder"}, "?direction=offer": {"Solar", "Kitchen"}, "?country=NO": {"Kitchen", "welder"},
        "?field=1013&field=0715": {"Kitchen"}, "?activity=job_shadowing": {"Solar", "welder"}, "?participant=leader": {"Kitchen"},
        "?language=en&country=KE": {"Solar"}, "?language=fr": set(), f"?from={days_from_now(150)}": {"welder"},
        f"?to={days_from_now(20)}": set(), f"?to={days_from_now(20)}&slack=yes": {"Solar", "Kitchen"},
        "?direction=nonsense&field=x&from=2026-99-99&after=garbage&language='": {"Solar", "Kitchen", "welder"},
    }.items():  # fmt: skip
        page = await client.get(f"/exchange{query}")
        assert page.status_code == 200
        assert {word for word in ("Solar in", "Kitchen in", "a welder") if word in page.text} == {
            {"Solar": "Solar in", "Kitchen": "Kitchen in", "welder": "a welder"}[word] for word in shown
        }, query
        assert f"{len(shown)} open listing" in page.text


async def test_pages_follow_each_other_without_gap_or_repeat(client: httpx2.AsyncClient) -> None:
    lakeside, amara = await house("Lakeside")
    for number in range(43):
        await make_listing(lakeside, amara, title=f"Listing number {number:02d}.")
    found, address, back = [], "/exchange", []
    while address:
        page = (await client.get(address)).text
        found += [number for number in range(43) if f"Listing number {number:02d}." in page]
        back.append(address)
        address = _link(page, "next")
    assert sorted(found) == list(range(43))
    assert len(back) == 3
    last = (await client.get(back[-1])).text
    assert (await client.get(_link(last, "prev"))).text.count('class="card"') == 20


def _link(page: str, rel: str) -> str:
    _before, found, after = page.partition(f'rel="{rel}" href="')
    return after.split('"')[0].replace("&amp;", "&") if found else ""


async def test_a_coordinator_sees_scores_with_their_reasons(client: httpx2.AsyncClient, sign_in: Any) -> None:
    lakeside, amara = await house("Lakeside")
    fjord, liv = await house("Fjord", "NO", "europe_north_america")
    offer = await make_listing(lakeside, amara, title="Solar in Kisumu", fields=("0714",), latitude=-0.1, longitude=34.7)
    await make_listing(fjord, liv, direction="request", title="Wanted: solar", wanted_countries=["KE"])
    await drain()
    await sign_in(client, await make_coordinator(fjord, "Ola"))
    page = await client.get("/exchange")
    assert ">90<small" in page.text
    assert "because the field is a neighbour, the dates leave room for 2 weeks, you share English" in page.text
    one = await client.get(offer.url)
    assert "Why this fits you" in one.text
    assert "Neighbours: 0714 Electronics and automation is offered, 0713 Electricity and energy is wanted." in one.text
    assert "90 of 100 points are known." in one.text
    assert "together" in one.text
    client.cookies.clear()
    assert "Why this fits you" not in (await client.get(offer.url)).text


async def test_a_ring_stands_on_the_page_of_each_side_and_of_nobody_else(client: httpx2.AsyncClient, sign_in: Any) -> None:
    houses = [await house(name, country) for name, country in (("Lakeside", "KE"), ("Fjord", "NO"), ("Reef", "FJ"))]
    codes = ["0713", "1013", "0811"]
    for place, (institution, coordinator) in enumerate(houses):
        await make_listing(institution, coordinator, fields=(codes[place],))
        await make_listing(institution, coordinator, fields=(codes[place - 1],), direction="request")
    await drain()
    for institution, _coordinator in houses:
        await sign_in(client, await make_coordinator(institution, f"Second of {institution.name}"))
        page = await client.get("/exchange/yours")
        assert "Rings that close through you" in page.text
        assert all(one.name in page.text for one, _ in houses)
    answer = page.text.partition("/rings/")[2].split("/")[0]
    assert (await client.post(f"/rings/{answer}/answer", data={"answer": "yes"})).status_code == 303
    outsider = await make_institution("Outside")
    await sign_in(client, await make_coordinator(outsider, "Outsider"))
    assert "Rings that close" not in (await client.get("/exchange/yours")).text
    assert (await client.post(f"/rings/{answer}/answer", data={"answer": "no"})).status_code == 404


async def test_a_hostile_title_is_text_everywhere(client: httpx2.AsyncClient, sign_in: Any) -> None:
    lakeside, amara = await house("Lakeside")
    evil = "<script>alert(1)</script>\"'"
    listing = await make_listing(
        lakeside, amara, title=evil, summary=evil, city=evil, outcomes=evil, about=f"[x](javascript:1) {evil}"
    )
    await sign_in(client, await make_coordinator(lakeside))
    for address in ("/exchange?show=all", "/exchange/yours", listing.url, f"{listing.url}/edit"):
        page = await client.get(address)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert 'href="javascript' not in page.text


async def test_what_is_paused_keeps_its_page_and_leaves_the_list(client: httpx2.AsyncClient) -> None:
    lakeside, amara = await house("Lakeside")
    listing = await make_listing(lakeside, amara, title="Solar in Kisumu")
    await change_listing(amara, listing.id, "pause")
    assert "takes no inquiries at the moment" in (await client.get(listing.url)).text
    assert "Solar in Kisumu" not in (await client.get("/exchange")).text
