"""How somebody is shown. Members know no institutions: the later slice that does registers itself here."""

from collections.abc import Awaitable, Callable, Iterable
from typing import NamedTuple


class Person(NamedTuple):
    """Somebody as shown wherever they wrote: public facts only, so that it may stand on any page.

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


People = Callable[[Iterable[int]], Awaitable[dict[int, Person]]]
_registered: list[People] = []


def shows_people(lookup: People) -> People:
    """Register the one lookup of people by their ids."""
    _registered[:] = [lookup]
    return lookup


async def people(member_ids: Iterable[int]) -> dict[int, Person]:
    """Those of the members that are here, by id, in one query. Who has left is not among them."""
    return await _registered[0](member_ids)
