"""A search as this viewer: under the keys they hold, without what is withheld and without what was said in rooms by those whom
they have blocked, and looked at again before it is shown.
"""

import asyncio
from dataclasses import replace

from community.accounts.blocking import blocked_by
from community.audience import Viewer, member_key
from community.discovery.engines import engine
from community.discovery.kinds import still_seen
from community.storage import rows
from search.documents import Query, Results
from search.engine import EngineDown

PATIENCE = 5.0


async def search(viewer: Viewer, query: Query) -> Results | None:
    """None where the engine is down: the page says so, and the rest of the site goes on."""
    unheard = await _unheard(viewer)
    try:
        async with asyncio.timeout(PATIENCE):
            results = await engine().search(query, audiences=viewer.audiences, withheld=await _withheld(), unheard=unheard)
    except (EngineDown, TimeoutError):
        return None
    seen = await still_seen(viewer, [hit.key for hit in results.hits], unheard)
    # Who wrote it is said as it is now: who has left has no name, though the index learns of it a moment later.
    hits = [replace(hit, meta=seen[hit.key].meta) for hit in results.hits if hit.key in seen]
    # A member found under two tiers is one member.
    shown = {hit.url: hit for hit in reversed(hits)}
    return replace(results, hits=tuple(hit for hit in hits if shown.get(hit.url) is hit))


async def completions(viewer: Viewer, text: str, limit: int) -> list[str]:
    try:
        async with asyncio.timeout(PATIENCE):
            return await engine().suggest(
                text, audiences=viewer.audiences, withheld=await _withheld(), unheard=await _unheard(viewer), limit=limit
            )
    except (EngineDown, TimeoutError):
        return []


async def _unheard(viewer: Viewer) -> list[str]:
    return [member_key(one) for one in await blocked_by(viewer)]


async def _withheld() -> list[str]:
    return [row["document"] for row in await rows("SELECT document FROM withheld")]
