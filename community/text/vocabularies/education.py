"""Fields (ISCED-F 2013), levels (ISCED 2011), goals, licences, themes, categories, review criteria."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from community.text.vocabularies.tables import Term, csv_rows, labels_of, terms

Depth = Literal["broad", "narrow", "detailed"]


@dataclass(frozen=True, slots=True)
class Field(Term):
    """A field of education: two digits broad, three narrow, four detailed. `regular` is false for residual codes."""

    depth: str = "broad"
    regular: bool = True


@cache
def _fields() -> dict[str, Field]:
    return {
        row["code"]: Field(row["code"], labels_of(row), row["level"], row["kind"] == "regular") for row in csv_rows("isced_f_2013")
    }


def isced_fields(depth: Depth | None = None) -> list[Field]:
    """The regular fields in the order of their codes, each broad field before its narrow ones; all depths unless told."""
    return [field for field in _fields().values() if field.regular and depth in (None, field.depth)]


def isced_field(code: str) -> Field:
    """Raises KeyError for a code that ISCED-F does not have; residual codes are answered too."""
    return _fields()[code]


def is_field(code: str) -> bool:
    return code in _fields()


def broad(code: str) -> str:
    """The code of the broad field that holds `code`: 0714 -> 07."""
    return code[:2]


def narrow(code: str) -> str:
    """The code of the narrow field that holds `code`: 0714 -> 071; a broad code stays as it is."""
    return code[:3]


def levels() -> list[Term]:
    return list(terms("isced_2011_levels").values())


def level(code: str) -> Term:
    """Raises KeyError for what is not an ISCED 2011 level, "0" to "9"."""
    return terms("isced_2011_levels")[code]


def sdg_targets() -> list[Term]:
    return list(terms("sdg_targets", "target").values())


def sdg_goals() -> list[Term]:
    return list(terms("sdg_goals", "goal").values())


def themes() -> list[Term]:
    """The four themes of the network, in their fixed order."""
    return list(terms("themes").values())


def theme(code: str) -> Term:
    """Raises KeyError for what is not one of the four themes."""
    return terms("themes")[code]


def categories() -> list[Term]:
    """What kind of house an institution is."""
    return list(terms("unevoc_centre_categories").values())


def category(code: str) -> Term:
    """Raises KeyError for an unknown category."""
    return terms("unevoc_centre_categories")[code]


@dataclass(frozen=True, slots=True)
class Criterion(Term):
    """A review criterion; a prerequisite is answered yes or no, the others 0 to 4."""

    prerequisite: bool = False


@cache
def criteria() -> list[Criterion]:
    return [Criterion(row["code"], labels_of(row), row["is_prerequisite"] == "yes") for row in csv_rows("unevoc_pp_criteria")]


@dataclass(frozen=True, slots=True)
class Licence:
    """An open licence by its SPDX identifier."""

    code: str
    name: str
    url: str
    allows_adaptation: bool
    allows_commercial: bool


@cache
def _licences() -> dict[str, Licence]:
    return {
        row["spdx_id"]: Licence(
            row["spdx_id"],
            row["name"],
            row["url"],
            row["allows_adaptation"] == "yes",
            row["allows_commercial"] == "yes",
        )
        for row in csv_rows("open_licences_spdx")
    }


def licences() -> list[Licence]:
    return list(_licences().values())


def licence(spdx_id: str) -> Licence:
    """Raises KeyError for a licence that is not on the list."""
    return _licences()[spdx_id]
