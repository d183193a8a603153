"""The cookie of a session."""

from starlette.responses import Response

from community.accounts.identity import cookie_name
from community.accounts.sessions import KEPT_FOR, OpenedSession

# The device forgets what it kept for this member: phones are shared. (The cookie itself is deleted by name: other cookies stay.)
FORGET = '"cache", "storage"'


def carry(response: Response, opened: OpenedSession) -> Response:
    """Give the session to the browser: for some weeks, or until its window is closed."""
    response.set_cookie(
        cookie_name(), opened.token, max_age=int(KEPT_FOR.total_seconds()) if opened.kept else None,
        secure=cookie_name().startswith("__Host-"), httponly=True, samesite="lax", path="/",
    )  # fmt: skip
    return response


def drop(response: Response) -> Response:
    response.delete_cookie(cookie_name(), path="/", secure=cookie_name().startswith("__Host-"), httponly=True, samesite="lax")
    response.headers["clear-site-data"] = FORGET
    return response
