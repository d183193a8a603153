"""What a practice says: the record of one edition as a value, and what it still lacks before it can be handed in."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any, Final

from community.text.folding import fold
from community.text.gettext import _

SECTIONS: Final = (
    "context", "challenge", "solution", "stakeholders", "financing", "results", "lessons", "transfer", "changes",
)  # fmt: skip
SCALES: Final = ("pilot", "institution", "region", "country", "several_countries")
COSTS: Final = ("none", "under_500", "under_5000", "under_50000", "more")
NEEDS: Final = ("electricity", "internet", "computers", "workshop", "specialist_staff", "transport", "materials")
EVIDENCE: Final = ("evaluation", "monitoring_data", "testimony", "none_yet")
OUTCOMES: Final = ("worked", "partly", "failed")
LONGEST_SUMMARY: Final = 600


@dataclass(frozen=True)
class Resource:
    """`licence` is an SPDX id, or "" where it is not known."""

    title: str
    url: str
    licence: str = ""


@dataclass(frozen=True)
class Record:
    """Everything an edition says. All of it may be empty in a draft.

    `sections` maps names of SECTIONS to Markdown. `fields` are ISCED-F codes, `levels` ISCED 2011, `targets` those of the SDGs
    ("4.4"), `needs` of NEEDS; `licence` is an SPDX id, `lang` BCP 47, `country` ISO 3166-1.
    """

    title: str = ""
    summary: str = ""
    lang: str = "en"
    country: str = ""
    place: str = ""
    institution_id: int | None = None
    institution_name: str = ""
    partners: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    starts: date | None = None
    ends: date | None = None
    scale: str = ""
    target_groups: str = ""
    cost_level: str = ""
    evidence: str = ""
    outcome: str = ""
    licence: str = ""
    sections: Mapping[str, str] = field(default_factory=dict)
    themes: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    resources: tuple[Resource, ...] = ()

    def stored(self) -> dict[str, Any]:
        """As JSON can hold it."""
        plain = asdict(self)
        return plain | {day: plain[day].isoformat() if plain[day] else None for day in ("starts", "ends")}

    def search_words(self) -> str:
        """What the library's text filter looks in, folded."""
        said = (self.title, self.summary, self.institution_name, self.place, self.target_groups, *self.tags, *self.partners)
        return fold(" ".join(said))


COLUMNS: Final = (
    "title", "summary", "lang", "country", "place", "institution_id", "institution_name", "partners", "tags", "starts", "ends",
    "scale", "target_groups", "cost_level", "evidence", "outcome", "licence",
)  # fmt: skip
"""What of a Record stands in columns of Edition under the same name."""

CODES: Final = {"themes": "theme", "fields": "field", "levels": "level", "needs": "need", "targets": "target"}
"""What of a Record stands in PracticeCode, and as which kind."""


def restored(stored: Mapping[str, Any]) -> Record:
    """The Record that `stored` was made from. What a newer release has added is as in an empty one."""
    known = {name: value for name, value in stored.items() if name in Record.__dataclass_fields__}
    lists = {name: tuple(known[name]) for name in ("partners", "tags", *CODES) if name in known}
    days = {day: date.fromisoformat(known[day]) if known.get(day) else None for day in ("starts", "ends")}
    resources = tuple(Resource(**line) for line in known.get("resources", ()))
    return Record(**known | lists | days | {"resources": resources})


def lacking(record: Record, *, is_adaptation: bool = False) -> dict[str, str]:
    """{field: sentence} for all that keeps this from being handed in; empty when it is complete."""
    wrong = {name: sentence for name, sentence in _required().items() if not getattr(record, name)}
    wrong |= {name: sentence for name, sentence in _required_sections().items() if not record.sections.get(name, "").strip()}
    if record.starts and record.ends and record.ends < record.starts:
        wrong["ends"] = _("The last day comes before the first.")
    if is_adaptation and not record.sections.get("changes", "").strip():
        wrong["changes"] = _("Say what you changed and why.")
    if is_adaptation and not record.outcome:
        wrong["outcome"] = _("Say how it went here. “It did not work” helps others, too.")
    return wrong


def _required() -> dict[str, str]:
    return {
        "title": _("Give it a title."),
        "summary": _("Say in a few sentences what you do."),
        "country": _("Say in which country it happened."),
        "themes": _("Choose a theme."),
        "lang": _("Say which language it is written in."),
        "licence": _("Choose a licence, so that others know what they may do with it."),
    }


def _required_sections() -> dict[str, str]:
    return {
        "context": _("Describe the context: where, for whom, with what means."),
        "challenge": _("Describe the challenge: what did not work before?"),
        "solution": _("Describe the solution: what do you do now?"),
    }


def adapted(original: Record, country: str) -> Record:
    """Where "we did it here" begins: the original's words, without its place, people, results and licence's holder."""
    return replace(
        original, country=country, place="", institution_id=None, institution_name="", partners=(), starts=None, ends=None,
        evidence="", outcome="", sections={name: text for name, text in original.sections.items() if name in _CARRIED},
    )  # fmt: skip


_CARRIED: Final = frozenset({"challenge", "solution", "stakeholders", "transfer"})
