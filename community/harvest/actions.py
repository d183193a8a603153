"""Making a thread or a practice draft out of messages, and what the authors of the messages say to it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from community import clock
from community.audience import Viewer
from community.chat.models import Message, Room
from community.discussions.actions import NewThread, touch
from community.discussions.actions import begin as begin_thread
from community.discussions.models import Category
from community.discussions.places import category_for
from community.discussions.policies import can_start
from community.discussions.writing import prepared
from community.errors import Invalid, NotFound, ensure
from community.harvest.facts import HarvestAnswered, MessagesHarvested
from community.harvest.models import Harvest, HarvestAnswer, HarvestLine
from community.harvest.policies import audience_of_thread, can_harvest
from community.practices.record import Record
from community.practices.storing import prepared as prepared_sections
from community.practices.writing import begin_with
from community.storage import announce, execute, once, rows, unit_of_work
from community.text.gettext import _
from community.text.references import record_references

MOST = 40  # messages in one harvest

Making = Callable[[Room], Awaitable[str]]  # inside the unit of work; tells the root of what was made


@dataclass(frozen=True)
class NewDraft:
    """The practice draft that messages become. `context` is Markdown."""

    title: str
    context: str = ""
    lang: str = "en"


async def harvest(actor: Viewer, room_id: int, message_ids: Sequence[int], new: NewThread | NewDraft, client_id: UUID) -> Harvest:
    """Make a thread or a practice draft that quotes messages, once per client id. Their authors are asked; one's own need no yes.

    Raises NotFound, Refused where the room may not be harvested by this member, Invalid("message"), Invalid("place") where more
    people would read it than the room.
    """
    room = await Room.visible_to(actor).one(id=room_id)
    _ensure_may(actor, room)
    making = await (_thread(actor, room, new, client_id) if isinstance(new, NewThread) else _draft(actor, new, client_id))
    async with unit_of_work():
        room = await Room.visible_to(actor).one(id=room_id)
        _ensure_may(actor, room)
        if earlier := await Harvest.get_or_none(author_id=actor.member, client_id=client_id):
            return earlier
        messages = await _picked(room, message_ids)
        return await _keep(actor, room, messages, await making(room), client_id)


def _ensure_may(actor: Viewer, room: Room) -> None:
    why = _("What is said here stays here. Ask those who said it to write it where others can read it.")
    ensure(can_harvest(actor, room), "stays-here", why)


async def _picked(room: Room, ids: Sequence[int]) -> list[Message]:
    """In the order in which they were said, words alone: files stay with their message. What was deleted meanwhile is left out."""
    if len(set(ids)) > MOST:
        raise Invalid("message", _("Pick at most %(most)d messages.") % {"most": MOST})
    found = await Message.filter(id__in=sorted(set(ids)), room_id=room.id, state="posted").exclude(html="").order_by("seq")
    if not found:
        raise Invalid("message", _("Pick at least one message."))
    return found


async def _thread(actor: Viewer, room: Room, new: NewThread, client_id: UUID) -> Making:
    """Everything that needs no lock: the place, the right to begin something there, the text."""
    category = await category_for(actor, new.place)
    ensure(can_start(actor, category, new.kind))
    body = await prepared(actor, new.body, None, _audience(room, category))

    async def made(room: Room) -> str:
        locked = await Category.visible_to(actor).locked(category.id)
        thread = await begin_thread(actor, locked, new, body, client_id, audience=_audience(room, locked))
        await execute("UPDATE threads SET harvested = :yes WHERE id = :id", yes=True, id=thread.id)
        return f"thread:{thread.id}"

    return made


def _audience(room: Room, category: Category) -> str:
    audience = audience_of_thread(room.audience, category.audience)
    if audience is None:
        raise Invalid(
            "place", _("More people could read it there than in the room. Choose a place for those who can read the room.")
        )
    return audience


async def _draft(actor: Viewer, new: NewDraft, client_id: UUID) -> Making:
    record = Record(title=new.title, lang=new.lang, sections={"context": new.context} if new.context else {})
    prose = await prepared_sections(actor, record.sections, {})

    async def made(_room: Room) -> str:
        edition = await begin_with(actor, record, prose, client_id)
        await execute("UPDATE practices SET harvested = :yes WHERE id = :id", yes=True, id=edition.practice_id)
        return f"practice:{edition.practice_id}"

    return made


async def _keep(actor: Viewer, room: Room, messages: Sequence[Message], root: str, client_id: UUID) -> Harvest:
    made, is_new = await once(Harvest, actor, client_id, room_id=room.id, root=root)
    if not is_new:  # the same form, sent twice at once
        return made
    await HarvestLine.bulk_create(
        HarvestLine(harvest_id=made.id, position=position, message_id=message.id) for position, message in enumerate(messages, 1)
    )
    others = sorted({message.author_id for message in messages} - {actor.member})
    await HarvestAnswer.bulk_create(HarvestAnswer(harvest_id=made.id, member_id=member) for member in others)
    await note_references(made.id)
    await announce(MessagesHarvested(made.id))
    return made


async def answer(actor: Viewer, harvest_id: int, *, yes: bool) -> None:
    """Say whether one's messages may be quoted; the newest answer stands. Raises NotFound for who was not asked."""
    async with unit_of_work():
        asked = await HarvestAnswer.get_or_none(harvest_id=harvest_id, member_id=actor.member)
        if asked is None:
            raise NotFound
        changed = await execute(
            """UPDATE harvest_answers SET answer = :answer, answered_at = :now
               WHERE harvest_id = :harvest AND member_id = :me AND answer <> :answer""",
            answer="yes" if yes else "no", now=clock.now(), harvest=harvest_id, me=actor.member,
        )  # fmt: skip
        if changed:
            await renew([harvest_id])
            await announce(HarvestAnswered(harvest_id, actor.member or 0))


async def renew(harvest_ids: Sequence[int]) -> None:
    """What these quote reads differently now: note what they still name, and let kept pages go. Inside a unit of work."""
    for one in await Harvest.filter(id__in=list(harvest_ids)).order_by("id").select_for_update():  # two may answer at once
        await note_references(one.id)
        kind, _colon, number = one.root.partition(":")
        if kind == "thread":
            await touch(int(number))


_NAMED = """
    SELECT m.id FROM harvest_lines AS l JOIN messages AS m ON m.id = l.message_id
    LEFT JOIN harvest_answers AS a ON a.harvest_id = l.harvest_id AND a.member_id = m.author_id
    WHERE l.harvest_id = :harvest AND m.state = 'posted' AND COALESCE(a.answer, '') <> 'no'
"""


async def note_references(harvest_id: int) -> None:
    """Which messages a harvest names: not those whose author has said no, nor what was deleted."""
    named = await rows(_NAMED, harvest=harvest_id)
    await record_references(f"harvest:{harvest_id}", 1, [f"message:{one['id']}" for one in named])
