"""The conversations of the demonstration network: begun, accepted and written through the actions, with the clock put back."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from community import clock
from community.accounts.identity import viewer_for
from community.audience import Viewer
from community.chat.actions import send_message
from community.conversations.actions import NewGroup, accept, begin_group, write_to
from community.conversations.queries import requests_for
from community.demo.reading import table
from community.demo.settling_in import client_id
from community.demo.talking import Company


async def hold_conversations(company: Company) -> None:
    for number, said in enumerate(table("conversations")["conversation"]):
        await _hold(said, f"conversation-{number}", company)


async def _hold(said: Mapping[str, Any], name: str, company: Company) -> None:
    at, inside = company.began - timedelta(days=said["began"]), said["between"]
    with clock.frozen(at):
        room = await _begin(said, name, company)
        for handle in inside[1:]:
            viewer = await _viewer(handle, company)
            for request in await requests_for(viewer):
                await accept(viewer, request.id)
    await say(room, said["said"][1:], at, name, company)


async def _begin(said: Mapping[str, Any], name: str, company: Company) -> int:
    """The id of its room."""
    handles: list[str] = [*said["between"], *said.get("asked", [])]
    people = [company.members[handle].id for handle in handles[1:]]
    words, writer = said["said"][0][3], await _viewer(handles[0], company)
    if len(people) == 1:
        return (await write_to(writer, people[0], words, client_id(name))).room_id
    return (await begin_group(writer, NewGroup(people, words, said.get("name", "")), client_id(name))).room_id or 0


async def say(room_id: int, lines: Sequence[Sequence[Any]], at: datetime, name: str, company: Company) -> None:
    """Send the lines of a file to a room, each so many minutes after the one before; the first after `at`."""
    for line, (handle, lang, minutes, words) in enumerate(lines):
        at += timedelta(minutes=minutes)
        with clock.frozen(at):
            await send_message(await _viewer(handle, company), room_id, words, client_id(f"{name}/{line}"), lang)


async def _viewer(handle: str, company: Company) -> Viewer:
    """As they are now: whoever comes into a conversation holds a key more."""
    return await viewer_for(company.members[handle].id)
