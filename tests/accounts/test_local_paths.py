"""Where one may be sent after signing in."""

import pytest

from community.accounts.local_paths import local_path
from community.web.limits import forget_throttles
from tests.factories import PASS_PHRASE, make_member

ELSEWHERE = [
    "https://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
    "/\n/evil.example", "\t//evil.example", "/%09/evil.example", "/%2Fevil.example", "/%5Cevil.example", "/%252Fevil.example",
    "/.//evil.example", "/..//evil.example", "/a/..//evil.example", "https:evil.example", "https:/evil.example",
    "javascript:alert(1)", "data:text/html,x", "evil.example", "@evil.example", " /", "/x\r\nSet-Cookie: a=b", "/\u2028/evil.example",
    "//user@evil.example", "/%00", "http://[::1", "", None, "/" + "a" * 3000,
]  # fmt: skip
HERE = [
    "/", "/threads/5", "/threads/5/", "/search?q=a%20b&page=2", "/search?q=https://x//y", "/people/amara_diallo#posts", "/threads/5#p3",
    "/institutions/%D9%85%D8%B9%D9%87%D8%AF", "/institutions/معهد", "/spaces/solar-1f2a3b", "/search?q=100%25",
]  # fmt: skip


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_class_21_only_paths_of_this_house_are_followed(wanted):
    assert local_path(wanted, "/home") == "/home"


@pytest.mark.parametrize("wanted", HERE)
def test_a_path_of_this_house_is_kept(wanted):
    assert local_path(wanted, "/home") == wanted


def test_twenty_four_spellings_and_more():
    assert len(set(ELSEWHERE)) >= 24


@pytest.mark.anyio
@pytest.mark.parametrize("wanted", [one for one in ELSEWHERE if one])
async def test_class_21_signing_in_never_leads_away(client, wanted):
    forget_throttles()
    amara = await make_member()
    answer = await client.post("/signin", data={"email": amara.email, "pass_phrase": PASS_PHRASE, "next": wanted})
    assert answer.status_code in {303, 422}
    assert answer.headers.get("location", "/") == "/"
    page = await client.get("/signin", params={"next": wanted})
    assert page.headers.get("location", "/") == "/"
