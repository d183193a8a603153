"""Who may see a thing, and who is looking.

Every root thing carries one audience key, and the key alone decides who sees it. A key is `public`, `members`, `stewards`,
`member:5`, or names a party (`space:12`, `inquiry:9`, `coordinators:4`). Who holds a party's key stands in one table,
`grants`, where a holder is `member:5` or another key such as `coordinators:4`, so that succession rewrites nothing.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, Self, TypeVar

from tortoise import fields
from tortoise.exceptions import ValidationError
from tortoise.models import Model
from tortoise.queryset import QuerySet

from community import clock
from community.errors import NotFound
from community.storage import after_commit, dialect, execute, require_unit, value, wake
from community.storage.slices import import_all

PUBLIC = "public"
MEMBERS = "members"
STEWARDS = "stewards"

Trust = Literal["guest", "newcomer", "trusted", "steward"]


def member_key(member_id: int) -> str:
    return f"member:{member_id}"


def coordinators_key(institution_id: int) -> str:
    return f"coordinators:{institution_id}"


@dataclass(frozen=True)
class Viewer:
    """Who acts and who reads, as one value, computed once a request.

    `audiences` are the keys held; `roles` are (key, role) pairs, such as ("theme:3", "moderator"). `member` is None for a
    guest and for a signed link. `blocked` are the members between whom and this one no message, mention or notification passes.
    """

    member: int | None = None
    handle: str = ""
    name: str = ""
    trust: Trust = "guest"
    audiences: frozenset[str] = frozenset({PUBLIC})
    roles: frozenset[tuple[str, str]] = frozenset()
    language: str = "en"
    time_zone: str = "UTC"
    session: int | None = None
    is_under_18: bool = False
    blocked: frozenset[int] = field(default=frozenset(), repr=False)

    @property
    def signed_in(self) -> bool:
        return self.member is not None

    @property
    def is_trusted(self) -> bool:
        return self.trust in {"trusted", "steward"}

    @property
    def is_steward(self) -> bool:
        return self.trust == "steward"

    def holds(self, key: str) -> bool:
        return key in self.audiences

    def has_role(self, key: str, role: str) -> bool:
        return (key, role) in self.roles

    @cached_property
    def coordinates(self) -> frozenset[int]:
        """The institutions this member coordinates."""
        return frozenset(int(key[13:]) for key in self.audiences if key.startswith("coordinators:"))

    @cached_property
    def moderates(self) -> frozenset[str]:
        """The keys (themes, spaces, rooms) this member moderates."""
        return frozenset(key for key, role in self.roles if role == "moderator")


GUEST = Viewer()


M = TypeVar("M", bound=Model)


class VisibleQuerySet(QuerySet[M]):
    """A query that has already been narrowed to what a viewer may see."""

    async def one(self, **by: Any) -> M:
        """The one row, or NotFound: absent and hidden are the same."""
        try:
            found = await self.get_or_none(**by)
        except ValidationError:  # a value that no row can have, such as a name longer than its column
            found = None
        if found is None:
            raise NotFound
        return found

    async def locked(self, id: int) -> M:
        """The row, locked until the unit of work ends, but not against what comes to point to it. Raises NotFound, OutsideUnit."""
        require_unit("a lock")
        found = await self.select_for_update(no_key=True).get_or_none(id=id)
        if found is None:
            raise NotFound
        return found


class Audienced(Model):
    """A root thing. `audience_when_released` is kept while a state hides the thing."""

    audience = fields.CharField(64, db_index=True)
    audience_when_released: Any = fields.CharField(64, null=True)

    class Meta:
        abstract = True

    @classmethod
    def visible_to(cls, viewer: Viewer) -> "VisibleQuerySet[Self]":
        return VisibleQuerySet(cls).filter(audience__in=sorted(viewer.audiences))  # type: ignore[return-value]


def visible_sql(viewer: Viewer, column: str = "audience") -> tuple[str, dict[str, Any]]:
    """The same filter as text and parameters, for fixed queries run by `community.storage.rows`."""
    return f"{column} IN :audiences", {"audiences": sorted(viewer.audiences)}


class Grant(Model):
    """`holder` (a member's key, or another party's key) holds `audience` in `role`."""

    id = fields.BigIntField(primary_key=True)
    audience = fields.CharField(64)
    holder = fields.CharField(64)
    role = fields.CharField(24)
    since = fields.DatetimeField()

    class Meta:
        table = "grants"
        unique_together = (("audience", "holder", "role"),)
        indexes = (("holder",),)


class RightsVersion(Model):
    """Raised in the transaction that takes a right away; every gateway reads the changed ones twice a second.

    `subject` is `member:5`, `session:7` or `audience:space:3`.
    """

    id = fields.BigIntField(primary_key=True)
    subject = fields.CharField(80, unique=True)
    version = fields.BigIntField()
    changed_at = fields.DatetimeField(db_index=True)

    class Meta:
        table = "rights_versions"


class Withheld(Model):
    """A search document that every search must leave out until the indexer has confirmed its narrower audience."""

    id = fields.BigIntField(primary_key=True)
    document = fields.CharField(64, unique=True)
    since = fields.DatetimeField()

    class Meta:
        table = "withheld"


async def grant(audience: str, holder: str, role: str = "member") -> None:
    """Give `holder` the key. Repeating it changes nothing."""
    await execute(
        """INSERT INTO grants (audience, holder, role, since) VALUES (:audience, :holder, :role, :since)
           ON CONFLICT (audience, holder, role) DO NOTHING""",
        audience=audience, holder=holder, role=role, since=clock.now(),
    )  # fmt: skip


async def revoke(audience: str, holder: str, role: str | None = None) -> None:
    """Take the key away, in one role or in all, and end what rested on it everywhere within a second."""
    await Grant.filter(audience=audience, holder=holder, **({"role": role} if role else {})).delete()
    if not await Grant.filter(audience=audience, holder=holder).exists():
        import_all("resting")
        for resting in _resting:
            await resting(audience, holder)
    await raise_rights(holder if holder.startswith("member:") else f"audience:{audience}")


async def raise_rights(subject: str) -> None:
    """Tell every gateway that `subject` has lost something: its sockets are asked again what they may follow."""
    await execute(
        """INSERT INTO rights_versions (subject, version, changed_at) VALUES (:subject, 1, :at)
           ON CONFLICT (subject) DO UPDATE SET version = rights_versions.version + 1, changed_at = excluded.changed_at""",
        subject=subject, at=clock.now(),
    )  # fmt: skip
    after_commit(lambda: wake("rights"))


async def narrow(thing: Audienced, audience: str, documents: Iterable[str] = ()) -> None:
    """Change a thing's key to one that fewer hold; `documents` are the keys of its search documents."""
    before, thing.audience = thing.audience, audience
    await thing.save(update_fields=["audience", "audience_when_released"])
    await _tell_companions(thing)
    await withhold(documents)
    await raise_rights(f"audience:{before}")


async def withhold(documents: Iterable[str]) -> None:
    for document in documents:
        await execute(
            """INSERT INTO withheld (document, since) VALUES (:document, :at)
               ON CONFLICT (document) DO UPDATE SET since = excluded.since""",
            document=document, at=clock.now(),
        )  # fmt: skip


async def hide(thing: Audienced, audience: str = STEWARDS, documents: Iterable[str] = ()) -> None:
    """Put a thing behind another key, keeping its own for the day it is released."""
    thing.audience_when_released = thing.audience_when_released or thing.audience
    await narrow(thing, audience, documents)


async def release(thing: Audienced) -> None:
    """Give a hidden thing its own key back. Does nothing to one that is not hidden."""
    if thing.audience_when_released:
        thing.audience, thing.audience_when_released = thing.audience_when_released, None
        await thing.save(update_fields=["audience", "audience_when_released"])
        await _tell_companions(thing)


Companion = Callable[[str, str], Awaitable[None]]

_companions: list[Companion] = []
_resting: list[Companion] = []


def rests_on(resting: Companion) -> Companion:
    """Register what else goes with a key. Called with the key and who held it, in the transaction that takes it."""
    _resting.append(resting)
    return resting


def moves_with(companion: Companion) -> Companion:
    """Register what keeps a root thing's audience beside its own rows, such as notifications.

    Called with the root's name (`thread:9`) and its new audience, in the transaction that changes it.
    """
    _companions.append(companion)
    return companion


def root_name(thing: Model) -> str:
    """`thread:9` for Thread 9: how a root thing is named outside its own slice."""
    return f"{type(thing).__name__.lower()}:{thing.pk}"


async def key_of(root: str) -> str | None:
    """The key of a root thing ("thread:9") as it is, and as it stays until the unit of work ends: who narrows it waits for us, and
    finds what we have written beside it. None for what is gone.
    """
    require_unit("a key that stays")
    kind, _colon, number = root.partition(":")
    table = {model.__name__.lower(): model._meta.db_table for model in Audienced.__subclasses__()}[kind]  # noqa: SLF001 - see connecting
    held = "FOR SHARE" if dialect() == "postgres" else ""  # on SQLite the unit is the lock
    found: str | None = await value(f"SELECT audience FROM {table} WHERE id = :id {held}", id=int(number))
    return found


async def _tell_companions(thing: Audienced) -> None:
    for companion in _companions:
        await companion(root_name(thing), thing.audience)
