"""SECURITY 24: a socket that another site's page asks for is refused."""

import pytest
from websockets.exceptions import InvalidStatus

from realtime.house import RequestHead
from realtime.origin import is_same_origin
from tests.realtime.fake import Site

pytestmark = pytest.mark.anyio

ANOTHERS = [
    "null",
    "",
    "http://evil.example",
    "https://hall.example.evil.example",
    "https://evil-hall.example",
    "https://hall.example@evil.example",
    "http://hall.example",  # another scheme, so another origin
    "https://hall.example:8443",
    "https://hall.example/",
    "https://hall.example.",
    "https://HALL.example\t",
    "https://evil.example, https://hall.example",
    "https:\\\\hall.example",
    "hall.example",
    "//hall.example",
    "file://hall.example",
    "https://hall.example#",
    "https://hаll.example",  # a Cyrillic letter
]


def asked(origins: list[str], host: str = "hall.example") -> RequestHead:
    return RequestHead("/ws", [("host", host), *(("origin", one) for one in origins)], "10.0.0.1")


@pytest.mark.parametrize("public_origin", ["", "https://hall.example"])
@pytest.mark.parametrize("origin", ANOTHERS)
def test_another_sites_origin_is_refused(origin: str, public_origin: str) -> None:
    if origin == "http://hall.example" and not public_origin:
        pytest.skip("without a public address the host decides")
    assert not is_same_origin(asked([origin]), public_origin)


def test_no_origin_two_origins_and_two_hosts_are_refused() -> None:
    assert not is_same_origin(asked([]))
    assert not is_same_origin(asked(["https://hall.example"] * 2))
    twice = RequestHead("/ws", [("host", "hall.example"), ("host", "evil.example"), ("origin", "https://evil.example")], "")
    assert not is_same_origin(twice)


def test_our_own_origin_is_welcome() -> None:
    assert is_same_origin(asked(["https://hall.example"], "hall.example"))
    assert is_same_origin(asked(["http://localhost:8000"], "localhost:8000"))
    assert is_same_origin(asked(["http://[::1]:8000"], "[::1]:8000"))
    assert is_same_origin(asked(["https://hall.example"], "inside:8000"), "https://hall.example")


async def test_a_refused_origin_gets_no_socket(site: Site) -> None:
    for origin in ("http://evil.example", "null", f"http://127.0.0.1:{site.port}.evil.example"):
        with pytest.raises(InvalidStatus) as refused:
            await site.line(origin=origin)
        assert refused.value.response.status_code == 403
    assert not site.gateway.connections
