"""What pages ask about people and institutions."""

from collections.abc import Iterable
from dataclasses import dataclass

from community.audience import GUEST, visible_sql
from community.storage import rows
from community.text.names import initials, tone


@dataclass(frozen=True)
class Person:
    """How somebody is shown wherever they wrote: public facts only, so that it may stand on any page.

    `institution` is the newest current affiliation that a coordinator confirmed, or "". `tone` is 1 to 5, `country` is
    ISO 3166-1 alpha-2 or "".
    """

    id: int
    handle: str
    name: str
    initials: str
    tone: int
    headline: str
    institution: str
    institution_slug: str
    city: str
    country: str

    @property
    def url(self) -> str:
        return f"/people/{self.handle}"


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
    WHERE m.id IN :ids
"""


async def people(member_ids: Iterable[int]) -> dict[int, Person]:
    """Those of the members that exist, by id, in one query (none for no ids)."""
    ids = sorted(set(member_ids))
    if not ids:
        return {}
    headline_seen, seen = visible_sql(GUEST, "d.audience")
    country_seen, _ = visible_sql(GUEST, "c.audience")
    found = await rows(_PEOPLE.format(headline_seen=headline_seen, country_seen=country_seen), ids=ids, **seen)
    return {row["id"]: _person(row) for row in found}


def _person(row: dict[str, object]) -> Person:
    words = {key: str(row[key] or "") for key in ("headline", "institution", "institution_slug", "city", "country")}
    member_id, name = int(str(row["id"])), str(row["name"])
    return Person(member_id, str(row["handle"]), name, initials(name), tone(member_id), **words)
