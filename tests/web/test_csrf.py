"""Cross-site writes are refused (SECURITY 23)."""

import pytest
from starlette.datastructures import Headers

from community.web.csrf import is_same_origin

pytestmark = pytest.mark.anyio

ALLOWED = [
    {"sec-fetch-site": "same-origin"},
    {"sec-fetch-site": "none"},
    {"origin": "https://hall.example", "host": "hall.example"},
    {"origin": "http://localhost:8000", "host": "localhost:8000"},
    {"origin": "https://hall.example", "host": "hall.example:443"},
]
REFUSED = [
    {},
    {"host": "hall.example"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "cross-site", "origin": "https://hall.example", "host": "hall.example"},
    {"origin": "null", "host": "hall.example"},
    {"origin": "https://evil.example", "host": "hall.example"},
    {"origin": "https://hall.example.evil.example", "host": "hall.example"},
    {"origin": "https://evil.example#hall.example", "host": "hall.example"},
    {"origin": "https://hall.example@evil.example", "host": "hall.example"},
    {"origin": "https://hall.example/", "host": "hall.example"},
    {"origin": "https://hall.example:8443", "host": "hall.example"},
    {"origin": "file://hall.example", "host": "hall.example"},
    {"origin": "https://[hall.example", "host": "hall.example"},
]


@pytest.mark.parametrize("headers", ALLOWED)
def test_a_form_of_ours_is_taken(headers: dict[str, str]) -> None:
    assert is_same_origin(Headers(headers))


@pytest.mark.parametrize("headers", REFUSED)
def test_a_form_of_others_is_refused(headers: dict[str, str]) -> None:
    assert not is_same_origin(Headers(headers))


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "text/plain", "application/json"])
async def test_a_cross_site_write_is_answered_403_whatever_it_carries(client, content_type) -> None:
    answer = await client.post("/signin", content=b"{}", headers={"sec-fetch-site": "cross-site", "content-type": content_type})
    assert answer.status_code == 403
    assert "another site" in answer.text


async def test_reading_is_not_affected(client) -> None:
    assert (await client.get("/signin", headers={"sec-fetch-site": "cross-site"})).status_code == 200
