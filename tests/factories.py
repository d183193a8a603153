"""Named people and places, made the short way, for every slice's tests."""

import re
from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from community import clock
from community.accounts.handles import skeleton
from community.accounts.models import Member
from community.audience import PUBLIC, coordinators_key, grant, member_key
from community.institutions.models import Affiliation, Institution
from community.spaces.models import Space
from community.storage import unit_of_work
from community.text import fold, slugify

PASS_PHRASE = "a bench a vice a file"
# argon2 of the above with m=8 KiB, t=1, p=1: weak on purpose, so that a test waits for no hash.
PASS_HASH = "$argon2id$v=19$m=8,t=1,p=1$hE/LgMaaHxJI9w3QxaYsUw$8vMRj+vWgEtM4ygjcyTZkOawzn6fv5YEkQ6n1xazkJ4"


async def make_member(
    name: str = "Amara Diallo", trust: str = "trusted", institution: Institution | None = None, **kw: Any
) -> Member:
    """A confirmed, admitted member; with `institution`, affiliated and vouched for. The handle comes from the name."""
    handle = kw.pop("handle", None) or await _free_handle(name)
    values: dict[str, Any] = {
        "handle": handle, "handle_folded": skeleton(handle), "name": name, "name_folded": fold(name), "email": f"{handle}@school.example",
        "pass_hash": PASS_HASH, "trust": trust, "confirmed_at": clock.now(), "admitted_at": clock.now(),
    }  # fmt: skip
    async with unit_of_work():
        member = await Member.create(**values | kw)
        if institution:
            await make_affiliation(member, institution)
    return member


async def _free_handle(name: str) -> str:
    wanted = re.sub("[^a-z0-9_]", "", slugify(name).replace("-", "_"))[:24] or "member"
    taken = await Member.filter(handle__startswith=wanted).count()
    return f"{wanted}{taken + 1}" if taken else wanted


async def make_affiliation(member: Member, institution: Institution, role: str = "Trainer", confirmed: bool = True) -> Affiliation:
    seal = {"confirmed_by_id": member.id, "confirmed_at": clock.now()} if confirmed else {}
    async with unit_of_work():
        return await Affiliation.create(member_id=member.id, institution_id=institution.id, role=role, **seal)


async def make_institution(name: str = "Lakeside Technical Institute", country: str = "KE", **kw: Any) -> Institution:
    slug = f"{slugify(name)}-{await Institution.all().count() + 1}"
    values: dict[str, Any] = {
        "name": name, "name_folded": fold(name), "slug": slug, "country": country, "city": "Kisumu", "region": "africa",
        "category": "university_research", "audience": PUBLIC, "verified_at": clock.now(),
    }  # fmt: skip
    async with unit_of_work():
        return await Institution.create(**values | kw)


async def make_coordinator(institution: Institution, name: str = "Wanjiru Otieno", **kw: Any) -> Member:
    async with unit_of_work():
        member = await make_member(name, institution=institution, **kw)
        await grant(coordinators_key(institution.id), member_key(member.id), "coordinator")
    return member


async def make_steward(name: str = "Ines Duarte", **kw: Any) -> Member:
    return await make_member(name, trust="steward", **kw)


async def make_space(
    members: Iterable[Member] = (),
    moderators: Iterable[Member] = (),
    name: str = "Solar trainers",
    access: str = "invite",
    **kw: Any,
) -> Space:
    """A space that the given members hold. `access` is "invite" (hidden), "request" or "open" (a public face)."""
    members, moderators = list(members), list(moderators)
    async with unit_of_work():
        host = moderators[0] if moderators else members[0] if members else await make_member("Host of the space")
        values: dict[str, Any] = {
            "name": name, "name_folded": fold(name), "slug": f"{slugify(name)}-{uuid4().hex[:6]}", "access": access,
            "author_id": host.id, "client_id": uuid4(), "audience": PUBLIC,
        }  # fmt: skip
        space = await Space.create(**values | kw)
        if access == "invite":
            space.audience = space.key
            await space.save(update_fields=["audience"])
        for member in members:
            await grant(space.key, member_key(member.id), "member")
        for moderator in moderators:
            await grant(space.key, member_key(moderator.id), "moderator")
    return space
