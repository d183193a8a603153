"""A stored comparison in words: what each part gave, and "because ..." with the strongest and the weak point."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from community.exchange.components import Component
from community.exchange.entries import field_entry
from community.text.gettext import _, ngettext
from community.text.lists import listed
from community.text.vocabularies import language_name
from community.web.formats import period

MOST_REASONS = 3
STRONG = 0.5
Detail = Mapping[str, Any]


@dataclass(frozen=True)
class Reason:
    """One part of a score: `points` of `of`; `text` is a sentence, `strong` follows "because", `weak` follows "but"."""

    name: str
    label: str
    points: float
    of: int
    text: str
    strong: str = ""
    weak: str = ""
    known: bool = True

    @property
    def share(self) -> float:
        return self.points / self.of


@dataclass(frozen=True)
class Words:
    """What is said of a part: a sentence; a piece of one for what speaks for the pair; one for what speaks against it."""

    text: str
    strong: str
    weak: str = ""


def reasons_of(parts: Iterable[Iterable[Any]]) -> tuple[Reason, ...]:
    """The stored parts ([name, weight, value, details]) in words; what is not known says so."""
    return tuple(_reason(Component(*part)) for part in parts)


def because(reasons: Iterable[Reason]) -> str:
    """Three reasons at most, the strongest first, then the weak point: "because the field is the same; but ..."."""
    known = [reason for reason in reasons if reason.known]
    strong = sorted((one for one in known if one.share >= STRONG), key=lambda one: -one.points)[:MOST_REASONS]
    if not strong:
        return ""
    clauses = listed(one.strong for one in strong)
    weak = [one for one in known if one not in strong and one.points < one.of]
    lost = max(weak, key=lambda one: one.of - one.points, default=None)
    if lost is None:
        return _("because %(reasons)s") % {"reasons": clauses}
    return _("because %(reasons)s; but %(weak)s") % {"reasons": clauses, "weak": lost.weak}


def _reason(part: Component) -> Reason:
    label = _labels()[part.name]
    if part.value is None:
        unknown = _("Nobody has asked for it.") if part.name == "reciprocity" else _("Not said by both, so it does not count.")
        return Reason(part.name, label, 0.0, part.weight, unknown, known=False)
    words = _WORDS[part.name](part.value, part.detail)
    return Reason(part.name, label, round(part.points, 1), part.weight, words.text, words.strong, words.weak)


def _labels() -> dict[str, str]:
    return {
        "field": _("Field"),
        "dates": _("Dates"),
        "language": _("Languages"),
        "level": _("Level"),
        "country": _("Country"),
        "places": _("Places"),
        "costs": _("Costs and accommodation"),
        "reciprocity": _("Both ways"),
    }


def _field(value: float, detail: Detail) -> Words:
    offered, wanted = field_entry(str(detail["offered"])), field_entry(str(detail["wanted"]))
    if value == 1:
        return Words(_("Both %(field)s.") % {"field": offered}, _("the field is the same"))
    named = {"offered": offered, "wanted": wanted}
    if value == 0:
        return Words(_("Offered: %(offered)s. Wanted: %(wanted)s.") % named, "", _("the field differs"))
    sentence = _("Neighbours: %(offered)s is offered, %(wanted)s is wanted.") % named
    return Words(sentence, _("the field is a neighbour"), _("the field is only a neighbour"))


def _dates(value: float, detail: Detail) -> Words:
    named = {"shared": period(detail["overlap"]), "wanted": period(detail["wanted"])}
    if value == 1:
        sentence = _("Your dates share %(shared)s; %(wanted)s are wanted.") % named
        return Words(sentence, _("the dates leave room for %(wanted)s") % named)
    return Words(
        _("Your dates share %(shared)s of the %(wanted)s that are wanted.") % named,
        _("the dates share %(shared)s") % named,
        _("the dates share only %(shared)s of %(wanted)s") % named,
    )


def _language(value: float, detail: Detail) -> Words:
    if not detail:
        return Words(_("No language is named on both sides."), "", _("no language is shared"))
    named = {"language": language_name(str(detail["tag"])), "held": detail["held"] or "-", "wanted": detail["wanted"] or "-"}
    if value == 1:
        return Words(_("You share %(language)s, at the level that is wanted.") % named, _("you share %(language)s") % named)
    sentence = _("You share %(language)s: %(held)s on one side, %(wanted)s on the other.") % named
    return Words(
        sentence, _("you share some %(language)s") % named, _("%(language)s falls short of the level that is wanted") % named
    )


def _level(value: float, _detail: Detail) -> Words:
    if value == 1:
        return Words(_("You teach at the same level."), _("the level is the same"))
    if value == 0:
        return Words(_("The levels are further apart than neighbours."), "", _("the levels differ"))
    return Words(_("The levels are neighbours."), _("the levels are neighbours"), _("the levels are only neighbours"))


def _country(value: float, _detail: Detail) -> Words:
    if value == 1:
        return Words(_("The country is one that is wanted."), _("the country is one that is wanted"))
    if value == 0:
        return Words(_("Other countries are wanted."), "", _("other countries are wanted"))
    sentence = _("The region is wanted, or one side’s wish is met.")
    return Words(sentence, _("the region is wanted"), _("another country is wanted more"))


def _places(value: float, detail: Detail) -> Words:
    if value == 1:
        text = ngettext("There is a place for %(num)d.", "There are places for all %(num)d.", detail["needed"])
        return Words(text % {"num": detail["needed"]}, _("there is a place for everybody"))
    named = {"offered": detail["offered"], "needed": detail["needed"]}
    sentence = _("%(offered)s of the %(needed)s places that are needed.") % named
    return Words(sentence, _("there are places for most"), _("there are only %(offered)s of %(needed)s places") % named)


def _costs(value: float, detail: Detail) -> Words:
    text = ngettext(
        "%(covered)s of %(num)d wanted item is fully covered.", "%(covered)s of %(num)d wanted items are fully covered.",
        detail["wanted"],
    ) % {"covered": detail["covered"], "num": detail["wanted"]}  # fmt: skip
    if value == 1:
        return Words(text, _("the costs are covered"))
    return Words(text, _("part of the costs is covered"), _("costs stay open"))


def _reciprocity(value: float, _detail: Detail) -> Words:
    if value == 1:
        return Words(_("A listing of yours and one of theirs fit the other way, too."), _("it can go both ways"))
    if value == 0:
        return Words(_("Nothing goes the other way yet."), "", _("nothing goes the other way yet"))
    return Words(
        _("Two other listings nearly fit the other way."), _("it could nearly go both ways"), _("the way back nearly fits")
    )


_WORDS: Mapping[str, Callable[[float, Detail], Words]] = {
    "field": _field,
    "dates": _dates,
    "language": _language,
    "level": _level,
    "country": _country,
    "places": _places,
    "costs": _costs,
    "reciprocity": _reciprocity,
}
