"""The form of a listing: what it is filled with, and the choices it offers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from babel.numbers import get_currency_precision

from community.audience import Viewer
from community.discussions.writing_state import languages_to_write_in
from community.exchange import labels
from community.exchange.drafting import Draft
from community.exchange.entries import field_entry
from community.exchange.queries import houses
from community.text.vocabularies import Term, countries, country_name, isced_fields, languages, levels, regions

Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Choices:
    """Every list of the form, labelled in the reader's language."""

    directions: Pairs
    activities: Pairs
    modes: Pairs
    participants: Pairs
    levels: Pairs
    regions: Pairs
    cost_items: Pairs
    coverages: Pairs
    periods: Pairs
    accommodations: Pairs
    recognitions: Pairs
    reciprocities: Pairs
    languages: list[str]
    written_in: tuple[tuple[str, str], ...]
    countries: list[str]
    fields: list[str]


@dataclass(frozen=True)
class ListingFormPage:
    """`values` is what stands in the fields, by name; `action` where the form goes; `version` None for a new listing."""

    action: str
    values: Mapping[str, Any]
    choices: Choices
    houses: list[tuple[int, str, str]]
    errors: Mapping[str, str] = field(default_factory=dict)
    version: int | None = None
    is_open: bool = False
    ref: str = ""
    title: str = ""

    def rows(self, name: str, count: int) -> list[str]:
        """The texts of a field that stands several times."""
        given = self.values.get(name, [])
        texts = [given] if isinstance(given, str) else list(given)
        return [*texts, *[""] * count][: max(count, len(texts))]

    def several(self, name: str) -> list[str]:
        """The chosen values of a group of boxes."""
        given = self.values.get(name, [])
        return [given] if isinstance(given, str) else [str(one) for one in given]


async def form_page(
    viewer: Viewer, action: str, values: Mapping[str, Any], errors: Mapping[str, str] | None = None, **more: Any
) -> ListingFormPage:
    mine = await houses(viewer.coordinates)
    return ListingFormPage(action, values, choices_for(viewer, str(values.get("language", ""))), mine, errors or {}, **more)


def choices_for(viewer: Viewer, language: str) -> Choices:
    return Choices(
        directions=list(labels.directions().items()), activities=list(labels.activities().items()),
        modes=list(labels.modes().items()), participants=list(labels.participants().items()), levels=_terms(levels()[1:9]),
        regions=_terms(regions()), cost_items=list(labels.cost_items().items()), coverages=list(labels.coverages().items()),
        periods=list(labels.periods().items()), accommodations=list(labels.accommodations().items()),
        recognitions=list(labels.recognitions().items()), reciprocities=list(labels.reciprocities().items()),
        languages=[own for _tag, own in languages()],
        written_in=languages_to_write_in(viewer, language), countries=[country_name(one.code) for one in countries()],
        fields=[field_entry(one.code) for one in isced_fields()],
    )  # fmt: skip


def _terms(terms: Sequence[Term]) -> Pairs:
    return [(term.code, term.label()) for term in terms]


def values_of(draft: Draft) -> dict[str, Any]:
    """A stored draft as the fields of its form."""
    said = draft.columns
    values: dict[str, Any] = {
        name: "" if value is None else str(value) for name, value in said.items() if not isinstance(value, list | dict)
    }
    values |= {
        "fields": [field_entry(code) for code in draft.codes],
        "levels": [str(code) for code in said["levels"]],
        "country": country_name(said["country"]) if said["country"] else "",
        "wanted_countries": [country_name(code) for code in said["wanted_countries"]],
        "excluded_countries": [country_name(code) for code in said["excluded_countries"]],
        "wanted_regions": list(said["wanted_regions"]),
        "open_until": said["expires_at"].date().isoformat() if said["expires_at"] else "",
    }
    return values | _spoken(draft) | _costs(said["costs"])


def _spoken(draft: Draft) -> dict[str, str]:
    own = dict(languages())
    values: dict[str, str] = {}
    for place, one in enumerate(draft.languages, start=1):
        values |= {f"language_{place}": own.get(one.tag, one.tag), f"level_{place}": one.level or ""}
        values |= {f"required_{place}": "yes"} if one.required else {}
    return values


def _costs(costs: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    values: dict[str, str] = {}
    for item, entry in costs.items():
        values[f"cost_{item}"] = entry["coverage"]
        if "amount" in entry:
            digits = get_currency_precision(entry["currency"])
            values[f"amount_{item}"] = f"{entry['amount'] / 10**digits:.{digits}f}"
            values |= {f"per_{item}": entry["per"], "currency": entry["currency"]}
    return values
