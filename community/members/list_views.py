"""The directory of members."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from community.members.directory import SHOWN, ListedMember, Sought, counts, how_many, members
from community.members.roles import roles
from community.text.gettext import _
from community.text.vocabularies import country_name, isced_fields, language_name
from community.web.paging import Cursor, Page, page_of
from community.web.rendering import render
from community.web.routing import viewer_of


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    count: int | None
    checked: bool


@dataclass(frozen=True)
class Facet:
    name: str
    legend: str
    options: list[Option]


@dataclass(frozen=True)
class MembersPage:
    listed: Page[ListedMember]
    total: int
    sought: Sought
    facets: list[Facet]
    countries: list[tuple[str, str]]
    query: str

    @cached_property
    def country_names(self) -> dict[str, str]:
        return {one.person.country: country_name(one.person.country) for one in self.listed.items if one.person.country}


async def show_members(request: Request) -> Response:
    viewer, sought, cursor = viewer_of(request), _sought(request), Cursor.of(request)
    found = await members(viewer, sought, cursor.key, backwards=cursor.backwards)
    numbers = await counts(viewer)
    page = MembersPage(
        page_of(found, SHOWN, lambda one: one.key, cursor), await how_many(viewer, sought), sought, _facets(sought, numbers),
        sorted(((code, country_name(code)) for code in numbers["country"]), key=lambda pair: pair[1]), _query(sought),
    )  # fmt: skip
    return await render(request, "members/members.html", page, title=_("Members"), nav="directory")


def _sought(request: Request) -> Sought:
    def chosen(name: str) -> tuple[str, ...]:
        return tuple(code[:40] for code in request.query_params.getlist(name)[:20] if code and "\0" not in code)

    def words(name: str) -> str:
        return request.query_params.get(name, "").replace("\0", "")[:200]

    return Sought(words("q"), words("help"), chosen("country"), chosen("language"), chosen("role"), chosen("field"))


def _facets(sought: Sought, numbers: dict[str, dict[str, int]]) -> list[Facet]:
    spoken = sorted(((tag, language_name(tag)) for tag in numbers["language"]), key=lambda pair: pair[1])
    fields = ((field.code, field.label()) for field in isced_fields("broad"))
    return [
        _facet("role", _("Role"), roles(), sought.roles, numbers["role"]),
        _facet("language", _("Language"), spoken, sought.languages, numbers["language"]),
        _facet("field", _("Field"), fields, sought.fields, numbers["field"]),
    ]


def _facet(name: str, legend: str, terms: Iterable[tuple[str, str]], chosen: tuple[str, ...], numbers: dict[str, int]) -> Facet:
    options = [Option(code, label, numbers.get(code, 0), code in chosen) for code, label in terms]
    return Facet(name, legend, [option for option in options if option.count or option.checked])


def _query(sought: Sought) -> str:
    pairs = [(name, words) for name, words in (("q", sought.words), ("help", sought.helps)) if words]
    lists = (("country", sought.countries), ("language", sought.languages), ("role", sought.roles), ("field", sought.fields))
    return urlencode(pairs + [(name, code) for name, codes in lists for code in codes])
