"""What somebody has written into a listing so far, and what it still lacks before it can be open."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from community.exchange.sides import Language
from community.text.gettext import _

DETAILED = 4
ADULT = 18


@dataclass(frozen=True)
class Draft:
    """`columns` are those of Listing (without `about_html`), `codes` ISCED-F codes, `languages` at most one per tag."""

    columns: Mapping[str, Any]
    codes: tuple[str, ...] = ()
    languages: tuple[Language, ...] = ()


def lacking(draft: Draft, today: date) -> dict[str, str]:
    """{field of the form: sentence} for all that keeps this draft from being open; empty when it is complete."""
    said = draft.columns
    wrong = {name: sentence for name, sentence in _needed().items() if not said.get(name)}
    if not draft.codes:
        wrong["fields"] = _("Name at least one field of education.")
    elif said.get("direction") == "offer" and any(len(code) < DETAILED for code in draft.codes):
        wrong["fields"] = _("An offer names its field with all four digits. Only a request may stay broader.")
    return wrong | _dates_wrong(said, today) | _lengths_wrong(said) | _safety_wrong(said)


def _needed() -> dict[str, str]:
    """What an open listing always says; each sentence stands alone in the list on top of the form."""
    return {
        "direction": _("Say whether you offer or look for something."),
        "activity": _("Choose an activity."),
        "participant": _("Say for whom it is."),
        "places": _("Say how many places."),
        "mode": _("Say how it takes place."),
        "title": _("Give it a title."),
        "summary": _("Describe it in two sentences."),
        "starts": _("Name the first possible day."),
        "ends": _("Name the last possible day."),
        "country": _("Name the country."),
    }


def _dates_wrong(said: Mapping[str, Any], today: date) -> dict[str, str]:
    starts, ends, deadline = said.get("starts"), said.get("ends"), said.get("deadline")
    wrong = {}
    if starts and ends and ends < starts:
        wrong["ends"] = _("The last day comes before the first.")
    elif ends and ends < today:
        wrong["ends"] = _("These dates have passed.")
    if deadline and ends and deadline > ends:
        wrong["deadline"] = _("The deadline comes after the last day.")
    return wrong


def _lengths_wrong(said: Mapping[str, Any]) -> dict[str, str]:
    shortest, longest = said.get("min_days"), said.get("max_days")
    starts, ends = said.get("starts"), said.get("ends")
    if shortest and longest and longest < shortest:
        return {"max_days": _("The longest stay is shorter than the shortest.")}
    if shortest and starts and ends and shortest > (ends - starts).days + 1 > 0:
        return {"min_days": _("The shortest stay does not fit between the two dates.")}
    return {}


def _safety_wrong(said: Mapping[str, Any]) -> dict[str, str]:
    age = said.get("min_age")
    if age is not None and age < ADULT and not said.get("safeguarding"):
        return {"safeguarding": _("Name who protects participants under 18: a person or an office, and how to reach them.")}
    both = set(said.get("wanted_countries") or ()) & set(said.get("excluded_countries") or ())
    return {"excluded_countries": _("A country is both wanted and excluded.")} if both else {}
