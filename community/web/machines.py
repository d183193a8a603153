"""For machines: alive, ready, measured."""

import hmac

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from community.errors import NotFound
from community.settings import settings
from community.web.health import measures, readiness


async def alive(request: Request) -> Response:
    return PlainTextResponse("ok\n")


async def ready(request: Request) -> Response:
    """503 only for the database and its migrations; search, bus and mail are reported as degraded."""
    report = await readiness()
    return JSONResponse(report, 200 if report["ready"] else 503)


async def metrics(request: Request) -> Response:
    """Prometheus text, for whoever has the token. Without a token set there is no such page."""
    expected = f"Bearer {settings().metrics_token}"
    if not settings().metrics_token or not hmac.compare_digest(
        request.headers.get("authorization", "").encode(), expected.encode()
    ):
        raise NotFound
    return Response(await measures(), media_type=CONTENT_TYPE_LATEST)
