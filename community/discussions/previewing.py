"""How a text will look, and the words that the "Quote" link fills in."""

from markupsafe import Markup

from community.audience import Viewer
from community.discussions.models import Thread
from community.discussions.quoting import Quoted, block, words_to_quote
from community.discussions.writing import prepared
from community.storage import row


async def preview_of(viewer: Viewer, text: str, thread: Thread) -> Markup:
    """Safe HTML of a text as a post of the thread. Raises Invalid("body")."""
    return Markup((await prepared(viewer, text, thread.id, thread.audience)).html)  # noqa: S704 - sanitised


_POST = """
    SELECT r.id, r.number, r.html, m.name FROM replies AS r JOIN members AS m ON m.id = r.author_id
    WHERE r.thread_id = :thread AND r.number = :number AND r.state = 'posted'
"""


async def quotation(thread_id: int, number: str) -> str:
    """The quotation of a post of a thread that the reader already sees, as it is typed; "" where there is nothing to quote."""
    if not number.isascii() or not number.isdigit() or len(number) > 9:
        return ""
    found = await row(_POST, thread=thread_id, number=int(number))
    words = words_to_quote(found["html"]) if found else ""
    return block(Quoted(found["id"], found["number"], found["name"], words)) + "\n\n" if found and words else ""
