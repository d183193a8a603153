"""Routes are tables and each line has its policy: a route without one cannot be written."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Receive, Scope, Send

from community.audience import GUEST, Viewer
from community.errors import NotFound
from community.web.bodies import with_at_most
from community.web.limits import FORMS, throttle
from community.web.reader import read_as

Endpoint = Callable[[Request], Awaitable[Response]]
Policy = Callable[[Viewer], bool]

FORM_BYTES = 64 * 1024
# With a text of 20,000 characters: a browser encodes one of four bytes in twelve.
TEXT_BYTES = 20_000 * 12
WRITING_BYTES = TEXT_BYTES + FORM_BYTES


class RowNumber(Convertor[int]):
    """`{id:int}`: what a database can hold. A longer number is no address of ours."""

    regex = "[0-9]{1,15}"

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        return str(value)


register_url_convertor("int", RowNumber())


def anyone(viewer: Viewer) -> bool:
    return True


def members_only(viewer: Viewer) -> bool:
    return viewer.signed_in


def trusted_only(viewer: Viewer) -> bool:
    return viewer.is_trusted


def stewards_only(viewer: Viewer) -> bool:
    return viewer.is_steward


class GuardedRoute(Route):
    """A route that knows its policy, so that a test can walk all of them."""

    policy: Policy
    view: Endpoint
    described: dict[str, Any]
    from_anywhere: bool = False


class ByFirstWord(BaseRoute):
    """All routes as one. Of hundreds only those are asked whose address begins with the same word: /threads/5 is one of ten."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._routes: dict[str, list[Route]] = {}
        for route in routes:
            assert "{" not in _first_word(route.path), f"{route.path} begins with a parameter: it would never be found"
            self._routes.setdefault(_first_word(route.path), []).append(route)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        found: tuple[Match, Scope] = (Match.NONE, {})
        for route in self._routes.get(_first_word(scope["path"]), ()):
            match, child = route.matches(scope)
            if match.value > found[0].value:
                found = match, {**child, "route": route}
            if match is Match.FULL:
                break
        return found

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await scope["route"].handle(scope, receive, send)


def _first_word(path: str) -> str:
    return path.split("/", 2)[1] if path.startswith("/") else ""


def page(path: str, endpoint: Endpoint, *, allow: Policy, name: str | None = None, limit: str | None = None) -> GuardedRoute:
    """A page that is read. It changes nothing."""
    return _guarded(path, endpoint, "GET", allow, name, limit, FORM_BYTES)


def post(
    path: str, endpoint: Endpoint, *, allow: Policy, name: str | None = None, limit: str | None = FORMS,
    max_body: int = FORM_BYTES, from_anywhere: bool = False,
) -> GuardedRoute:  # fmt: skip
    """A form that is sent. `limit` is per member, or per address for guests; `max_body` is in bytes.

    With `from_anywhere` it need not come from one of our pages (see `csrf`): whoever writes it looks at no cookie.
    """
    route = _guarded(path, endpoint, "POST", allow, name, limit, max_body)
    route.from_anywhere = from_anywhere
    return route


def api(
    path: str,
    endpoint: Endpoint,
    *,
    allow: Policy,
    summary: str,
    response: type[Any],
    method: str = "GET",
    limit: str = "120/minute",
) -> GuardedRoute:
    """A JSON endpoint under /api/v1, described in /api/openapi.json by `summary` and the pydantic model `response`."""
    route = _guarded("/api/v1" + path, endpoint, method, allow, None, limit, FORM_BYTES)
    route.described = {"summary": summary, "response": response}
    return route


def viewer_of(request: Request) -> Viewer:
    viewer: Viewer = getattr(request.state, "viewer", GUEST)
    return viewer


def _is_no_id(value: object) -> bool:
    """A number larger than any database holds, or a text that none can store."""
    return value >= 2**63 if isinstance(value, int) else "\0" in str(value)


def _guarded(
    path: str, view: Endpoint, method: str, allow: Policy, name: str | None, limit: str | None, max_body: int
) -> GuardedRoute:
    async def guarded(request: Request) -> Response:
        viewer = await read_as(request)
        if not allow(viewer) or any(map(_is_no_id, request.path_params.values())):
            raise NotFound
        if limit:
            await throttle(request, viewer, limit, path)
        return await view(request if method == "GET" else with_at_most(request, max_body))

    label = name or f"{view.__module__}.{view.__name__}"
    route = GuardedRoute(path, guarded, methods=[method], name=label)
    route.policy, route.view, route.described = allow, view, {}
    return route
