"""Files go where the things go that they were posted with."""

from community.audience import moves_with
from community.storage import execute


@moves_with
async def follow_root(root: str, audience: str) -> None:
    """Whoever sees the root sees its files, from the moment that changes."""
    await execute("UPDATE files SET audience = :audience WHERE root = :root", audience=audience, root=root)
