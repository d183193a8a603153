"""What a member holds: the keys of parties, directly or through a key that holds another, and the roles in which they are held."""

from collections.abc import Iterable

from community.storage import joined, query_with, rows

_HELD = """(
    SELECT {pairs} FROM (
        SELECT audience, role FROM grants WHERE holder = 'member:' || {member}
        UNION ALL
        SELECT further.audience, further.role FROM grants AS own JOIN grants AS further ON further.holder = own.audience
        WHERE own.holder = 'member:' || {member}) AS g)"""
Held = tuple[frozenset[str], frozenset[tuple[str, str]]]


def held_sql(member: str) -> str:
    """A column for fixed queries: what the member of that id holds, directly or through a key that holds another. See `held_of`."""
    return query_with(_HELD, pairs=joined("g.audience || ' ' || g.role"), member=member)


def held_of(stored: str | None) -> Held:
    """The party keys in such a column, and the roles they are held in."""
    pairs = [pair.partition(" ") for pair in stored.split(",")] if stored else []
    return frozenset(key for key, _space, _role in pairs), frozenset((key, role) for key, _space, role in pairs)


async def held_by(member_id: int) -> Held:
    """What one member holds."""
    return (await held_by_each([member_id]))[member_id]


async def held_by_each(member_ids: Iterable[int]) -> dict[int, Held]:
    """What each of several members holds, in one query."""
    ids = set(member_ids)
    found = await rows(f"SELECT m.id, {held_sql('m.id')} AS held FROM members AS m WHERE m.id IN :ids", ids=ids)
    return dict.fromkeys(ids, held_of(None)) | {row["id"]: held_of(row["held"]) for row in found}
