"""Who is no stranger to a member.

Two know each other when they are in a space that not everybody may enter, or in a group conversation that both have accepted; when
the same institution has confirmed both; or when they coordinate two institutions of which one has answered the other's inquiry.
An open space makes nobody known: anybody may walk in there, to write to everybody.
"""

from collections.abc import Collection, Sequence

from community.audience import Viewer, member_key
from community.storage import rows

_IN_THE_SAME = "SELECT holder FROM grants WHERE audience IN :keys AND holder IN :others"
_DOORS = "SELECT id FROM spaces WHERE id IN :ids AND access <> 'open'"
_COLLEAGUES = """
    SELECT DISTINCT other.member_id FROM affiliations AS own
    JOIN affiliations AS other ON other.institution_id = own.institution_id
    WHERE own.member_id = :me AND other.member_id IN :others AND own.confirmed_at IS NOT NULL AND other.confirmed_at IS NOT NULL
        AND own.until IS NULL AND other.until IS NULL
"""
_ANSWERED = """
    SELECT host_id, guest_id FROM inquiries WHERE answered_at IS NOT NULL AND (host_id IN :own OR guest_id IN :own)
    ORDER BY id DESC LIMIT 500
"""
_BELONGING = """
    SELECT institution_id FROM affiliations WHERE member_id = :member AND confirmed_at IS NOT NULL AND until IS NULL
"""


async def strangers(viewer: Viewer, others: Collection[int]) -> set[int]:
    """Those of the members whom the viewer does not know."""
    left = set(others)
    for find in (_companions, _colleagues, _partners):
        if left:
            left -= await find(viewer, sorted(left))
    return left


async def _companions(viewer: Viewer, others: Sequence[int]) -> set[int]:
    ids = [int(key[6:]) for key in viewer.audiences if key.startswith("space:")]
    doors = {f"space:{one['id']}" for one in await rows(_DOORS, ids=ids)} if ids else set()
    keys = sorted(doors | {key for key in viewer.audiences if key.startswith("conversation:")})
    return await _holding(keys, others)


async def _colleagues(viewer: Viewer, others: Sequence[int]) -> set[int]:
    found = await rows(_COLLEAGUES, me=viewer.member, others=list(others))
    return {one["member_id"] for one in found}


async def _partners(viewer: Viewer, others: Sequence[int]) -> set[int]:
    own = viewer.coordinates
    found = await rows(_ANSWERED, own=sorted(own)) if own else []
    sides = {one[side] for one in found for side in ("host_id", "guest_id")} - own
    return await _holding([f"coordinators:{institution}" for institution in sorted(sides)], others)


async def _holding(keys: Sequence[str], others: Sequence[int]) -> set[int]:
    if not keys:
        return set()
    found = await rows(_IN_THE_SAME, keys=list(keys), others=[member_key(one) for one in others])
    return {int(one["holder"].partition(":")[2]) for one in found}


async def institutions_of(member_id: int) -> frozenset[int]:
    """Those that have confirmed the member."""
    return frozenset(one["institution_id"] for one in await rows(_BELONGING, member=member_id))
