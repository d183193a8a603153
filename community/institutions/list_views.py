"""The directory of institutions."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from community.institutions.directory import SHOWN, Asked, Listed, counts, how_many, institutions
from community.institutions.policies import can_found
from community.text.gettext import _
from community.text.vocabularies import categories, country_name, isced_fields, regions
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
class InstitutionsPage:
    listed: Page[Listed]
    total: int
    asked: Asked
    facets: list[Facet]
    countries: list[tuple[str, str]]
    query: str
    may_found: bool

    @cached_property
    def country_names(self) -> dict[str, str]:
        return {one.country: country_name(one.country) for one in self.listed.items}


async def show_institutions(request: Request) -> Response:
    viewer, asked, cursor = viewer_of(request), _asked(request), Cursor.of(request)
    found = await institutions(viewer, asked, cursor.key, backwards=cursor.backwards)
    numbers = await counts(viewer)
    page = InstitutionsPage(
        page_of(found, SHOWN, lambda one: one.key, cursor), await how_many(viewer, asked), asked, _facets(asked, numbers),
        sorted(((code, country_name(code)) for code in numbers["country"]), key=lambda pair: pair[1]), _query(asked),
        can_found(viewer),
    )  # fmt: skip
    return await render(request, "institutions/institutions.html", page, title=_("Institutions"), nav="directory")


def _asked(request: Request) -> Asked:
    def chosen(name: str) -> tuple[str, ...]:
        return tuple(code[:40] for code in request.query_params.getlist(name)[:20] if code and "\0" not in code)

    words = request.query_params.get("q", "").replace("\0", "")[:200]
    return Asked(words, chosen("country"), chosen("region"), chosen("category"), chosen("field"))


def _facets(asked: Asked, numbers: dict[str, dict[str, int]]) -> list[Facet]:
    fields = [(field.code, field.label()) for field in isced_fields("broad")]
    return [
        _facet("region", _("Region"), ((term.code, term.label()) for term in regions()), asked.regions, numbers["region"]),
        _facet("category", _("Kind"), ((term.code, term.label()) for term in categories()), asked.categories, numbers["category"]),
        _facet("field", _("Field"), fields, asked.fields, numbers["field"]),
    ]


def _facet(name: str, legend: str, terms: Iterable[tuple[str, str]], chosen: tuple[str, ...], numbers: dict[str, int]) -> Facet:
    options = [Option(code, label, numbers.get(code, 0), code in chosen) for code, label in terms]
    return Facet(name, legend, [option for option in options if option.count or option.checked])


def _query(asked: Asked) -> str:
    pairs = [("q", asked.words)] if asked.words else []
    for name, codes in (
        ("country", asked.countries),
        ("region", asked.regions),
        ("category", asked.categories),
        ("field", asked.fields),
    ):
        pairs += [(name, code) for code in codes]
    return urlencode(pairs)
