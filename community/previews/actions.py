"""Asking for a card, and taking it away."""

from community.previews.jobs import look_up
from community.previews.links import first_link
from community.previews.models import Declined
from community.previews.sources import texts_of
from community.settings import settings
from community.storage import enqueue, execute, rows
from community.text.references import forget_references_to


async def ask_for_card(source: str, html: str) -> None:
    """Have the first link of a text looked up after the commit. Inside the unit of work that stores the text."""
    if settings().previews and first_link(html):
        await enqueue(look_up, source=source)


async def decline_card(source: str) -> None:
    """Take the card of a text away for good, also after its next edit. Inside a unit of work, by whoever may edit the text."""
    await execute("INSERT INTO declined_previews (source) VALUES (:source) ON CONFLICT (source) DO NOTHING", source=source)
    if await _drop_card(source):
        texts, number = texts_of(source)
        await texts.changed(number)


async def forget_card(source: str) -> None:
    """For a text that is gone: what its card said goes, too, where no other text shows it. Inside a unit of work."""
    await Declined.filter(source=source).delete()
    await _drop_card(source)


async def _drop_card(source: str) -> bool:
    shown = await rows("SELECT target FROM text_references WHERE source = :source AND target LIKE 'preview:%'", source=source)
    for row in shown:
        await forget_references_to(row["target"], source)
        await execute(
            "DELETE FROM link_previews WHERE id = :id AND NOT EXISTS (SELECT 1 FROM text_references WHERE target = :target)",
            id=int(row["target"].removeprefix("preview:")), target=row["target"],
        )  # fmt: skip
    return bool(shown)
