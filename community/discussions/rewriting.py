"""Posts that quote others are rendered anew when those are removed or come back."""

from collections.abc import Iterable

from community.audience import Viewer
from community.discussions.models import Quote, Reply
from community.discussions.quoting import put_together, quotes_of
from community.storage import execute, value
from community.text.markdown import RENDER_VERSION, rendered

HOUSE = Viewer()  # renders for nobody in particular: only a newcomer's own writing has limits
AT_ONCE = (
    20  # rendered in the same transaction; of a post quoted more often, the rest stand empty until the listener has been there
)


async def forget_words_of(reply: Reply) -> dict[int, str]:
    """Take the words of a post out of every post that quotes it. Inside a unit of work. Returns them by quotation."""
    quotes = await Quote.filter(quoted_id=reply.id).exclude(words="")
    words = {quote.id: quote.words for quote in quotes}
    if words:
        await Quote.filter(id__in=sorted(words)).update(words="")
        await _renew({quote.reply_id for quote in quotes})
    return words


async def give_words_back(words: dict[int, str]) -> None:
    """Undo `forget_words_of`, where the quotations still stand."""
    quotes = await Quote.filter(id__in=sorted(words))
    for quote in quotes:
        quote.words = words[quote.id]
        await quote.save(update_fields=["words"])
    await _renew({quote.reply_id for quote in quotes})


async def _renew(reply_ids: Iterable[int]) -> None:
    ids = sorted(reply_ids)
    if later := ids[AT_ONCE:]:
        for table, column in (("replies", "id"), ("hidden_posts", "reply_id")):
            await execute(f"UPDATE {table} SET html = '' WHERE {column} IN :ids", ids=later)
        await execute("UPDATE replies SET render_version = 0 WHERE id IN :ids", ids=later)
    for reply in await Reply.filter(id__in=ids[:AT_ONCE]):
        await rerender(reply)


async def rerender(reply: Reply) -> None:
    """Render a post from its source as quotations, names and mentions stand now. Inside a unit of work."""
    hidden = reply.state == "hidden"  # then its text stands with the moderators
    source = await value("SELECT source FROM hidden_posts WHERE reply_id = :id", id=reply.id) if hidden else reply.source
    if not source:
        return
    quotes = (await quotes_of([reply.id])).get(reply.id, {})
    html = (await rendered(put_together(source, quotes), HOUSE, profile="post")).html
    if not hidden and html == reply.html and reply.render_version == RENDER_VERSION:
        return
    if hidden:
        await execute("UPDATE hidden_posts SET html = :html WHERE reply_id = :id", html=html, id=reply.id)
    else:
        await execute("UPDATE replies SET html = :html WHERE id = :id", html=html, id=reply.id)
    await execute(
        "UPDATE replies SET render_version = :render, version = version + 1 WHERE id = :id", render=RENDER_VERSION, id=reply.id
    )
    await execute("UPDATE threads SET version = version + 1 WHERE id = :id", id=reply.thread_id)
