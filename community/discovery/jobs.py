"""What the index asks for later."""

from community.discovery.indexing import sweep
from community.storage import job


@job
async def look_after_withheld() -> None:
    """Withheld documents that no fact has led the indexer to."""
    await sweep()
