"""All routes as one answer as Starlette's own table does."""

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from community.web.routing import ByFirstWord

pytestmark = pytest.mark.anyio

TABLE = [
    ("/", "GET"), ("/threads", "GET"), ("/threads/{id:int}", "GET"), ("/threads/{id:int}/replies", "POST"), ("/threads/new", "POST"),
    ("/people/{handle}", "GET"), ("/static/{path:path}", "GET"),
]  # fmt: skip
ASKED = [
    ("GET", "/"), ("HEAD", "/"), ("POST", "/"), ("GET", "/threads"), ("GET", "/threads/"), ("GET", "/threads/5"), ("GET", "/threads/5/"),
    ("GET", "/threads/5x"), ("GET", "/threads/5/replies"), ("POST", "/threads/5/replies"), ("GET", "/threads/new"), ("PUT", "/threads/5"),
    ("OPTIONS", "/threads/5"), ("GET", "//"), ("GET", "//threads/5"), ("GET", "/threads//5"), ("GET", "/people/amara"), ("GET", "/people/"),
    ("GET", "/people/a%2Fb"), ("GET", "/static/css/a.css"), ("GET", "/Threads/5"), ("GET", "/nothing"), ("GET", "/thread"),
]  # fmt: skip


async def told(request):
    return PlainTextResponse(f"{request.scope['route'].path} {request.path_params}")


def routes():
    return [Route(path, told, methods=[method]) for path, method in TABLE]


@pytest.mark.parametrize(("method", "path"), ASKED)
async def test_an_address_is_answered_as_by_the_table_itself(method, path) -> None:
    answers = []
    for app in (Starlette(routes=routes()), Starlette(routes=[ByFirstWord(routes())])):
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://site.example") as client:
            answer = await client.request(method, path)
            told_of = {name: sorted(value.split(", ")) for name, value in answer.headers.items() if name in {"allow", "location"}}
            answers.append((answer.status_code, answer.text, told_of))
    assert answers[0] == answers[1]


def test_a_route_that_begins_with_a_parameter_is_refused() -> None:
    with pytest.raises(AssertionError, match="would never be found"):
        ByFirstWord([Route("/{handle}", told)])
