"""Whatever is sent to the exchange gets a clear answer: no form, address or id makes the server fail."""

from typing import Any
from uuid import uuid4

import httpx2
import pytest

from community.exchange.forms import ListingForm
from community.exchange.models import Inquiry, Listing
from tests.exchange.factories import house, make_listing
from tests.exchange.test_pages import filled
from tests.factories import make_coordinator

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

NASTY = ["9" * 30, "-1", "1e9", "NaN", "' OR 1=1 --", "\u202e<b>", "x" * 9_000, "0000-00-00", "١٢"]


@pytest.mark.parametrize("name", [name for name in ListingForm.model_fields if name != "client_id"])
async def test_every_field_of_a_listing(client: httpx2.AsyncClient, sign_in: Any, name: str) -> None:
    lakeside, _amara = await house("Lakeside")
    await sign_in(client, await make_coordinator(lakeside))
    for value in NASTY:
        sent = await client.post("/exchange/new", data=filled(**{name: value, "do": "save" if name != "do" else value}))
        assert sent.status_code in {303, 404, 422, 429}, (name, value)
    assert await Listing.exclude(status="draft").count() == 0


async def test_what_is_not_in_the_form_is_refused(client: httpx2.AsyncClient, sign_in: Any) -> None:
    lakeside, _amara = await house("Lakeside")
    await sign_in(client, await make_coordinator(lakeside))
    for more in (
        {"status": "open"},
        {"audience": "public"},
        {"ref": "KE-2026-AAAA"},
        {"author_id": "1"},
        {"opened_at": "2020-01-01"},
    ):
        assert (await client.post("/exchange/new", data=filled(**more))).status_code == 422
    assert await Listing.all().count() == 0


@pytest.mark.parametrize("value", NASTY)
async def test_ids_and_texts_of_an_inquiry(client: httpx2.AsyncClient, sign_in: Any, value: str) -> None:
    lakeside, amara = await house("Lakeside")
    fjord, _liv = await house("Fjord", "NO")
    offer = await make_listing(lakeside, amara)
    await sign_in(client, await make_coordinator(fjord, "Ola"))
    good: dict[str, str] = {"client_id": str(uuid4()), "institution": str(fjord.id), "text": "Hello", "language": "en"}
    for name in ("client_id", "institution", "listing", "language"):
        sent = await client.post(f"{offer.url}/inquiries", data=good | {name: value})
        assert sent.status_code in {404, 422}, name
    assert await Inquiry.all().count() == 0


@pytest.mark.parametrize("path", ["/inquiries/{}", "/inquiries/{}/messages", "/inquiries/{}/agree", "/rings/{}/answer"])
async def test_ids_beyond_every_column(client: httpx2.AsyncClient, sign_in: Any, path: str) -> None:
    lakeside, _amara = await house("Lakeside")
    await sign_in(client, await make_coordinator(lakeside))
    for number in ("0", "99999999999", "9" * 19, "9" * 40):
        address = path.format(number)
        form = (
            {"answer": "yes"}
            if "rings" in path
            else {"client_id": str(uuid4()), "text": "x", "language": "en"}
            if "mess" in path
            else {}
        )
        sent = await (client.get(address) if address.count("/") == 2 else client.post(address, data=form))
        assert sent.status_code == 404, address


@pytest.mark.parametrize(
    "query",
    [
        "show=x",
        "after=%00",
        "before=WzFd",
        "after=WyJ4IiwxXQ",
        "field=" + "0713&field=" * 200,
        "from=0001-01-01&slack=yes",
        "country=%F0%9F%92%A5",
        "language=%00",
    ],
)
async def test_addresses_of_the_list(client: httpx2.AsyncClient, query: str) -> None:
    assert (await client.get(f"/exchange?{query}")).status_code == 200


@pytest.mark.parametrize("ref", ["%00", "x" * 300, "..%2f..", "KE-2026-%27%3B--", "%F0%9F%92%A5"])
async def test_references_that_are_none(client: httpx2.AsyncClient, ref: str) -> None:
    assert (await client.get(f"/listings/{ref}")).status_code in {404, 414}
