"""The conversations of the demonstration network: written through the actions, with the clock put back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from community import clock
from community.accounts.identity import viewer_for
from community.accounts.models import Member
from community.audience import MEMBERS, Viewer, grant, member_key
from community.chat.actions import send_message
from community.chat.keeping import NewRoom, open_room
from community.chat.models import Room
from community.chat.pinning import set_pin
from community.chat.reacting import set_reaction
from community.demo.reading import Post, Thread, table, threads
from community.demo.settling_in import client_id
from community.demo.spaces import Peopled
from community.discussions.actions import NewThread, post_reply, start_thread, touch
from community.discussions.managing import accept_answer
from community.discussions.models import REACTIONS, Reaction, Reply
from community.discussions.models import Thread as StartedThread
from community.storage import unit_of_work

STEWARD = "ingrid-s"
SILENT = {"nina-k", STEWARD}  # who has just come and who only keeps the house react to nothing
SEED = 20260


@dataclass
class Company:
    """Everybody who talks, in the spaces where they are. What each may do is asked once: nobody's rights change meanwhile."""

    members: Mapping[str, Member]
    spaces: Mapping[str, Peopled]
    began: datetime
    chance: Random = field(default_factory=lambda: Random(SEED))
    _viewers: dict[str, Viewer] = field(default_factory=dict)

    async def viewer(self, handle: str) -> Viewer:
        if handle not in self._viewers:
            self._viewers[handle] = await viewer_for(self.members[handle].id)
        return self._viewers[handle]

    def place(self, name: str) -> str:
        return f"space:{self.spaces[name].space.id}" if name in self.spaces else name

    def readers(self, place: str) -> list[Member]:
        inside = self.spaces[place].handles if place in self.spaces else self.members.keys()
        return [member for handle, member in self.members.items() if handle in inside and handle not in SILENT]


async def hold_threads(company: Company) -> None:
    """All threads, each post at its time before the network began."""
    handles = {member.id: handle for handle, member in company.members.items()}
    for number, thread in enumerate(threads()):
        await _hold(thread, f"thread-{number}", company, handles)


async def _hold(said: Thread, name: str, company: Company, handles: Mapping[int, str]) -> None:
    opened = company.began - timedelta(days=said.days_ago)
    author = await company.viewer(said.by)
    with clock.frozen(opened):
        new = NewThread(company.place(said.place), said.title, said.text, said.kind, said.lang, said.tags)
        thread = await start_thread(author, new, client_id(name))
    assert isinstance(thread, StartedThread)
    posts = [await Reply.filter(thread_id=thread.id, number=1).get()]
    for number, post in enumerate(said.replies, 2):
        with clock.frozen(min(opened + timedelta(hours=post.hours), company.began - timedelta(minutes=40))):
            text = quoting(post, posts, handles)
            written = await _write(await company.viewer(post.by), thread.id, text, client_id(f"{name}/{number}"), post.lang)
            posts.append(written or posts[-1])
            if post.is_answer:
                await accept_answer(author, posts[-1].id)
    await _react(thread.id, posts, company.readers(said.place), company.chance)


def quoting(post: Post, posts: Sequence[Reply], handles: Mapping[int, str]) -> str:
    """The text with the first line of the post it quotes above it, as the button on the page puts it there."""
    if not post.quotes:
        return post.text
    quoted = posts[post.quotes - 1]
    first = next(line for line in quoted.source.splitlines() if line and not line.startswith((">", "[[", "1.")))
    return f"> {first[:180]}\n>\n> [@{handles[quoted.author_id]}, post {quoted.number}](/replies/{quoted.id})\n\n{post.text}"


async def _write(author: Viewer, thread_id: int, text: str, key: UUID, lang: str) -> Reply | None:
    """None for a newcomer's first post, which waits: the moderators' list is to show one."""
    written = await post_reply(author, thread_id, text, key, lang)
    return written if isinstance(written, Reply) else None


async def _react(thread_id: int, posts: Sequence[Reply], readers: list[Member], chance: Random) -> None:
    """Laid down thread by thread: one action for each of two thousand would be most of the time of loading."""
    said = [
        Reaction(reply_id=reply_id, member_id=member.id, kind=chance.choices(REACTIONS, (6, 2, 3))[0])
        for reply_id, author_id in {post.id: post.author_id for post in posts}.items()
        for member in chance.sample(readers, min(len(readers), chance.randrange(0, 7)))
        if member.id != author_id
    ]
    async with unit_of_work():
        await Reaction.bulk_create(said)
        await touch(thread_id)


async def hold_rooms(company: Company) -> None:
    for number, said in enumerate(table("rooms")["room"]):
        at = company.began - timedelta(days=said["began"])
        with clock.frozen(at - timedelta(hours=1)):
            room = await _open(said, f"room-{number}", company)
        answers: dict[int, int] = dict(said.get("answers", ()))
        sent: list[int] = []
        for line, (handle, lang, minutes, words) in enumerate(said["said"]):
            at += timedelta(minutes=minutes)
            with clock.frozen(at):
                to = sent[answers[line]] if line in answers else None
                made = await send_message(
                    await company.viewer(handle), room.id, words, client_id(f"room-{number}/{line}"), lang, reply_to=to
                )
            sent.append(made.message_id)
        await _mark(said, sent, company)


async def _mark(said: Mapping[str, Any], sent: Sequence[int], company: Company) -> None:
    """What stands beside the words: reactions, and what its host has pinned."""
    for line, kind, *handles in said.get("reactions", ()):
        for handle in handles:
            await set_reaction(await company.viewer(handle), sent[line], kind, on=True)
    for line in said.get("pinned", ()):
        await set_pin(await company.viewer(said["by"]), sent[line], on=True)


async def _open(said: Mapping[str, Any], name: str, company: Company) -> Room:
    """A steward opens the rooms of the house; those of a space its own people."""
    home = company.spaces[said["space"]].space.id if "space" in said else None
    new = NewRoom(said["name"], said["about"], said["lang"], said["languages"], home, MEMBERS)
    room = await open_room(await company.viewer(said["by"] if home else STEWARD), new, client_id(name))
    async with unit_of_work():
        await grant(room.moderators_key, member_key(company.members[said["by"]].id), "moderator")
    return room
