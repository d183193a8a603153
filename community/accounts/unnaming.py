"""The handle of somebody who has left goes out of what others wrote: a job, begun again until it is done."""

from collections.abc import Awaitable, Callable

from community.accounts.models import Departure
from community.storage import execute, job, rows, unit_of_work
from community.storage.slices import import_all
from community.text.unnaming import handle_in, mark_of, unnamed, unnamed_html

Unnaming = Callable[[int, str], Awaitable[None]]

_unnamings: list[Unnaming] = []


def unnames(unnaming: Unnaming) -> Unnaming:
    """Register what takes a member's handle out of texts: called with id and handle, "" where the house has forgotten it and only a
    text that came late still says it. Doing it twice does no harm.
    """
    _unnamings.append(unnaming)
    return unnaming


@job
async def take_handle_out(member_id: int) -> None:
    """When it is nowhere any more, the house forgets it too."""
    import_all("leaving")
    departure = await Departure.get_or_none(member_id=member_id)
    if departure is None:
        return
    for unnaming in _unnamings:
        await unnaming(member_id, departure.handle)
    async with unit_of_work():
        await Departure.filter(id=departure.id).update(handle="")


async def unname_table(table: str, source: str, html: str, member_id: int, handle: str) -> None:
    """For texts that are few and keep no list of whom they name. One that is saved at this moment is left as it was saved, since
    nobody is called by the handle then.
    """
    found = await rows(
        f"SELECT id, {source} AS source, {html} AS html FROM {table} WHERE {html} LIKE :mark", mark=mark_of(member_id)
    )
    for one in found:
        called = handle_in(one["html"], member_id, handle)
        async with unit_of_work():
            await execute(
                f"UPDATE {table} SET {source} = :source, {html} = :html WHERE id = :id AND {html} = :before",
                source=unnamed(one["source"], called), html=unnamed_html(one["html"], member_id), id=one["id"], before=one["html"],
            )  # fmt: skip
