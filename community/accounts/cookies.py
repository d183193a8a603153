"""The cookies of a session, and of what leads to one."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from community.accounts.begun_proofs import LIVES, Begun, Purpose
from community.accounts.entering import Entry
from community.accounts.identity import cookie_name
from community.accounts.sessions import KEPT_FOR, OpenedSession
from community.web.rendering import redirect

# The device forgets what it kept for this member: phones are shared. (The cookie itself is deleted by name: other cookies stay.)
FORGET = '"cache", "storage"'


def letting_in(entry: Entry, to: str, words: str = "") -> Response:
    """Go on to `to` with the session, or first to the second step."""
    if isinstance(entry, OpenedSession):
        return carry(redirect(to, words), entry)
    return carry_begun(redirect(f"/signin/code?next={quote(to, safe='')}"), entry)


def carry(response: Response, opened: OpenedSession) -> Response:
    """Give the session to the browser: for some weeks, or until its window is closed."""
    response.set_cookie(
        cookie_name(), opened.token, max_age=int(KEPT_FOR.total_seconds()) if opened.kept else None,
        secure=_is_secure(), httponly=True, samesite="lax", path="/",
    )  # fmt: skip
    return response


def carry_begun(response: Response, begun: Begun) -> Response:
    """Bind what was begun to this browser."""
    response.set_cookie(
        _begun_name(begun.purpose), begun.token, max_age=int(LIVES.total_seconds()), secure=_is_secure(), httponly=True,
        samesite="strict", path="/",
    )  # fmt: skip
    return response


def begun_in(request: Request, purpose: Purpose) -> str:
    return request.cookies.get(_begun_name(purpose), "")


def drop_begun(response: Response, purpose: Purpose) -> Response:
    response.delete_cookie(_begun_name(purpose), path="/", secure=_is_secure(), httponly=True, samesite="strict")
    return response


def _begun_name(purpose: Purpose) -> str:
    return f"__Host-begun-{purpose}" if _is_secure() else f"begun-{purpose}"


def _is_secure() -> bool:
    return cookie_name().startswith("__Host-")


def drop(response: Response) -> Response:
    response.delete_cookie(cookie_name(), path="/", secure=_is_secure(), httponly=True, samesite="lax")
    response.headers["clear-site-data"] = FORGET
    return response
