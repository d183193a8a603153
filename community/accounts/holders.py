"""Which members hold a party's key."""

from community.audience import Grant, member_key


async def holders(key: str, role: str | None = None) -> list[int]:
    """The members who hold `key` themselves, in one role or in any, in the order they came."""
    found = Grant.filter(audience=key, holder__startswith=member_key(0)[:-1]).order_by("id")
    found = found.filter(role=role) if role else found
    return list(dict.fromkeys(int(row.holder.partition(":")[2]) for row in await found.only("id", "holder")))
