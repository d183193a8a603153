"""What the demonstration network has made of what was said in its rooms."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from community import clock
from community.chat.models import Message
from community.demo.reading import table
from community.demo.settling_in import client_id
from community.demo.talking import Company
from community.discussions.actions import NewThread
from community.harvest.actions import answer, harvest


async def make_harvests(company: Company) -> None:
    for number, room in enumerate(table("rooms")["room"]):
        if "harvest" in room:
            await _make(room["harvest"], f"room-{number}", company)


async def _make(said: Mapping[str, Any], name: str, company: Company) -> None:
    """A discussion that quotes lines of a room. Those who are not in `yes` have not answered yet."""
    quoted = await Message.filter(client_id__in=[client_id(f"{name}/{line}") for line in said["lines"]])
    new = NewThread(said["place"], said["title"], said["text"], "discussion", said["lang"], said["tags"])
    with clock.frozen(company.began - timedelta(days=said["days_ago"])):
        by = await company.viewer(said["by"])
        made = await harvest(by, quoted[0].room_id, [one.id for one in quoted], new, client_id(f"{name}/harvest"))
        for handle in said["yes"]:
            await answer(await company.viewer(handle), made.id, yes=True)
