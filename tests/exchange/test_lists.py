"""A list costs the same number of queries however long it is; and what it counts is what one may see."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import pytest

from community.exchange import browsing, queries, talks
from community.exchange.actions import change_listing
from community.exchange.filters import Filters
from community.exchange.models import Listing
from community.exchange.search_documents import documents
from community.exchange.sections import listings as section
from community.institutions.models import Institution
from community.storage import drain
from community.web.paging import Cursor
from tests.discussions.counting import counted_queries
from tests.exchange.factories import house, make_draft, make_listing
from tests.factories import make_coordinator
from tests.viewers import viewer_of

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

MOST = {"/exchange?show=all": 10, "/exchange?show=matches": 10, "/exchange/yours": 11}


@contextmanager
def at_most(most: int) -> Iterator[None]:
    with counted_queries() as made:
        yield
    assert len(made) <= most, "\n".join(made)


async def grown(count: int) -> tuple[Institution, Any]:
    """`count` more offers of one institution and `count` requests of another that fit them."""
    lakeside, amara = await house("Lakeside")
    fjord, liv = await house("Fjord", "NO", "europe_north_america")
    for number in range(count):
        await make_listing(lakeside, amara, title=f"Offer {number}", latitude=-0.1, longitude=34.7)
        await make_listing(fjord, liv, title=f"Request {number}", direction="request")
    await drain()
    return fjord, await make_coordinator(fjord, "Ola")


@pytest.mark.parametrize("address", MOST)
async def test_the_number_of_queries_of_a_list(client: httpx2.AsyncClient, sign_in: Any, address: str) -> None:
    _fjord, ola = await grown(2)
    await sign_in(client, ola)
    await client.get(address)
    with counted_queries() as few:
        await client.get(address)
    await grown(6)
    with counted_queries() as many:
        assert (await client.get(address)).status_code == 200
    assert len(few) == len(many) <= MOST[address]


async def test_the_parts_of_a_list_by_themselves() -> None:
    _fjord, ola = await grown(3)
    reader = await viewer_of(ola)
    with at_most(2):
        assert len((await browsing.cards(reader, Filters(), Cursor())).items) == 6
    with at_most(2):
        assert [card.score for card in (await browsing.cards(reader, Filters(), Cursor(), matches=True)).items] == [100.0] * 3
    with at_most(1):
        assert (await browsing.facets(reader, Filters(country=("NO",))))["direction"] == {"request": 3}
    with at_most(1):
        assert len(await queries.own_listings(reader)) == 3
    with at_most(2):
        assert len(await queries.best_matches(reader, 2)) >= 1
    with at_most(2):
        assert await talks.rings(reader) == []


async def test_a_guest_is_counted_only_what_is_public() -> None:
    lakeside, amara = await house("Lakeside")
    await make_draft(lakeside, amara)
    listing = await make_listing(lakeside, amara)
    from community.audience import GUEST

    assert await browsing.extent(GUEST) == (1, 1)
    assert (await browsing.facets(GUEST, Filters()))["field"] == {"0713": 1}
    await change_listing(amara, listing.id, "withdraw")
    assert await browsing.extent(GUEST) == await browsing.extent(amara) == (0, 0)


async def test_what_is_not_open_has_no_search_document() -> None:
    lakeside, amara = await house("Lakeside")
    draft, listing = await make_draft(lakeside, amara), await make_listing(lakeside, amara, about="With **boots**.")
    (document,) = await documents("listing", [draft.id, listing.id])
    assert (document.key, document.audience, document.fields) == (f"listing:{listing.id}", "public", ("0713",))
    assert "With boots." in document.body
    assert "**" not in document.body
    await change_listing(amara, listing.id, "pause")
    assert await documents("listing", [listing.id]) == []
    await change_listing(amara, listing.id, "reopen")
    (later,) = await documents("listing", [listing.id])
    assert later.version > document.version


async def test_an_institution_shows_its_open_listings() -> None:
    lakeside, amara = await house("Lakeside")
    _fjord, liv = await house("Fjord", "NO")
    await make_draft(lakeside, amara, title="Not yet")
    assert await section(liv, lakeside.id) is None
    assert (await section(amara, lakeside.id)) is not None
    await make_listing(lakeside, amara, title="Solar in Kisumu")
    shown = await section(liv, lakeside.id)
    assert shown is not None
    assert [entry.title for entry in shown.entries] == ["Solar in Kisumu"]
    assert shown.act is None


async def test_a_listing_at_home_stands_where_its_institution_does() -> None:
    lakeside, amara = await house("Lakeside", latitude=-0.09, longitude=34.77)
    here, there = await make_listing(lakeside, amara, city="kisumu"), await make_listing(lakeside, amara, city="Mombasa")
    assert [(one.latitude, one.longitude) for one in await Listing.filter(id__in=[here.id, there.id]).order_by("id")] == [
        (-0.09, 34.77),
        (None, None),
    ]
