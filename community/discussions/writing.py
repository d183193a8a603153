"""From what was typed to what is stored, before any lock is taken."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from community.audience import Viewer
from community.discussions.models import Quote, Reply
from community.discussions.quoting import Quoted, keep_quotes, put_together, taken_apart
from community.previews.actions import ask_for_card
from community.text.markdown import RENDER_VERSION, ensure_written, rendered
from community.text.references import record_references


@dataclass(frozen=True)
class Prepared:
    """A text ready to be stored. `source` holds marks for its quotations, `targets` the keys of all it names."""

    source: str
    html: str
    render_version: int
    quotes: Mapping[int, Quoted]
    targets: tuple[str, ...]
    excerpt: str


async def prepared(actor: Viewer, text: str, thread_id: int | None, audience: str, known: Iterable[Quote] = ()) -> Prepared:
    """Render a text that is to be read by `audience`. Raises Invalid("body")."""
    ensure_written(text, "body")
    written = await taken_apart(actor, text, thread_id, audience, known)
    result = await rendered(put_together(written.source, written.quotes), actor, profile="post", field="body")
    return Prepared(written.source, result.html, RENDER_VERSION, written.quotes, result.references, result.excerpt)


async def store_text(reply: Reply, body: Prepared) -> None:
    """What belongs to a reply's text beside its row: quotations and references. Inside a unit of work."""
    await keep_quotes(reply, body.quotes)
    await record_references(f"reply:{reply.id}", reply.version, body.targets)
    await ask_for_card(f"reply:{reply.id}", body.html)
