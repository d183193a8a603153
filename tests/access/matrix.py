"""Visit every route as eight viewers and note what each is answered.

python -m tests.access.matrix          adds the rows that are missing from matrix.csv; read them before you commit it
python -m tests.access.matrix --all    writes it anew
"""

import asyncio
import csv
import sys
from pathlib import Path

import httpx2

from community.accounts.identity import cookie_name
from community.app import all_routes, make_app
from community.storage import value
from community.web.limits import forget_throttles
from tests.demo_world import VIEWERS, World, copy_of, filled_world

TABLE = Path(__file__).with_name("matrix.csv")
UNCHECKED = {
    "/static/{path:path}": "bytes for everybody",
    "/metrics": "has a token of its own",
    "/readyz": "tells of migrations, which a test's tables do not have",
}

# What stands for a parameter: things of the demonstration network, the ids looked up there.
SAMPLES = {
    "handle": "akinyi", "slug": "centre-metiers-thies", "tag": "en", "theme": "dark", "name": "a.png", "number": "1", "n": "1",
    "ref": "SELECT ref FROM listings ORDER BY id LIMIT 1 OFFSET 2",
}  # fmt: skip
IDS = {
    "/threads": "SELECT id FROM threads ORDER BY id LIMIT 1",
    "/moderation/threads": "SELECT id FROM threads ORDER BY id LIMIT 1",
    "/replies": "SELECT id FROM replies ORDER BY id LIMIT 1",
    "/moderation/replies": "SELECT id FROM replies ORDER BY id LIMIT 1",
    "/rooms": "SELECT id FROM rooms ORDER BY id LIMIT 1",
    "/messages": "SELECT id FROM messages ORDER BY id LIMIT 1",
    "/conversations": "SELECT id FROM conversations ORDER BY id LIMIT 1",
    "/conversations/requests": "SELECT id FROM conversation_requests WHERE state = 'asked' ORDER BY id LIMIT 1",
    "/practices": "SELECT practice_id FROM editions WHERE is_current ORDER BY practice_id LIMIT 1",
    "/inquiries": "SELECT id FROM inquiries ORDER BY id LIMIT 1",
    "/waiting": "SELECT n.id FROM notifications AS n JOIN members AS m ON m.id = n.member_id WHERE m.handle = 'akinyi' ORDER BY n.id LIMIT 1",
    "/stewardship/queue/held": "SELECT id FROM held_posts ORDER BY id LIMIT 1",
}  # fmt: skip
CLOSED = [
    ("GET", "/threads/{closed thread}", "SELECT t.id FROM threads AS t JOIN categories AS c ON c.id = t.category_id WHERE c.space_id > 0"),
    ("POST", "/threads/{closed thread}/replies", "SELECT t.id FROM threads AS t JOIN categories AS c ON c.id = t.category_id WHERE c.space_id > 0"),
    ("GET", "/rooms/{closed room}", "SELECT id FROM rooms WHERE space_id > 0"),
    ("POST", "/rooms/{closed room}/messages", "SELECT id FROM rooms WHERE space_id > 0"),
    ("GET", "/rooms/{conversation}", "SELECT room_id FROM conversations ORDER BY id LIMIT 1"),
    ("POST", "/rooms/{conversation}/messages", "SELECT room_id FROM conversations ORDER BY id LIMIT 1"),
    ("GET", "/spaces/{closed space}", "SELECT slug FROM spaces"),
]  # fmt: skip


def lines() -> list[tuple[str, str]]:
    """(method, path) of every route, then the closed things."""
    routes = [
        (method, route.path) for route in all_routes() if route.path not in UNCHECKED
        for method in sorted((route.methods or set()) - {"HEAD"})
    ]  # fmt: skip
    return routes + [(method, path) for method, path, _ in CLOSED]


async def visited(world: World, method: str, path: str) -> list[str]:
    """The status each viewer is answered, in the order of VIEWERS. Who writes begins where nobody has been before."""
    forget_throttles()
    if method == "GET":
        async with copy_of(world):
            return [await _visit(world, method, await _address(path), viewer) for viewer in VIEWERS]
    found = []
    for viewer in VIEWERS:
        async with copy_of(world):
            found.append(await _visit(world, method, await _address(path), viewer))
    return found


async def _visit(world: World, method: str, address: str, viewer: str) -> str:
    cookies = {cookie_name(): world.tokens[viewer]} if viewer in world.tokens else {}
    transport = httpx2.ASGITransport(app=make_app())
    async with httpx2.AsyncClient(
        transport=transport, base_url="http://testserver", cookies=cookies, headers={"Sec-Fetch-Site": "same-origin"}
    ) as client:
        answer = await client.request(method, address, **({"data": {"client_id": ""}} if method == "POST" else {}))
    return str(answer.status_code)


async def _address(path: str) -> str:
    for _, closed, sql in CLOSED:
        if path == closed:
            return path.replace(path[path.index("{") : path.index("}") + 1], str(await value(sql)))
    address = path
    while "{" in address:
        begin, end = address.index("{"), address.index("}")
        address = address[:begin] + await _sample(address[:begin], address[begin + 1 : end].split(":")[0]) + address[end + 1 :]
    return address


async def _sample(before: str, name: str) -> str:
    if before in {"/spaces/", "/events/"}:
        return str(await value(f"SELECT slug FROM {before.strip('/')} ORDER BY id LIMIT 1"))
    wanted = IDS.get(before.rstrip("/"), "1") if name == "id" else SAMPLES.get(name, "1")
    return str(await value(wanted)) if wanted.startswith("SELECT") else wanted


def expected() -> dict[tuple[str, str], list[str]]:
    with TABLE.open() as file:
        return {(method, path): statuses for method, path, *statuses in list(csv.reader(file))[1:]}


async def write(*, anew: bool) -> None:
    kept = {} if anew else expected()
    async with filled_world() as world:
        rows = [[*line, *(kept.get(line) or await visited(world, *line))] for line in lines()]
    with TABLE.open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([["method", "path", *VIEWERS], *rows])


if __name__ == "__main__":
    asyncio.run(write(anew="--all" in sys.argv))
