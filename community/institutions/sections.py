"""What later slices show on an institution's page: `@provides("listings", order=20)`, given the institution's id.

And what institutions themselves show on a member's page.
"""

from community.audience import Viewer
from community.members.sections import Entry, Section, Sections, profile_sections
from community.storage import rows
from community.text.gettext import _
from community.text.lists import listed
from community.text.vocabularies import country_name

institution_sections = Sections()
provides = institution_sections.provides


@profile_sections.provides("institutions", order=90)
async def _institutions_of(viewer: Viewer, member_id: int) -> Section | None:
    """Confirmed affiliations; to the member also what waits. Past ones stay."""
    found = await rows(
        """SELECT i.name, i.slug, i.name_language, i.city, i.country, a.role, a.until, a.confirmed_at
           FROM affiliations AS a JOIN institutions AS i ON i.id = a.institution_id
           WHERE a.member_id = :member AND (a.confirmed_at IS NOT NULL OR :mine = 1) ORDER BY a.until IS NOT NULL, a.id DESC""",
        member=member_id, mine=1 if viewer.member == member_id else 0,
    )  # fmt: skip
    entries = tuple(
        Entry(row["name"], f"/institutions/{row['slug']}", _details(row), lang=row["name_language"]) for row in found
    )  # fmt: skip
    return Section("institutions", _("Institutions"), entries) if entries else None


def _details(row: dict[str, str]) -> tuple[str, ...]:
    place = listed((row["city"], country_name(row["country"])))
    state = _("waits for confirmation") if not row["confirmed_at"] else _("formerly") if row["until"] else ""
    return tuple(part for part in (row["role"], place, state) if part)
