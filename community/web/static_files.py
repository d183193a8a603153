"""Static files under names that carry their hash: cached for a year, changed by a new name."""

import gzip
import mimetypes
import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

ROOT = Path(__file__).parents[2] / "static"
SERVED = {".css", ".js", ".svg", ".png", ".ico", ".webmanifest", ".woff2", ".txt"}
# Lines that are only a comment, and what a line is set in by: for us, and a fifth of what a slow phone would wait for.
_FOR_US = re.compile(rb"^[ \t]*(?:(?://[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)[ \t]*\n)?", re.MULTILINE)
FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class StaticFile:
    """One file, ready to be sent: its bytes plain and compressed."""

    address: str
    media_type: str
    plain: bytes
    compressed: bytes


def asset(name: str) -> str:
    """The address of `static/<name>`: `asset("css/guildhall.css")` -> `/static/css/guildhall.3f9c2d1e.css`."""
    return _by_name()[name].address


def content_of(name: str) -> bytes:
    """What `static/<name>` holds, for the few files that have an address of their own."""
    return sent_as(name).plain


def sent_as(name: str) -> StaticFile:
    """`static/<name>` as browsers get it."""
    return _by_name()[name]


async def send_static(request: Request) -> Response:
    found = _by_address().get(request.url.path)
    if found is None:
        raise HTTPException(404)
    headers = {"cache-control": FOREVER, "vary": "accept-encoding", "x-content-type-options": "nosniff"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(found.compressed, media_type=found.media_type, headers=headers | {"content-encoding": "gzip"})
    return Response(found.plain, media_type=found.media_type, headers=headers)


routes = [Route("/static/{path:path}", send_static, name="static")]


@lru_cache(maxsize=1)
def _by_name() -> dict[str, StaticFile]:
    """All files, with the imports between our modules pointed at the hashed names."""
    plain = {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for path in sorted(ROOT.rglob("*")) if path.is_file() and path.suffix in SERVED
    }  # fmt: skip
    digest = sha256(b"".join(plain.values())).hexdigest()[:8]
    addresses = {name: _address(name, sha256(content + digest.encode()).hexdigest()[:10]) for name, content in plain.items()}
    return {name: _ready(name, _with_imports(name, content, addresses), addresses[name]) for name, content in plain.items()}


@lru_cache(maxsize=1)
def _by_address() -> dict[str, StaticFile]:
    return {file.address: file for file in _by_name().values()}


def _address(name: str, digest: str) -> str:
    stem, _, suffix = name.rpartition(".")
    return f"/static/{stem}.{digest}.{suffix}"


def _with_imports(name: str, content: bytes, addresses: dict[str, str]) -> bytes:
    """Our modules import each other as "./live.js"; a browser must ask for the hashed name."""
    if not name.endswith(".js"):
        return content
    content = content if name.startswith("vendor/") else _without_our_comments(content)
    folder = name.rpartition("/")[0]
    for other, address in addresses.items():
        if other.startswith(folder + "/") and other.endswith(".js"):
            content = content.replace(f'"./{other[len(folder) + 1 :]}"'.encode(), f'"{address}"'.encode())
    return content


def _without_our_comments(content: bytes) -> bytes:
    """A module as it is sent. No text of ours goes over several lines, so that none is touched (a test looks)."""
    while (shorter := _FOR_US.sub(b"", content)) != content:
        content = shorter
    return content


def _ready(name: str, content: bytes, address: str) -> StaticFile:
    media_type = "text/javascript" if name.endswith(".js") else mimetypes.guess_type(name)[0] or "application/octet-stream"
    return StaticFile(address, media_type, content, gzip.compress(content, 9, mtime=0))
