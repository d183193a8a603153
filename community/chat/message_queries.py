"""One message by itself, and where it stands."""

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from community.audience import Viewer, visible_sql
from community.chat.lines import beginning
from community.chat.naming import called
from community.errors import NotFound
from community.institutions.queries import Person, people
from community.storage import row


@dataclass(frozen=True)
class OneMessage:
    """A message by itself, to be edited or deleted. `source` is what was typed."""

    id: int
    room_id: int
    room: str
    seq: int
    source: str
    html: Markup
    lang: str
    is_own: bool
    by: Person | None
    at: datetime
    author_id: int
    attached: int

    @property
    def beginning(self) -> str:
        return beginning(self.html, self.attached)


_ONE = """
    SELECT m.id, m.room_id, m.seq, m.source, m.html, m.lang, m.author_id, m.attached, m.created_at, m.state, r.kind, r.name
    FROM messages AS m JOIN rooms AS r ON r.id = m.room_id WHERE m.id = :id AND {seen}
"""


async def one_message(viewer: Viewer, message_id: int) -> OneMessage:
    """Raises NotFound for a message of a room the viewer does not see, and for one that was deleted."""
    seen, keys = visible_sql(viewer, "r.audience")
    found = await row(_ONE.format(seen=seen), id=message_id, **keys)
    if found is None or found["state"] != "posted":
        raise NotFound
    by = await people([found["author_id"]])
    names = await called(viewer, [(found["room_id"], found["kind"], found["name"])])
    return OneMessage(
        found["id"], found["room_id"], names[found["room_id"]].name, found["seq"], found["source"], Markup(found["html"]),  # noqa: S704 - ours
        found["lang"], found["author_id"] == viewer.member, by.get(found["author_id"]), found["created_at"],
        found["author_id"], found["attached"],
    )  # fmt: skip


_PLACE = "SELECT m.seq, m.room_id FROM messages AS m JOIN rooms AS r ON r.id = m.room_id WHERE m.id = :id AND {seen}"


async def message_url(viewer: Viewer, message_id: int) -> str:
    """Where a message stands in its room, or stood: the page around it. Raises NotFound."""
    seen, keys = visible_sql(viewer, "r.audience")
    found = await row(_PLACE.format(seen=seen), id=message_id, **keys)
    if found is None:
        raise NotFound
    return f"/rooms/{found['room_id']}?around={found['seq']}#m-{message_id}"
