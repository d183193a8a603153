"""What pages ask about spaces."""

from dataclasses import dataclass, field
from typing import Any

from community.accounts.holders import holders
from community.audience import Viewer, visible_sql
from community.errors import NotFound
from community.institutions.queries import Person, people
from community.spaces.models import Knock, Space
from community.spaces.policies import can_ask, can_enter, can_moderate_space
from community.storage import rows

SHOWN_MEMBERS = 200


@dataclass(frozen=True)
class AtTheDoor:
    """Somebody who asks (`kind` "asked") or is invited ("invited")."""

    person: Person
    kind: str
    line: str


@dataclass(frozen=True)
class SpaceView:
    """A space as one viewer sees it. From outside only its face: no members, no numbers."""

    space: Space
    inside: bool
    may_ask: bool
    may_moderate: bool
    is_invited: bool
    has_asked: bool
    members: list[Person] = field(default_factory=list)
    moderators: list[int] = field(default_factory=list)
    door: list[AtTheDoor] = field(default_factory=list)


async def space_view(viewer: Viewer, slug: str) -> SpaceView:
    """Raises NotFound for a space that is hidden from the viewer, as for one that is not."""
    if len(slug) > Space.LONGEST_SLUG:
        raise NotFound
    mine = await Knock.filter(member_id=viewer.member or 0, space__slug=slug).select_related("space").first()
    space = await Space.visible_to(viewer).get_or_none(slug=slug)
    invited = mine is not None and mine.kind == "invited" and mine.by_id in await holders(mine.space.key, "moderator")
    if space is None and mine is not None and invited:
        space = mine.space
    if space is None:
        raise NotFound
    view = SpaceView(
        space, can_enter(viewer, space), can_ask(viewer, space), can_moderate_space(viewer, space),
        invited, mine is not None and mine.kind == "asked",
    )  # fmt: skip
    return await _with_people(view) if view.inside else view


async def _with_people(view: SpaceView) -> SpaceView:
    ids = await holders(view.space.key)
    knocks = await Knock.filter(space_id=view.space.id).order_by("id") if view.may_moderate else []
    shown = await people(ids[:SHOWN_MEMBERS] + [knock.member_id for knock in knocks])
    door = [AtTheDoor(shown[knock.member_id], knock.kind, knock.line) for knock in knocks if knock.member_id in shown]
    return SpaceView(
        view.space, view.inside, view.may_ask, view.may_moderate, view.is_invited, view.has_asked,
        [shown[one] for one in ids[:SHOWN_MEMBERS] if one in shown], await holders(view.space.key, "moderator"), door,
    )  # fmt: skip


@dataclass(frozen=True)
class SpaceLine:
    """One space of a list. `standing` is "inside", "invited", "asked" or "" (one may ask)."""

    id: int
    slug: str
    name: str
    language: str
    about_html: str
    access: str
    standing: str


async def spaces(viewer: Viewer, most: int = 100) -> list[SpaceLine]:
    """Those the viewer is in, is invited to, or may ask to enter, in this order and by name."""
    seen, parameters = visible_sql(viewer, "s.audience")
    found = await rows(
        f"""SELECT s.id, s.slug, s.name, s.language, s.about_html, s.access, k.kind, k.by_id, {seen} AS is_seen FROM spaces AS s
            LEFT JOIN space_knocks AS k ON k.space_id = s.id AND k.member_id = :member
            WHERE {seen} OR k.kind = 'invited' ORDER BY s.name_folded, s.id LIMIT :most""",
        member=viewer.member or 0, most=most, **parameters,
    )  # fmt: skip
    lines = [_line(viewer, row) for row in found if row["is_seen"] or await _still_invites(row)]
    return sorted(lines, key=lambda line: ("inside", "invited", "asked", "").index(line.standing))


async def _still_invites(row: dict[str, Any]) -> bool:
    """Once whoever sent it moderates there no more, a hidden space has no name again."""
    return row["by_id"] in await holders(f"space:{row['id']}", "moderator")


def _line(viewer: Viewer, row: dict[str, Any]) -> SpaceLine:
    inside = viewer.holds(f"space:{row['id']}")
    return SpaceLine(
        row["id"], row["slug"], row["name"], row["language"], row["about_html"], row["access"],
        "inside" if inside else row["kind"] or "",
    )  # fmt: skip
