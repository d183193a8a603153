"""What pages ask about people and institutions."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache

from community import clock
from community.accounts.holders import holders
from community.audience import GUEST, Viewer, coordinators_key, visible_sql
from community.institutions.invite_links import link_of
from community.institutions.mail_domains import candidates, could_be_taken_for, shown
from community.institutions.models import Institution, Invite, MailDomain, Trait
from community.institutions.policies import can_edit, can_invite, can_vouch
from community.members.people import Person, shows_people
from community.storage import query_with, rows
from community.text.names import initials, tone

__all__ = ["Person", "people"]

STALE_AFTER = timedelta(days=365)

_PEOPLE = """
    SELECT m.id, m.handle, m.name, d.value AS headline, i.name AS institution, i.slug AS institution_slug, i.city,
        COALESCE(i.country, c.value) AS country
    FROM members AS m
    LEFT JOIN affiliations AS a ON a.id = (
        SELECT MAX(own.id) FROM affiliations AS own
        WHERE own.member_id = m.id AND own.confirmed_at IS NOT NULL AND own.until IS NULL)
    LEFT JOIN institutions AS i ON i.id = a.institution_id
    LEFT JOIN profile_details AS d ON d.member_id = m.id AND d.kind = 'headline' AND {headline_seen}
    LEFT JOIN profile_details AS c ON c.member_id = m.id AND c.kind = 'country' AND {country_seen}
    WHERE m.id IN :ids AND m.left_at IS NULL
"""


@shows_people
async def people(member_ids: Iterable[int]) -> dict[int, Person]:
    """Those of the members that are here, by id, in one query (none for no ids). Who has left is nobody: "a former member"."""
    ids = sorted(set(member_ids))
    if not ids:
        return {}
    headline_seen, seen = visible_sql(GUEST, "d.audience")
    country_seen, _ = visible_sql(GUEST, "c.audience")
    found = await rows(query_with(_PEOPLE, headline_seen=headline_seen, country_seen=country_seen), ids=ids, **seen)
    return {row["id"]: _person(*row.values()) for row in found}


@lru_cache(maxsize=4096)
def _person(member_id: int, handle: str, name: str, *details: str | None) -> Person:
    """`details` are the rest of _PEOPLE, in its order, which is that of Person."""
    return Person(member_id, handle, name, initials(name), tone(member_id), *(detail or "" for detail in details))


async def coordinators(institution_id: int) -> list[int]:
    """The ids of the members who coordinate it."""
    return await holders(coordinators_key(institution_id), "coordinator")


@dataclass(frozen=True)
class Belonging:
    """An affiliation as its institution's page shows it. `waits` is a claim that nobody has confirmed yet."""

    id: int
    person: Person
    role: str
    since: date | None
    waits: bool
    coordinates: bool


@dataclass(frozen=True)
class InstitutionView:
    """What the page of an institution shows. `is_stale` when nobody confirmed it for a year."""

    institution: Institution
    traits: dict[str, list[str]]
    people: list[Belonging]
    claims: list[Belonging]
    mine: Belonging | None
    successor: Person | None
    is_stale: bool
    may_edit: bool
    may_invite: bool
    may_vouch: bool
    coordinator_ids: list[int] = field(default_factory=list)

    @property
    def coordinators(self) -> list[Belonging]:
        return [belonging for belonging in self.people if belonging.coordinates]


async def institution_view(viewer: Viewer, slug: str) -> InstitutionView:
    """Everything about one institution in five queries. Claims are there for its coordinators. Raises NotFound."""
    institution = await Institution.visible_to(viewer).one(slug=slug)
    heads = await coordinators(institution.id)
    belonging = await _belonging(institution.id, heads, institution.successor_id)
    everybody, successor = belonging
    confirmed = sorted((one for one in everybody if not one.waits), key=lambda one: not one.coordinates)
    may_vouch = can_vouch(viewer, institution)
    return InstitutionView(
        institution, await _traits(institution.id), confirmed, [one for one in everybody if one.waits] if may_vouch else [],
        next((one for one in everybody if one.person.id == viewer.member), None), successor,
        clock.now() - institution.confirmed_at > STALE_AFTER,
        can_edit(viewer, institution), can_invite(viewer, institution), may_vouch, heads,
    )  # fmt: skip


async def _belonging(institution_id: int, heads: list[int], successor_id: int | None) -> tuple[list[Belonging], Person | None]:
    found = await rows(
        """SELECT a.id, a.member_id, a.role, a.since, a.confirmed_at FROM affiliations AS a JOIN members AS m ON m.id = a.member_id
           WHERE a.institution_id = :id AND a.until IS NULL AND m.suspended_at IS NULL AND m.confirmed_at IS NOT NULL
           ORDER BY m.name_folded, a.id LIMIT 500""",
        id=institution_id,
    )  # fmt: skip
    persons = await people([row["member_id"] for row in found] + ([successor_id] if successor_id else []))
    belonging = [
        Belonging(
            row["id"], persons[row["member_id"]], row["role"], row["since"], row["confirmed_at"] is None,
            row["member_id"] in heads,
        )
        for row in found
    ]  # fmt: skip
    return belonging, persons.get(successor_id or 0)


async def _traits(institution_id: int) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"field": [], "level": [], "language": []}
    for trait in await Trait.filter(institution_id=institution_id).order_by("code"):
        found.setdefault(trait.kind, []).append(trait.code)
    return found


@dataclass(frozen=True)
class OpenInvite:
    """An invitation as coordinators see it."""

    id: int
    link: str
    note: str
    uses_allowed: int
    uses_spent: int
    expires_at: datetime
    author_id: int


async def open_invites(institution_id: int) -> list[OpenInvite]:
    """The links that still work, the newest first, without those of letters. For those who may invite."""
    found = Invite.filter(institution_id=institution_id, withdrawn_at=None, expires_at__gt=clock.now(), invited_people=None)
    return [
        OpenInvite(one.id, link_of(one.client_id), one.note, one.uses_allowed, one.uses_spent, one.expires_at, one.author_id)
        for one in await found.order_by("-id").limit(50)
        if one.uses_spent < one.uses_allowed
    ]


@dataclass(frozen=True)
class Domain:
    """A mail domain as an institution's page shows it. `state` is "asked", "held" or "declined"."""

    id: int
    name: str
    subdomains: bool
    state: str
    because: str


async def domains_of(institution_id: int) -> list[Domain]:
    """Those that hold, and those that wait or were declined, for whoever may know of them."""
    found = await MailDomain.filter(institution_id=institution_id).exclude(state="dropped").order_by("domain", "id").limit(50)
    return [Domain(one.id, shown(one.domain), one.subdomains, one.state, one.because) for one in found]


@dataclass(frozen=True)
class AskedDomain:
    """A domain that waits for a steward. `looks_like` are other institutions' domains for which it could be taken."""

    id: int
    name: str
    subdomains: bool
    institution: str
    slug: str
    author_id: int
    asked_at: datetime
    looks_like: tuple[str, ...]


async def asked_domains(viewer: Viewer) -> list[AskedDomain]:
    """The longest waiting first; nothing for others than stewards."""
    if not viewer.is_steward:
        return []
    asked = await MailDomain.filter(state="asked").select_related("institution").order_by("id").limit(50)
    held = [str(name) for name in await MailDomain.filter(state="held").values_list("held", flat=True)] if asked else []
    return [
        AskedDomain(
            one.id, shown(one.domain), one.subdomains, one.institution.name, one.institution.slug, one.author_id, one.created_at,
            tuple(shown(other) for other in held if could_be_taken_for(one.domain, other))[:3],
        )
        for one in asked
    ]  # fmt: skip


async def owner_of(email: str) -> MailDomain | None:
    """The domain by which this address belongs to a verified institution, the longest first; None for all others."""
    names = candidates(email)
    found = await MailDomain.filter(held__in=names, institution__verified_at__not_isnull=True).select_related("institution")
    fitting = [one for one in found if one.subdomains or one.domain == names[0]]
    return max(fitting, key=lambda one: len(one.domain), default=None)


@dataclass(frozen=True)
class Orphaned:
    """An institution that nobody coordinates since the last one left."""

    id: int
    slug: str
    name: str
    language: str
    since: datetime


async def orphaned(viewer: Viewer) -> list[Orphaned]:
    """The longest waiting first; none for others than stewards. Whoever is named coordinator ends it."""
    if not viewer.is_steward:
        return []
    found = await rows(
        """SELECT i.id, i.slug, i.name, i.name_language, i.orphaned_at FROM institutions AS i WHERE i.orphaned_at IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM grants AS g WHERE 'coordinators:' || i.id = g.audience AND g.role = 'coordinator')
           ORDER BY i.orphaned_at, i.id LIMIT 50"""
    )
    return [Orphaned(one["id"], one["slug"], one["name"], one["name_language"], one["orphaned_at"]) for one in found]
