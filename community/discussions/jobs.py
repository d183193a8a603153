"""What runs later in discussions."""

from community.discussions.models import Reply
from community.discussions.rewriting import rerender
from community.storage import enqueue, fan_out, job, rows, unit_of_work
from community.text.markdown import RENDER_VERSION

PAGE = 200


@job
async def render_again(ids: list[int]) -> None:
    """Posts whose names or quotations have changed, each in a unit of its own, so that nobody waits for all of them."""
    for reply in await Reply.filter(id__in=ids):
        async with unit_of_work():
            await rerender(reply)


@job
async def render_all_anew(after: int = 0) -> None:
    """Every post that was rendered by rules older than today's: enqueue it once after RENDER_VERSION has risen."""
    found = await rows(
        "SELECT id FROM replies WHERE id > :after AND render_version < :today AND state <> 'deleted' ORDER BY id LIMIT :most",
        after=after, today=RENDER_VERSION, most=PAGE,
    )  # fmt: skip
    if found:
        async with unit_of_work():
            await fan_out(render_again, [row["id"] for row in found])
            await enqueue(render_all_anew, after=found[-1]["id"])
