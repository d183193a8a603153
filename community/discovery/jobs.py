"""What the index asks for later."""

from community.discovery.indexing import catch_up_with
from community.discovery.kinds import kinds
from community.storage import job


@job
async def catch_up(kind: str, ids: list[int]) -> None:
    """Look once more at some things of a kind, after the index was built anew."""
    if kind in kinds():
        await catch_up_with(kind, ids)
