"""Where somebody was inside, and at which doors they stood, goes with them."""

from typing import Any

from community import clock
from community.accounts.departing import concerns_others, goes_along
from community.accounts.holders import holders
from community.accounts.models import Member
from community.accounts.unnaming import unname_table, unnames
from community.audience import Grant, grant, member_key
from community.spaces.facts import KnockAnswered, SpaceLeft
from community.spaces.models import Knock
from community.storage import announce, current_unit, dialect, execute, rows
from community.text.gettext import _


@concerns_others
async def last_moderator(member_id: int) -> list[str]:
    why = _("The space %(name)s has no other moderator. Whoever has been there longest becomes its moderator.")
    return [why % {"name": one["name"]} for one in await _inside(member_id) if await _heir(one["id"], member_id)]


@goes_along
async def spaces(member_id: int) -> None:
    for one in await _inside(member_id):
        if heir := await _heir(one["id"], member_id):
            await grant(f"space:{one['id']}", member_key(heir), "moderator")
        await announce(SpaceLeft(one["id"], member_id))


async def _inside(member_id: int) -> list[dict[str, Any]]:
    """In a unit of work they stay locked: two moderators who go at once take turns."""
    keys = await Grant.filter(holder=member_key(member_id), audience__startswith="space:")
    ids = sorted({int(one.audience.partition(":")[2]) for one in keys})
    held = "FOR UPDATE" if dialect() == "postgres" and current_unit() else ""
    return await rows(f"SELECT id, name FROM spaces WHERE id IN :ids ORDER BY id {held}", ids=ids) if ids else []


async def _heir(space_id: int, member_id: int) -> int | None:
    """Who has to moderate the space after this member; None where somebody does, or nobody is left."""
    key = f"space:{space_id}"
    if await holders(key, "moderator") != [member_id]:
        return None
    others = [one for one in await holders(key) if one != member_id]
    here = {one.id for one in await Member.filter(id__in=others, suspended_at=None).only("id")}
    return next((one for one in others if one in here), None)


@goes_along
async def doors(member_id: int) -> None:
    """What they asked for and whom they invited; codes of their workshops let nobody in any more."""
    for column in ("member_id", "by_id"):
        for knock in await Knock.filter(**{column: member_id}):
            await announce(KnockAnswered(knock.id))
            await knock.delete()
    await execute(
        "UPDATE workshops SET stopped_at = :at WHERE author_id = :member AND stopped_at IS NULL", at=clock.now(), member=member_id
    )
    await execute("DELETE FROM workshop_guests WHERE member_id = :member", member=member_id)


@unnames
async def faces_of_spaces(member_id: int, handle: str) -> None:
    await unname_table("spaces", "about", "about_html", member_id, handle)
