"""What surrounds every page: who reads, where they are, what waits for them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import quote
from uuid import uuid4

from babel import Locale
from starlette.requests import Request

from community.audience import Viewer
from community.settings import settings
from community.text.gettext import available_languages, language
from community.text.names import initials, tone
from community.text.vocabularies import direction
from community.web.flash import Kind, read_flash
from community.web.reader import read_as

Counter = Callable[[Viewer], Awaitable[int]]


@dataclass(frozen=True)
class Shell:
    """The frame of a page."""

    title: str
    lang: str
    dir: str
    theme: str
    nav: str
    path: str
    signed_in: bool
    member: int | None
    name: str
    handle: str
    initials: str
    tone: int
    is_steward: bool
    waiting: int
    queue: int
    demo: bool
    low_data: bool
    flash: tuple[Kind, str] | None

    def client_id(self) -> str:
        """A fresh id for a form: sent twice, it makes one thing."""
        return str(uuid4())

    def way_to(self, path: str) -> str:
        """The address of something only members can do: a guest signs in first and comes out there."""
        return path if self.signed_in else f"/signin?next={quote(path, safe='')}"

    def fingerprint(self) -> str:
        """Changes when the frame would look different to the same or to another reader."""
        return sha256(repr((self.member, self.theme, self.waiting, self.queue, self.flash, self.low_data)).encode()).hexdigest()[
            :12
        ]


_counters: dict[str, Counter] = {}


def counts(name: str) -> Callable[[Counter], Counter]:
    """Register what fills `waiting` or `queue`: a later slice knows, the frame does not."""

    def register(counter: Counter) -> Counter:
        _counters[name] = counter
        return counter

    return register


async def shell_of(request: Request, *, title: str = "", nav: str = "") -> Shell:
    viewer = await read_as(request)
    theme = request.cookies.get("theme", "")
    return Shell(
        title=title, lang=language(), dir=direction(language()), theme=theme if theme in {"light", "dark"} else "",
        nav=nav, path=_here(request),
        signed_in=viewer.signed_in, member=viewer.member, name=viewer.name, handle=viewer.handle,
        initials=initials(viewer.name), tone=tone(viewer.member or 0), is_steward=viewer.is_steward,
        waiting=await _count("waiting", viewer), queue=await _count("queue", viewer),
        demo=settings().demo, low_data=request.cookies.get("low_data") == "1" or request.headers.get("save-data") == "on",
        flash=read_flash(request),
    )  # fmt: skip


def _here(request: Request) -> str:
    """The address of this page without its host; of a form's answer, the page the form stood on is not known: "/"."""
    if request.method not in {"GET", "HEAD"}:
        return "/"
    url = request.url
    path = "/" + url.path.lstrip("/")  # two of them would lead to another site
    return path + (f"?{url.query}" if url.query else "")


async def _count(name: str, viewer: Viewer) -> int:
    if not viewer.signed_in or name not in _counters:
        return 0
    return await _counters[name](viewer)


def interface_languages() -> list[tuple[str, str, str, bool]]:
    """Those to choose from: (tag, own name, address, whether it is spoken now)."""
    return [
        (tag, Locale.parse(tag.replace("-", "_")).display_name or tag, f"/language/{tag}", tag == language())
        for tag in sorted(available_languages())
    ]
