"""The outbox: in the demo, what would have been mailed can be read here, by whoever sits at this machine."""

from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address

from starlette.requests import Request
from starlette.responses import Response

from community.errors import NotFound
from community.mail.composing import Composed, composed
from community.mail.letters import lines_of
from community.mail.models import Mail
from community.settings import settings
from community.text.gettext import _
from community.web.paging import Cursor, Page, page_of
from community.web.rendering import render

SHOWN = 30


@dataclass(frozen=True)
class Posted:
    """One letter. `lines` are (text, path): a line that is one of our addresses carries its path here, others ""."""

    id: int
    recipient: str
    subject: str
    language: str
    created_at: datetime
    lines: list[tuple[str, str]]


@dataclass(frozen=True)
class OutboxPage:
    letters: Page[Posted]


async def show_outbox(request: Request) -> Response:
    """Refuses, as if it did not exist, anywhere but in the demo and on loopback: the letters hold links that open accounts."""
    if not _is_here(request):
        raise NotFound
    cursor = Cursor.of(request)
    found = Mail.all().order_by("id" if cursor.backwards else "-id").limit(SHOWN + 1)
    if cursor.key and isinstance(cursor.key[0], int):
        found = found.filter(id__gt=cursor.key[0]) if cursor.backwards else found.filter(id__lt=cursor.key[0])
    mails = page_of(await found, SHOWN, lambda mail: (mail.id,), cursor)
    letters = [posted for mail in mails.items if (posted := await _posted(mail))]
    page = OutboxPage(Page(letters, mails.next, mails.previous))
    response = await render(request, "mail/outbox.html", page, title=_("Outbox"))
    response.headers["cache-control"] = "no-store"
    return response


async def _posted(mail: Mail) -> Posted | None:
    """As it would leave now; None for one that would not."""
    letter = await composed(mail)
    if not isinstance(letter, Composed):
        return None
    return Posted(mail.id, mail.recipient, letter.subject, letter.language, mail.created_at, lines_of(letter.text))


def _is_here(request: Request) -> bool:
    """A proxy on this machine also has a loopback address, so a forwarded request is never taken for a local one."""
    house = settings()
    forwarded = {"forwarded", "x-forwarded-for", "x-real-ip", "via"} & set(request.headers.keys())
    return house.demo and house.mail == "outbox" and house.on_loopback and not forwarded and _is_loopback(request)


def _is_loopback(request: Request) -> bool:
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False
