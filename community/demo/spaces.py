"""The spaces of the demonstration network, and who is in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from community.accounts.identity import viewer_for
from community.accounts.models import Member
from community.demo.reading import table
from community.demo.settling_in import client_id
from community.spaces.actions import Face, open_space
from community.spaces.membership import accept, ask, invite, make_moderator
from community.spaces.models import Space

ASKS = ("kadzo-m", "space-request", "I sit in the jury for electricians in Mombasa, twice a year.")


@dataclass(frozen=True)
class Peopled:
    """A space and the handles of those who are inside."""

    space: Space
    handles: frozenset[str]


async def make_spaces(members: Mapping[str, Member]) -> dict[str, Peopled]:
    """By key. Nobody outside the closed one learns that it exists."""
    return {said["key"]: await _make(said, members) for said in table("spaces")["space"]}


async def knock(members: Mapping[str, Member], spaces: Mapping[str, Peopled]) -> None:
    """One member waits before the door of a space."""
    handle, key, line = ASKS
    await ask(await viewer_for(members[handle].id), spaces[key].space.id, line)


async def _make(said: Mapping[str, Any], members: Mapping[str, Member]) -> Peopled:
    host = await viewer_for(members[said["host"]].id)
    face = Face(said["name"], said["about"], said["lang"], said["access"])
    key = said["key"]
    space = await open_space(host, face, client_id(key))
    host = await viewer_for(members[said["host"]].id)
    for handle in said["inside"]:
        await invite(host, space.id, handle)
        await accept(await viewer_for(members[handle].id), space.slug)
    for handle in said["moderators"]:
        await make_moderator(host, space.id, members[handle].id)
    return Peopled(space, frozenset([said["host"], *said["inside"]]))
