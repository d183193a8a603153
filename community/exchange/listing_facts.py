"""What a listing says, as labels and values for its page; what is not said is left out."""

from collections.abc import Iterable, Sequence
from typing import Any

from community.exchange import labels
from community.exchange.drafting import Draft
from community.exchange.entries import field_entry
from community.exchange.queries import House
from community.text.gettext import _
from community.text.lists import listed
from community.text.vocabularies import Label, country_name, language_name, level, region
from community.web.formats import period

Facts = tuple[tuple[str, str], ...]


def block(draft: Draft, house: House) -> Facts:
    said = draft.columns
    spoken = listed(language_name(one.tag) + (f" {one.level}" if one.level else "") for one in draft.languages)
    whom = labels.participants().get(said["participant"], "")
    facts = (
        (_("Host") if said["direction"] == "offer" else _("Asked by"), listed((house.name, country_name(house.country)))),
        (_("Field"), _fields(draft.codes)),
        (_("Dates"), labels.window(said["starts"], said["ends"])),
        (_("For"), f"{said['places']} · {whom}" if whom else ""),
        (_("Languages"), spoken),
        (_("Costs"), labels.funding(said["costs"], said["direction"])),
    )
    return tuple((label, text) for label, text in facts if text)


def details(draft: Draft, *, to_members: bool) -> Facts:
    said = draft.columns
    levels = listed(level(str(code)).label() for code in said["levels"])
    deadline = labels.window(said["deadline"], said["deadline"])
    facts = (
        (_("Activity"), labels.activities().get(said["activity"], "")), (_("Where"), _where(said)),
        (_("How"), labels.modes().get(said["mode"], "")), (_("Length"), _length(said)), (_("Levels (ISCED)"), levels),
        (_("Least age") if said["direction"] == "offer" else _("Youngest participant"), str(said["min_age"] or "")),
        (_("Wanted"), _places_named(said["wanted_countries"], said["wanted_regions"])),
        (_("Not possible with"), _places_named(said["excluded_countries"], ())),
        (_("What is learnt"), said["outcomes"]),
        (_("Recognition"), "" if said["recognition"] == "none" else labels.recognitions()[said["recognition"]]),
        (_("Both ways"), labels.reciprocities()[said["reciprocity"]]), (_("Programme"), said["programme"]),
        (_("Accessibility"), said["accessibility"]),
        (_("Protection of participants under 18"), said["safeguarding"] if to_members else ""),
        (_("Apply until"), deadline),
    )  # fmt: skip
    return tuple((label, text) for label, text in facts if text)


def _fields(codes: Sequence[str]) -> str:
    """The fields in one line; in one language where their labels are."""
    labels = [field_entry(code) for code in codes]
    spoken = {getattr(label, "lang", "") for label in labels}
    return Label("; ".join(labels), spoken.pop()) if len(spoken) == 1 else "; ".join(labels)


def _where(said: Any) -> str:
    return listed((said["city"], country_name(said["country"]) if said["country"] else ""))


def _length(said: Any) -> str:
    shortest, longest = said["min_days"], said["max_days"]
    parts = [period(days) for days in dict.fromkeys((shortest, longest)) if days]
    hours = [_("%(num)s hours a week") % {"num": said["weekly_hours"]}] if said["weekly_hours"] else []
    return listed(("–".join(parts), *hours))


def _places_named(countries: Iterable[str], regions: Iterable[str]) -> str:
    return listed((*(country_name(code) for code in countries), *(region(code).label() for code in regions)))


def costs(draft: Draft) -> Facts:
    said = draft.columns
    facts = [
        (
            labels.cost_items()[item],
            " · ".join(filter(None, (labels.coverages(said["direction"])[entry["coverage"]], labels.amount(entry)))),
        )
        for item, entry in said["costs"].items()
    ]
    if said["accommodation"]:
        facts.append((_("Accommodation"), labels.accommodations()[said["accommodation"]]))
    return tuple(facts)
