"""What conversations show on the list of rooms, and on the page of a member."""

from community.accounts.blocking import has_blocked
from community.accounts.models import Member
from community.audience import Viewer
from community.chat.beside import beside_rooms
from community.chat.queries import RoomRow
from community.conversations.acquaintance import institutions_of, strangers
from community.conversations.policies import can_ask_strangers, can_be_asked
from community.conversations.queries import Request, conversations_for, requests_for, with_whom
from community.members.sections import Entry, Section, acts_on_member
from community.text.gettext import _
from community.text.names import Face
from community.text.plain import excerpt, plain

EXCERPT = 90


@beside_rooms("conversations", order=10)
async def conversations(viewer: Viewer, _owner: int) -> Section | None:
    """Requests first: somebody waits for them."""
    if not viewer.signed_in:
        return None
    entries = [_asked(one) for one in await requests_for(viewer)] + [_entry(one) for one in await conversations_for(viewer)]
    return Section(
        "conversations", _("Conversations"), tuple(entries), act=(_("New conversation"), "/conversations/new"),
        empty=_("Write to one colleague, or to a few. Nobody else reads it."),
    )  # fmt: skip


def _asked(one: Request) -> Entry:
    words = _("%(name)s asks you into a conversation") if one.is_group else _("%(name)s would like to write to you")
    said = excerpt(plain(one.html), EXCERPT) if one.html else ""
    return Entry(
        words % {"name": one.by.name}, one.url, tuple(fact for fact in (one.by.institution, said) if fact), one.at, unread=1,
        face=Face(one.by.initials, one.by.tone),
    )  # fmt: skip


def _entry(room: RoomRow) -> Entry:
    facts = (_("Muted"),) if room.level == "mute" else ()
    return Entry(room.name, room.reading_url, facts, room.last_at, unread=room.unread, face=room.face)


@acts_on_member
async def write(viewer: Viewer, member_id: int) -> tuple[str, str] | None:
    """The way to write to somebody, where one may."""
    if not viewer.signed_in or viewer.member == member_id or await has_blocked(viewer.member or 0, member_id):
        return None
    member = await Member.get(id=member_id)
    if await with_whom(viewer, member_id) is None:
        if not can_be_asked(viewer, member, await institutions_of(member_id) if member.is_under_18 else frozenset()):
            return None
        if not can_ask_strangers(viewer) and await strangers(viewer, [member_id]):
            return None
    return _("Write to %(name)s") % {"name": member.name}, f"/conversations/new?to={member.handle}"
