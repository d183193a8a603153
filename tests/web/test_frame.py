"""The frame around every page: what a guest, a member and a steward find there, and that its parts fit together."""

import re
from urllib.parse import unquote

import httpx2
import pytest
from starlette.requests import Request

from community.web.shell import _here
from community.web.static_files import content_of
from tests.conftest import SignIn
from tests.factories import make_member, make_steward

pytestmark = pytest.mark.anyio

WORDS = ["/house-rules", "/help", "/accessibility"]


@pytest.mark.parametrize("path", [*WORDS, "/no-such-page"])
async def test_a_page_is_whole(client: httpx2.AsyncClient, path: str) -> None:
    html = (await client.get(path)).text
    assert html.startswith("<!doctype html>")
    assert html.index('class="skip"') < html.index("<header")
    assert html.count("<main") == html.count("<h1") == 1
    drawn = re.findall(r'<symbol id="([a-z0-9-]+)"', content_of("icons/symbols.svg").decode())
    used = set(re.findall(r'<use href="/static/icons/symbols\.[^"#]+#([a-z0-9-]+)"', html))
    assert len(used) >= 5
    assert used <= set(drawn)
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert " style=" not in html


async def test_a_guest_may_sign_in_and_come_back(client: httpx2.AsyncClient) -> None:
    html = (await client.get("/help?a=1")).text
    assert 'href="/signin?next=/help%3Fa%3D1"' in html
    assert 'href="/join"' in html
    assert "/signout" not in html


async def test_a_member_finds_the_way_out_and_a_guest_does_not(client: httpx2.AsyncClient, sign_in: SignIn) -> None:
    await sign_in(client, await make_member(name="Amara Diallo"))
    html = (await client.get("/help")).text
    assert '<form method="post" action="/signout"' in html
    assert "Amara Diallo" in html
    assert "/signin" not in html
    assert 'href="/stewardship"' not in html


async def test_a_steward_finds_the_list(client: httpx2.AsyncClient, sign_in: SignIn) -> None:
    await sign_in(client, await make_steward())
    assert 'href="/stewardship"' in (await client.get("/help")).text


@pytest.mark.parametrize(("theme", "attribute"), [("dark", ' data-theme="dark"'), ("light", ' data-theme="light"'), ("auto", "")])
async def test_the_theme_is_written_by_the_server(client: httpx2.AsyncClient, theme: str, attribute: str) -> None:
    await client.post(f"/theme/{theme}")
    html = (await client.get("/help")).text
    assert re.search(r"<html[^>]*>", html)[0] == f'<html lang="en" dir="ltr"{attribute}>'  # type: ignore[index]


async def test_low_data_mode_is_a_switch(client: httpx2.AsyncClient) -> None:
    for on in ("true", "false"):
        await client.post("/low-data")
        assert f'aria-pressed="{on}">Low-data mode' in (await client.get("/help")).text


async def test_the_style_sheet_and_modules_are_there(client: httpx2.AsyncClient) -> None:
    html = (await client.get("/help")).text
    for address in re.findall(r'(?:href|src)="(/static/[^"]+)"', html):
        assert (await client.get(address)).status_code == 200


async def test_the_component_sheet_shows_every_part_in_the_demo_only(
    client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from community.settings import settings

    assert (await client.get("/styleguide")).status_code == 404
    monkeypatch.setattr("community.web.styleguide.settings", lambda: settings().model_copy(update={"demo": True}))
    shown = await client.get("/styleguide")
    assert shown.status_code == 200
    assert len(set(re.findall(r"\.svg#m-\d+", shown.text))) >= 24


@pytest.mark.parametrize("address", ["//evil.example/x", "/%5Cevil.example/x", "/people/a%3Fb", "/a%0Ab?q=%C3%A9"])
async def test_the_address_that_a_page_names_as_its_own_stays_here_and_is_the_same(address: str) -> None:
    path, _question, query = address.partition("?")
    scope = {
        "type": "http", "method": "GET", "scheme": "http", "server": ("school.example", 80), "headers": [],
        "path": unquote(path), "query_string": query.encode(),
    }  # fmt: skip
    assert _here(Request(scope)) == address.replace("//", "/").replace("%0A", "")
