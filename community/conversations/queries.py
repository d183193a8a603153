"""What the pages of conversations need, read through who reads them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from markupsafe import Markup

from community.accounts.blocking import blocked_by
from community.accounts.holders import holders
from community.audience import Viewer, visible_sql
from community.chat.naming import Called, calls_rooms
from community.chat.queries import RoomRow, rooms_for
from community.conversations.models import MOST_PEOPLE, Conversation, ConversationRequest
from community.conversations.policies import can_add, can_leave, hosts, is_group
from community.conversations.storing import KIND, asked_into, other_of
from community.institutions.queries import Person, people
from community.storage import row, rows, value
from community.text.gettext import _
from community.text.lists import listed
from community.text.names import face_of

SHOWN_NAMES = 4
MOST_REQUESTS = 50

_NAMES = "SELECT c.id, c.room_id, c.pair, r.name FROM conversations AS c JOIN rooms AS r ON r.id = c.room_id WHERE r.id IN :rooms"
_INSIDE = "SELECT audience, holder FROM grants WHERE audience IN :keys ORDER BY id"
_REQUESTS = """
    SELECT q.id, q.conversation_id, q.author_id, q.asked_at, q.state, c.pair, r.name,
        m.html, m.lang, m.created_at, m.state AS message_state, m.id AS message_id
    FROM conversation_requests AS q
    JOIN conversations AS c ON c.id = q.conversation_id
    JOIN rooms AS r ON r.id = c.room_id
    LEFT JOIN grants AS g ON g.audience = c.audience AND g.holder = 'member:' || q.author_id AND g.role = 'member'
    JOIN members AS a ON a.id = q.author_id AND a.suspended_at IS NULL
    LEFT JOIN messages AS m ON m.id = q.message_id AND m.room_id = c.room_id
    WHERE {seen} AND q.state IN :states AND q.author_id NOT IN :blocked AND (c.pair IS NOT NULL OR g.id IS NOT NULL) {only}
    ORDER BY q.asked_at DESC, q.id DESC LIMIT :most
"""


@dataclass(frozen=True)
class Request:
    """Somebody asks the viewer in. `html` is what they wrote, None where they wrote nothing or took it back; `group` its name.
    Whoever has said no is shown neither the name nor those `inside`.
    """

    id: int
    by: Person
    is_group: bool
    is_declined: bool
    group: str
    inside: list[Person]
    html: Markup | None
    lang: str
    message_id: int
    at: datetime

    @property
    def url(self) -> str:
        return f"/conversations/requests/{self.id}"


@dataclass(frozen=True)
class ConversationView:
    """Who is in a conversation, who was asked, and what the viewer may do there."""

    conversation: Conversation
    name: str
    own_name: str
    inside: list[Person]
    host: int | None
    asked: list[Person]
    me: int | None
    may_add: bool
    may_leave: bool
    hosts: bool

    @property
    def is_group(self) -> bool:
        return is_group(self.conversation)

    @property
    def room_url(self) -> str:
        return f"/rooms/{self.conversation.room_id}"


@calls_rooms(KIND)
async def called(viewer: Viewer, room_ids: Sequence[int]) -> Mapping[int, Called]:
    """Two are called by the other one, a group by its name or by those in it."""
    found = await rows(_NAMES, rooms=list(room_ids))
    inside = await _inside([f"{KIND}:{one['id']}" for one in found if not one["pair"] and not one["name"]])
    pairs = {one["id"]: _other(one["pair"], viewer.member) for one in found if one["pair"]}
    persons = await people([*pairs.values(), *(member for members in inside.values() for member in members)])
    made = {}
    for one in found:
        others = (
            [pairs[one["id"]]] if one["pair"] else [each for each in inside.get(f"{KIND}:{one['id']}", []) if each != viewer.member]
        )
        name = one["name"] or _called(persons, others)
        face = face_of(name, pairs.get(one["id"], one["id"]))
        made[one["room_id"]] = Called(name, (_("People"), f"/conversations/{one['id']}"), face)
    return made


def _other(pair: str, me: int | None) -> int:
    one, other = (int(part) for part in pair.split(":"))
    return other if one == me else one


def _called(persons: Mapping[int, Person], ids: Sequence[int]) -> str:
    if not ids:
        return _("Only you")
    names = [persons[one].name if one in persons else _("A former member") for one in ids]
    return listed(names[:SHOWN_NAMES]) + (" …" if len(names) > SHOWN_NAMES else "")


async def _inside(keys: Sequence[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for one in await rows(_INSIDE, keys=list(keys)) if keys else []:
        members, member = found.setdefault(one["audience"], []), int(one["holder"].partition(":")[2])
        if member not in members:
            members.append(member)
    return found


async def conversations_for(viewer: Viewer, limit: int = 100) -> list[RoomRow]:
    """The rooms of the viewer's conversations, the liveliest first, the muted last."""
    return await rooms_for(viewer, limit, kinds=(KIND,))


async def requests_for(viewer: Viewer) -> list[Request]:
    """Those that wait for the viewer's answer, the newest first."""
    return await _requests(viewer, ["asked"])


async def request_to(viewer: Viewer, request_id: int) -> Request | None:
    """One that waits, or that was declined and can still be accepted. None where there is none."""
    found = await _requests(viewer, ["asked", "declined"], "AND q.id = :id", id=request_id)
    return found[0] if found else None


async def is_over(viewer: Viewer, request_id: int) -> bool:
    """Whether the viewer was asked this and it was taken back, or they have left since."""
    return await ConversationRequest.visible_to(viewer).filter(id=request_id, state__in=["left", "refused"]).exists()


async def _requests(viewer: Viewer, states: Sequence[str], only: str = "", **by: Any) -> list[Request]:
    seen, keys = visible_sql(viewer, "q.audience")
    found = await rows(
        _REQUESTS.format(seen=seen, only=only), states=list(states), blocked=list(await blocked_by(viewer)), most=MOST_REQUESTS,
        **keys, **by,
    )  # fmt: skip
    inside = await _inside([f"{KIND}:{one['conversation_id']}" for one in found if one["state"] == "asked"])
    persons = await people([*(one["author_id"] for one in found), *(member for members in inside.values() for member in members)])
    return [
        _request(one, inside.get(f"{KIND}:{one['conversation_id']}", ()), persons) for one in found if one["author_id"] in persons
    ]


def _request(one: dict[str, Any], inside: Sequence[int], persons: Mapping[int, Person]) -> Request:
    stands, declined = one["message_state"] == "posted", one["state"] == "declined"
    return Request(
        id=one["id"], by=persons[one["author_id"]], is_group=not one["pair"], is_declined=declined,
        group="" if declined else one["name"],
        inside=[persons[member] for member in inside if member in persons],
        html=Markup(one["html"]) if stands else None, lang=one["lang"] or "en",  # noqa: S704 - sanitised when it was written
        message_id=one["message_id"] if stands else 0, at=one["asked_at"],
    )  # fmt: skip


async def conversation_view(viewer: Viewer, conversation_id: int) -> ConversationView:
    """Raises NotFound."""
    found = await Conversation.visible_to(viewer).one(id=conversation_id)
    room = await row("SELECT id, name FROM rooms WHERE id = :id", id=found.room_id) or {"id": 0, "name": ""}
    other, hosted = await other_of(found, viewer.member or 0), await holders(found.key, "host")
    inside = [viewer.member or 0, other] if other else (await holders(found.key))[:MOST_PEOPLE]
    asked = [] if other else await asked_into(found)
    persons = await people([*inside, *asked])
    name = (await called(viewer, [room["id"]]))[room["id"]].name
    return ConversationView(
        found, name, room["name"], [persons[one] for one in inside if one in persons], hosted[0] if hosted else None,
        [persons[one] for one in asked if one in persons], viewer.member,
        can_add(viewer, found), can_leave(viewer, found), hosts(viewer, found),
    )  # fmt: skip


async def with_whom(viewer: Viewer, member_id: int) -> int | None:
    """The room of the conversation that the viewer and this member have; None where there is none that the viewer sees."""
    one, other = sorted((viewer.member or 0, member_id))
    seen, keys = visible_sql(viewer)
    found = await row(f"SELECT room_id FROM conversations WHERE pair = :pair AND {seen}", pair=f"{one}:{other}", **keys)
    return int(found["room_id"]) if found else None


async def as_asked(viewer: Viewer, message_id: int) -> tuple[Viewer, str]:
    """Who is asked in may report the message that asks, and nothing else: for it the viewer with its conversation's key, and the
    address of the request; for any other the viewer as they are, and "".
    """
    seen, keys = visible_sql(viewer, "q.audience")
    found = await row(
        f"""SELECT q.id, c.audience FROM conversation_requests AS q JOIN conversations AS c ON c.id = q.conversation_id
            WHERE q.message_id = :message AND q.state IN ('asked', 'declined') AND {seen}""",
        message=message_id, **keys,
    )  # fmt: skip
    if found is None:
        return viewer, ""
    return replace(viewer, audiences=viewer.audiences | {found["audience"]}), f"/conversations/requests/{found['id']}"


async def has_said_otherwise(viewer: Viewer, client_id: UUID, text: str) -> bool:
    """Whether the viewer has sent other words under this id. What was edited since may have been these."""
    sql = "SELECT source FROM messages WHERE author_id = :me AND client_id = :client_id AND edits = 0"
    return await value(sql, me=viewer.member, client_id=client_id) not in {None, text}
