"""The banner after a redirect: one sentence, signed, shown once."""

from typing import Literal

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import Response

from community.settings import settings

Kind = Literal["ok", "warn", "bad"]
COOKIE = "flash"
SECONDS = 60


def set_flash(response: Response, kind: Kind, text: str) -> None:
    response.set_cookie(COOKIE, _signer().dumps([kind, text[:400]]), max_age=SECONDS, httponly=True, samesite="lax", path="/")


def read_flash(request: Request) -> tuple[Kind, str] | None:
    """The banner to show, or None. What we have not signed ourselves is not shown."""
    if COOKIE not in request.cookies:
        return None
    try:
        kind, text = _signer().loads(request.cookies.get(COOKIE, ""), max_age=SECONDS)
    except (BadSignature, ValueError, TypeError):
        return None
    return kind, text


def forget_flash(response: Response) -> None:
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings().signing_secret(), salt="flash")
