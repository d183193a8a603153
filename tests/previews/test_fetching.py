"""The one fetcher: what it refuses to ask, and how little it takes of what answers."""

import asyncio
import gzip
import ssl
import time
import tracemalloc
import zlib
from pathlib import Path

import pytest

from community.previews.fetching import MOST_BYTES, Fetcher, Unreadable
from community.previews.guarding import Address, Forbidden, NoNetwork, checked_addresses, is_public, is_public_place, resolved
from tests.previews.somewhere import PUBLIC, elsewhere, page, redirect
from tests.push.services import HOST, certificate_in

pytestmark = pytest.mark.anyio

INSIDE = [
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255",
    "192.0.0.1", "192.0.0.170", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9",
    "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:93.184.215.14", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1",
    "100::1", "2001::1", "2001:0:53aa:64c:0:fbff:5fff:fffe", "2001:db8::1", "2001:10::1", "2002:7f00:1::", "2002:a00:1::", "3fff::1",
    "5f00::1", "fc00::1", "fd12:3456::1", "fe80::1", "fec0::1", "ff02::1",
]  # fmt: skip
OUTSIDE = [
    PUBLIC,
    "8.8.8.8",
    "172.15.0.1",
    "172.32.0.1",
    "100.63.255.255",
    "192.0.1.1",
    "198.20.0.1",
    "2606:2800:21f::1",
    "2a00:1450::1",
]


@pytest.mark.parametrize("address", INSIDE)
async def test_class_32_no_inside_address_is_asked(address: str) -> None:
    from ipaddress import ip_address

    assert not is_public(ip_address(address))

    async def resolve(_host: str, _port: int) -> list[str]:
        return [address]

    fetcher = Fetcher(agent="tests", resolve=resolve)
    for scheme in ("http", "https"):
        with pytest.raises(Forbidden):
            await fetcher.fetch(f"{scheme}://school.example/")


@pytest.mark.parametrize("address", OUTSIDE)
def test_what_is_public_may_be_asked(address: str) -> None:
    from ipaddress import ip_address

    assert is_public_place(ip_address(address), 443)
    assert is_public_place(ip_address(address), 80)
    assert not is_public_place(ip_address(address), 22)
    assert not is_public_place(ip_address(address), 8000)


LITERALS = [
    "http://127.0.0.1/", "http://2130706433/", "http://0177.0.0.1/", "http://0x7f.1/", "http://0x7f000001/", "http://127.1/", "http://0/",
    "http://[::1]/", "http://[::ffff:7f00:1]/", "http://[::ffff:169.254.169.254]/", "http://169.254.169.254/latest/meta-data/",
    "http://localhost/", "http://LOCALHOST./", "http://10.0.0.1:80/", "https://192.168.0.1/", "http://①②⑦.⓪.⓪.①/", "http://127。0。0。1/",
    "http://[fe80::1%25lo]/",
]  # fmt: skip


@pytest.mark.parametrize("address", LITERALS)
async def test_class_32_no_spelling_of_an_inside_address_is_asked(address: str) -> None:
    """By the system's own resolver, which knows decimal, octal, hexadecimal and shortened numbers."""
    with pytest.raises((Forbidden, Unreadable)) as refused:
        await Fetcher(agent="tests").fetch(address)
    assert not isinstance(refused.value, Unreadable) or "Connect" not in str(refused.value)


TRICKS = [
    "ftp://school.example/", "file:///etc/passwd", "gopher://127.0.0.1:70/", "javascript:alert(1)", "//school.example/", "school.example",
    "http://", "http:///etc", "http://school.example@127.0.0.1/", "http://127.0.0.1:80@school.example/", "http://a:b@school.example/",
    "http://school.example\\@127.0.0.1/", "http://school.example/ x", "http://school.example/\r\nX-Header: 1", "http://school.example:99999/",
    "http://school.example:abc/", "http://[::1/", "http://school.example/" + "a" * 2000, "http://school.example:22/", "http://school.example:6379/",
    "http://hall.example/", "https://HALL.example./threads/1",
]  # fmt: skip


@pytest.mark.parametrize("address", TRICKS)
async def test_class_32_tricks_of_addresses(address: str) -> None:
    async def resolve(_host: str, _port: int) -> list[str]:
        return [PUBLIC]

    with pytest.raises(Forbidden):
        await Fetcher(agent="tests", own_host="hall.example", resolve=resolve).fetch(address)


async def test_a_page_is_read_and_hears_nothing_of_us() -> None:
    async with elsewhere(page()) as place:
        found = await place.fetcher().fetch(place.url("/benches?x=1#here"))
    assert (found.content, found.host) == (b"<title>A bench</title>", "school.example")
    head = place.asked[0].lower()
    assert head.startswith("get /benches?x=1 http/1.1\r\n")
    assert f"host: school.example:{place.port}\r\n" in head
    assert "user-agent: guildhall tests" in head
    assert not any(name in head for name in ("cookie", "referer", "authorization", "#here"))


async def test_class_32_a_name_is_resolved_once_and_the_address_that_was_checked_is_the_one_that_is_asked() -> None:
    """A name server that says a public address first and an inside one after it."""
    answers = [["127.0.0.2"], ["127.0.0.1"], ["127.0.0.1"]]
    tried: list[str] = []

    async def resolve(_host: str, _port: int) -> list[str]:
        return answers.pop(0)

    def may_ask(address: Address, _port: int) -> bool:
        tried.append(str(address))
        return str(address) == "127.0.0.2"  # stands for a public one; nobody listens there

    async with elsewhere(page()) as place:
        with pytest.raises(Unreadable):
            await Fetcher(agent="tests", resolve=resolve, may_ask=may_ask).fetch(place.url())
    assert (tried, len(answers), place.reached) == (["127.0.0.2"], 2, 0)


async def test_class_32_a_name_that_is_public_and_inside_at_once_is_not_asked() -> None:
    async def resolve(_host: str, _port: int) -> list[str]:
        return [PUBLIC, "10.0.0.5"]

    with pytest.raises(Forbidden):
        await checked_addresses("school.example", 80, resolve, is_public_place)


@pytest.mark.parametrize(
    "to",
    [
        "http://127.0.0.1/", "http://[::1]/", "http://169.254.169.254/latest/", "http://10.1.2.3/", "http://0.0.0.0/", "http://2130706433/",
        "http://0177.0.0.1/", "http://[::ffff:127.0.0.1]/", "//10.0.0.1/", "file:///etc/passwd", "http://school.example@10.0.0.1/",
        "http://inside.example/",
    ],
)  # fmt: skip
async def test_class_32_a_redirect_is_an_address_like_the_first(to: str) -> None:
    async with elsewhere(redirect(to)) as place:
        numbers = {"inside.example": ["192.168.7.7"], "2130706433": ["127.0.0.1"], "0177.0.0.1": ["127.0.0.1"]}
        with pytest.raises(Forbidden):
            await place.fetcher(numbers).fetch(place.url())
        assert place.reached == 1


async def test_three_redirects_and_no_more() -> None:
    async def count_down(writer: asyncio.StreamWriter, head: str) -> None:
        left = int(head.split(" ")[1].strip("/"))
        await (redirect(f"/{left - 1}") if left else page())(writer, head)

    async with elsewhere(count_down) as place:
        assert (await place.fetcher().fetch(place.url("/3"))).content
        with pytest.raises(Unreadable):
            await place.fetcher().fetch(place.url("/4"))
        assert len(place.asked) == 8


async def test_a_slow_drip_ends_in_time() -> None:
    async def drip(writer: asyncio.StreamWriter, _head: str) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while True:
            writer.write(b"<p>")
            await writer.drain()
            await asyncio.sleep(0.02)

    async with elsewhere(drip) as place:
        began = time.monotonic()
        with pytest.raises(Unreadable):
            await place.fetcher(seconds=0.3).fetch(place.url())
        assert time.monotonic() - began < 2


async def test_an_endless_body_is_cut_and_the_line_closed() -> None:
    ended = asyncio.Event()

    async def endless(writer: asyncio.StreamWriter, _head: str) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>Long</title>")
        try:
            while True:
                writer.write(b"x" * 65536)
                await writer.drain()
        finally:
            ended.set()

    async with elsewhere(endless) as place:
        assert len((await place.fetcher().fetch(place.url())).content) == MOST_BYTES
        async with asyncio.timeout(2):
            await ended.wait()


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip"])
async def test_class_36_a_bomb_stays_closed(encoding: str) -> None:
    bomb = gzip.compress(b"<title>Boom</title>" + bytes(30_000_000), 1)
    async with elsewhere(page(bomb, f"Content-Type: text/html\r\nContent-Encoding: {encoding}")) as place:
        fetcher = place.fetcher()
        await asyncio.to_thread(fetcher.trust)
        tracemalloc.start()
        try:
            found = await fetcher.fetch(place.url())
            assert tracemalloc.get_traced_memory()[1] < 20_000_000
        finally:
            tracemalloc.stop()
    assert found.content.startswith(b"<title>Boom</title>")
    assert len(found.content) <= MOST_BYTES


@pytest.mark.parametrize(
    "headers",
    [
        "Content-Type: application/pdf", "Content-Type: image/svg+xml", "Content-Type: text/plain", "X-No: type", "Content-Type: text/htmlx",
        "Content-Type: text/html\r\nContent-Encoding: br", "Content-Type: text/html\r\nContent-Encoding: gzip, gzip",
        "Content-Type: text/html\r\nContent-Encoding: gzip", "Content-Type: text/html\r\nTransfer-Encoding: chunked",
        "Content-Type: text/html\r\nX-Long: " + "x" * 200_000,
    ],
)  # fmt: skip
async def test_what_is_no_page_is_not_read(headers: str) -> None:
    async with elsewhere(page(headers=headers)) as place:
        with pytest.raises(Unreadable):
            await place.fetcher().fetch(place.url())


@pytest.mark.parametrize("status", ["404 Not Found", "500 Oops", "204 No Content", "206 Partial Content", "401 Who"])
async def test_errors_are_no_pages(status: str) -> None:
    async with elsewhere(page(status=status)) as place:
        with pytest.raises(Unreadable):
            await place.fetcher().fetch(place.url())


async def test_rubbish_is_no_page() -> None:
    async def rubbish(writer: asyncio.StreamWriter, _head: str) -> None:
        writer.write(zlib.compress(b"SSH-2.0-OpenSSH") * 10)

    async with elsewhere(rubbish) as place:
        with pytest.raises(Unreadable):
            await place.fetcher().fetch(place.url())


async def test_a_name_that_does_not_exist_is_forbidden_and_a_silent_network_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    loop = asyncio.get_running_loop()
    for number, error in ((socket.EAI_NONAME, Forbidden), (socket.EAI_AGAIN, NoNetwork)):

        async def fail(*_given: object, number: int = number, **_more: object) -> list[object]:
            raise socket.gaierror(number, "no")

        monkeypatch.setattr(loop, "getaddrinfo", fail, raising=False)
        with pytest.raises(error):
            await resolved("school.example", 80)


async def test_over_tls_the_name_is_proved_though_the_connection_goes_to_an_address(tmp_path: Path) -> None:
    certificate, key = certificate_in(tmp_path)
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    theirs.load_cert_chain(certificate, key)
    names = {HOST: ["127.0.0.1"], "other.example": ["127.0.0.1"]}
    async with elsewhere(page(), theirs) as place:
        fetcher = place.fetcher(names, trust=lambda: ssl.create_default_context(cafile=str(certificate)))
        assert (await fetcher.fetch(f"https://{HOST}:{place.port}/")).content == b"<title>A bench</title>"
        with pytest.raises(Unreadable):
            await fetcher.fetch(f"https://other.example:{place.port}/")
        with pytest.raises(Unreadable):  # signed by nobody who is believed
            await place.fetcher(names).fetch(f"https://{HOST}:{place.port}/")
    assert len(place.asked) == 1
