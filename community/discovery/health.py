"""Whether the search answers."""

from community.discovery.engines import engine
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
