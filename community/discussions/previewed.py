"""Posts show cards for their links, from the next time that somebody opens the page."""

from community.previews.sources import Standing, Texts, previewed
from community.storage import execute, row


@previewed("reply")
class Posts(Texts):
    async def standing(self, id: int, *, lock: bool = False) -> Standing | None:
        if lock:
            await _touch(id)
        found = await row("SELECT version, html FROM replies WHERE id = :id AND state = 'posted'", id=id)
        return Standing(found["version"], found["html"]) if found else None

    async def changed(self, id: int) -> None:
        await _touch(id)


async def _touch(reply_id: int) -> None:
    """Lock the thread by giving it another version: pages kept under the old one are of no use any more."""
    await execute("UPDATE threads SET version = version + 1 WHERE id = (SELECT thread_id FROM replies WHERE id = :id)", id=reply_id)
