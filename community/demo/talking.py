"""The conversations of the demonstration network: written through the actions, with the clock put back."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from community import clock
from community.accounts.identity import viewer_for
from community.accounts.models import Member
from community.audience import MEMBERS, grant, member_key
from community.chat.actions import send_message
from community.chat.keeping import NewRoom, open_room
from community.demo.reading import Post, Thread, table, threads
from community.demo.settling_in import client_id
from community.discussions.actions import NewThread, post_reply, set_reaction, start_thread
from community.discussions.managing import accept_answer
from community.discussions.models import REACTIONS, Reply
from community.discussions.models import Thread as StartedThread
from community.spaces.actions import Face, open_space
from community.spaces.membership import accept, invite, make_moderator
from community.spaces.models import Space
from community.storage import unit_of_work

INSIDE = ("moussa-diop", "peni-r", "bishnu-t", "maya-g")  # the closed space, beside its host
HOST, STEWARD = "lusiana-v", "ingrid-s"
SEED = 20260


async def make_space(members: Mapping[str, Member]) -> Space:
    """The one closed space: nobody outside it learns that it exists."""
    host = await viewer_for(members[HOST].id)
    face = Face("Boats and trailers", "For those who move workshops around: by boat, by trailer, on foot.", "en", "invite")
    space = await open_space(host, face, client_id("space"))
    for handle in INSIDE:
        host = await viewer_for(members[HOST].id)
        await invite(host, space.id, handle)
        await accept(await viewer_for(members[handle].id), space.slug)
    await make_moderator(await viewer_for(members[HOST].id), space.id, members["moussa-diop"].id)
    return space


async def hold_threads(members: Mapping[str, Member], space: Space, began: datetime) -> None:
    """All threads, each post at its time before `began`."""
    chance = Random(SEED)
    for number, thread in enumerate(threads()):
        await _hold(thread, f"thread-{number}", members, space, began, chance)


async def _hold(said: Thread, name: str, members: Mapping[str, Member], space: Space, began: datetime, chance: Random) -> None:
    opened = began - timedelta(days=said.days_ago)
    author = members[said.by]
    place = f"space:{space.id}" if said.place == "space" else said.place
    with clock.frozen(opened):
        new = NewThread(place, said.title, said.text, said.kind, said.lang, said.tags)
        thread = await start_thread(await viewer_for(author.id), new, client_id(name))
    assert isinstance(thread, StartedThread)
    posts = [await Reply.filter(thread_id=thread.id, number=1).get()]
    for number, post in enumerate(said.replies, 2):
        with clock.frozen(min(opened + timedelta(hours=post.hours), began - timedelta(minutes=40))):
            written = await _write(post, thread.id, posts, members, client_id(f"{name}/{number}"))
            posts.append(written)
            if post.is_answer:
                await accept_answer(await viewer_for(author.id), written.id)
    readers = [member for handle, member in members.items() if space_reader(said, handle)]
    for written in posts:
        await _react(written, readers, chance)


def space_reader(said: Thread, handle: str) -> bool:
    return handle not in {"nina-k", "ingrid-s"} and (said.place != "space" or handle in {HOST, *INSIDE})


async def _write(post: Post, thread_id: int, posts: list[Reply], members: Mapping[str, Member], key: UUID) -> Reply:
    text = post.text
    if post.quotes:
        quoted = posts[post.quotes - 1]
        first = next(line for line in quoted.source.splitlines() if line and not line.startswith((">", "[[", "1.")))
        handle = next(handle for handle, member in members.items() if member.id == quoted.author_id)
        text = f"> {first[:180]}\n>\n> [@{handle}, post {quoted.number}](/replies/{quoted.id})\n\n{text}"
    written = await post_reply(await viewer_for(members[post.by].id), thread_id, text, key, post.lang)
    if not isinstance(written, Reply):  # a newcomer's first post waits, which the stewards' list is to show
        return posts[-1]
    return written


async def _react(post: Reply, readers: list[Member], chance: Random) -> None:
    for member in chance.sample(readers, min(len(readers), chance.randrange(0, 7))):
        if member.id != post.author_id:
            kind = chance.choices(REACTIONS, (6, 2, 3))[0]
            await set_reaction(await viewer_for(member.id), post.id, kind, True)


async def hold_rooms(members: Mapping[str, Member], space: Space, began: datetime) -> None:
    for number, said in enumerate(table("rooms")["room"]):
        opened = began - timedelta(days=said["began"])
        with clock.frozen(opened - timedelta(hours=1)):
            new = NewRoom(
                said["name"], said["about"], said["lang"], said["languages"], space.id if said.get("space") else None, MEMBERS
            )
            opener = said["by"] if said.get("space") else STEWARD
            room = await open_room(await viewer_for(members[opener].id), new, client_id(f"room-{number}"))
            async with unit_of_work():
                await grant(room.moderators_key, member_key(members[said["by"]].id), "moderator")
        at = opened
        for line, (handle, lang, minutes, words) in enumerate(said["said"]):
            at += timedelta(minutes=minutes)
            with clock.frozen(at):
                await send_message(await viewer_for(members[handle].id), room.id, words, client_id(f"room-{number}/{line}"), lang)
