"""Whether the search answers."""

from community import clock
from community.discovery.engines import engine
from community.storage import row, value
from community.web.health import check, measure
from search.engine import EngineDown


@check("search")
async def search_answers() -> str:
    health = await engine().health()
    if not health.reachable:
        raise EngineDown(health.says)
    return f"{health.documents} documents"


@measure("search_documents", "Documents in the search index")
async def search_documents() -> float:
    return float((await engine().health()).documents)


@measure("search_lag_seconds", "How long the oldest change waits for the index")
async def search_lag() -> float:
    found = await row("SELECT min(due_at) AS due_at FROM jobs WHERE lane = 'index' AND due_at <= :now", now=clock.now())
    since = found["due_at"] if found else None
    return max(0.0, (clock.now() - since).total_seconds()) if since else 0.0


@measure("search_withheld", "Documents left out until the index has confirmed who may see them")
async def search_withheld() -> float:
    return float(await value("SELECT count(*) AS number FROM withheld"))
