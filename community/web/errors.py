"""Domain errors -> pages, and RFC 9457 problems for machines. The only place where a status is chosen for a failure."""

import logging
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from tortoise.exceptions import DoesNotExist

from community.errors import Conflict, DomainError, Invalid, NotFound, Refused, TooMany, Unavailable
from community.text.gettext import _
from community.web.coming_back import page_before
from community.web.observing import route_of
from community.web.reader import read_as
from community.web.rendering import render, wants_fragment
from community.web.routing import viewer_of

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ErrorPage:
    """What an error page says: what happened, what to do, and for a guest the way in and back."""

    status: int
    heading: str
    text: str
    sign_in: str = ""


async def on_domain_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, DomainError)
    status = next(_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS)
    headers = {"retry-after": str(error.retry_after)} if isinstance(error, TooMany) else {}
    return await _respond(request, status, error.text, headers, error)


async def on_absent_row(request: Request, error: Exception) -> Response:
    return await _respond(request, 404, "", {}, error)


async def on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return await _respond(request, error.status_code, "", dict(error.headers or {}), error)


async def on_gone(request: Request, error: Exception) -> Response:
    """Whoever asked has hung up while they sent. Nobody reads this, and nothing here has failed."""
    return Response(status_code=400)


async def on_crash(request: Request, error: Exception) -> Response:
    """The last resort: says so, tells the log, and shows nothing of the inside."""
    log.error("unhandled error at %s", route_of(request.scope), exc_info=error)  # an address may hold a token or a name
    try:
        return await _respond(request, 500, "", {}, error)
    except Exception:  # the page itself may be what fails
        return PlainTextResponse("Something went wrong here. What you sent may not be stored. Try again in a minute.", 500)


handlers: dict[Any, Any] = {
    DomainError: on_domain_error,
    DoesNotExist: on_absent_row,
    HTTPException: on_http_error,
    ClientDisconnect: on_gone,
    Exception: on_crash,
}

_STATUS: dict[type[DomainError], int] = {
    DomainError: 400, NotFound: 404, Refused: 403, Conflict: 409, Invalid: 422, TooMany: 429, Unavailable: 503,
}  # fmt: skip


async def _respond(request: Request, status: int, text: str, headers: dict[str, str], error: Exception) -> Response:
    viewer = await read_as(request)
    heading, standard = _words(status)
    detail = text or standard
    if _is_machine(request):
        response: Response = _problem(request, status, heading, detail, error)
    else:
        sign_in = "" if viewer.signed_in or status != 404 else _way_in(request)
        response = await render(request, "error.html", ErrorPage(status, heading, detail, sign_in), status=status, title=heading)
    response.headers.update(headers)
    return response


def _problem(request: Request, status: int, heading: str, detail: str, error: Exception) -> Response:
    problem: dict[str, Any] = {
        "type": "about:blank",
        "title": heading,
        "status": status,
        "detail": detail,
        "instance": request.url.path,
    }
    was_a_members = request.method == "POST" or bool(request.headers.get("x-member"))
    if status == 404 and was_a_members and not viewer_of(request).signed_in:
        problem |= {"detail": _("You are signed out here. What you wrote is kept on this device."), "sign_in": _way_in(request)}
    if isinstance(error, Invalid):
        problem["errors"] = dict(error.errors)
    if isinstance(error, Refused):
        problem["reason"] = error.reason
    return JSONResponse(problem, status, media_type="application/problem+json")


def _is_machine(request: Request) -> bool:
    return request.url.path.startswith("/api/") or wants_fragment(request)


def _way_in(request: Request) -> str:
    """Sign in, and come back: to this page, or to the page whose form was sent when the session was over."""
    if request.method in {"GET", "HEAD"}:
        to = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    else:
        to = page_before(request)
    return f"/signin?next={quote(to, safe='')}"


def _words(status: int) -> tuple[str, str]:
    not_understood = (_("This form was not understood"), _("Load the page again and send the form from there."))
    known = {
        400: not_understood,
        403: (_("You cannot do this here"), _("If you think you should be able to, ask a steward.")),
        404: (
            _("There is no such page for you"),
            _("It may have moved, been removed, or be open to others only. Try the search."),
        ),
        405: (_("This page does not take that"), _("Go back and use the buttons on the page.")),
        409: (_("Somebody was faster"), _("This has changed meanwhile. Load the page again to see how it stands.")),
        413: (_("This is too large"), _("Send a smaller file or a shorter text. Nothing was stored.")),
        415: not_understood,
        422: (_("Something in the form needs a correction"), _("Go back: what you typed is still there.")),
        429: (_("That was too often"), _("Wait a little, then try again.")),
        503: (_("Not available at the moment"), _("Try again in a few minutes. Everything else works.")),
    }
    return known.get(
        status,
        (_("Something went wrong here"), _("It is not your fault, and it has been noted. Try again in a minute.")),
    )
