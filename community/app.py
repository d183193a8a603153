"""The web application: every slice's routes, the errors in one place, the parts that live as long as the process."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from importlib import import_module

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Route

from community.accounts.identity import identify
from community.settings import settings
from community.storage.slices import import_all, modules_named
from community.web import errors
from community.web.csrf import SameOrigin
from community.web.headers import SafeHeaders
from community.web.observing import Observed
from community.web.routing import ByFirstWord, GuardedRoute

Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]

SLICES = (
    "web", "files", "mail", "accounts", "drafts", "members", "institutions", "spaces", "discussions", "chat", "practices",
    "harvest", "exchange", "conversations", "events", "letterbox", "push", "notifications", "moderation", "discovery",
    "stewardship", "demo",
)  # fmt: skip


def make_app(lifespan: Lifespan | None = None) -> Starlette:
    """The ASGI application. `lifespan` opens the database and whatever else runs in this process; a test brings its own."""
    for name in REGISTERED:
        import_all(name)
    routes = all_routes()
    open_to_all = [route.path_regex for route in routes if isinstance(route, GuardedRoute) and route.from_anywhere]
    app = Starlette(
        routes=[ByFirstWord(routes)],
        middleware=[
            Middleware(Observed),
            Middleware(SafeHeaders, https=settings().public_origin.startswith("https:")),
            Middleware(SameOrigin, but=open_to_all),
            Middleware(GZipMiddleware, minimum_size=1000, compresslevel=1),
        ],
        exception_handlers=errors.handlers,
        lifespan=lifespan,
    )
    app.state.identify, app.state.routes = identify, routes
    return app


def all_routes() -> list[Route]:
    """The URL table: the slices' tables in order."""
    return [route for name in SLICES for route in _part(name)]


REGISTERED = ("live", "search_documents", "sections", "queue", "counters", "subjects", "drafted", "health")


def _part(slice_name: str) -> list[Route]:
    if f"community.{slice_name}.routes" not in modules_named("routes"):
        return []
    return list(import_module(f"community.{slice_name}.routes").routes)
