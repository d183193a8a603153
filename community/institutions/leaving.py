"""Where somebody belonged goes with them. What an institution has stays with its other coordinators."""

from typing import Any

from community import clock
from community.accounts.departing import concerns_others, goes_along
from community.accounts.unnaming import unname_table, unnames
from community.audience import Grant, coordinators_key, grant, member_key
from community.institutions.facts import AffiliationSettled
from community.institutions.queries import coordinators
from community.storage import announce, current_unit, dialect, execute, rows
from community.text.gettext import _


@concerns_others
async def last_coordinator(member_id: int) -> list[str]:
    why = _(
        "%(name)s has no other coordinator. Its page, its listings and its inquiries stay, and nobody looks after them until a "
        "steward names somebody. A successor can be named on its page first."
    )
    return [why % {"name": one["name"]} for one in await _without(member_id) if not one["heir"]]


@goes_along
async def coordinating(member_id: int) -> None:
    """The named successor takes over from the last coordinator; where there is none, stewards are asked to find somebody."""
    for one in await _without(member_id):
        if one["heir"]:
            await grant(coordinators_key(one["id"]), member_key(one["heir"]), "coordinator")
            await execute("UPDATE institutions SET successor_id = NULL WHERE id = :id", id=one["id"])
            await announce(AffiliationSettled(one["heir"], one["id"]))
        else:
            await execute("UPDATE institutions SET orphaned_at = :at WHERE id = :id", at=clock.now(), id=one["id"])
    await execute("UPDATE institutions SET successor_id = NULL WHERE successor_id = :member", member=member_id)


async def _without(member_id: int) -> list[dict[str, Any]]:
    """The institutions that nobody else coordinates. In a unit of work they stay locked: two who go at once take turns."""
    keys = await Grant.filter(holder=member_key(member_id), audience__startswith=coordinators_key(0)[:-1])
    ids = sorted({int(one.audience.partition(":")[2]) for one in keys})
    held = "FOR UPDATE" if dialect() == "postgres" and current_unit() else ""  # on SQLite the unit is the lock
    found = (
        await rows(f"SELECT id, name, successor_id FROM institutions WHERE id IN :ids ORDER BY id {held}", ids=ids) if ids else []
    )
    return [
        {**one, "heir": one["successor_id"] if one["successor_id"] != member_id else None}
        for one in found if set(await coordinators(one["id"])) <= {member_id}
    ]  # fmt: skip


@goes_along
async def belonging(member_id: int) -> None:
    """Their invitations work no more; who was invited by their address is not known by it any longer."""
    await execute("DELETE FROM affiliations WHERE member_id = :member", member=member_id)
    await execute(
        "UPDATE invites SET withdrawn_at = :at WHERE author_id = :member AND withdrawn_at IS NULL", at=clock.now(), member=member_id
    )
    await execute("UPDATE invites SET kept_for_id = NULL WHERE kept_for_id = :member", member=member_id)
    await execute(
        "DELETE FROM invited_people WHERE email = (SELECT email FROM members WHERE id = :member)", member=member_id
    )  # fmt: skip


@unnames
async def institutions(member_id: int, handle: str) -> None:
    await unname_table("institutions", "about", "about_html", member_id, handle)
