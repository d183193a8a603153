"""Reads the CSV files beside this module; each file is read once a process."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self

from community.text.gettext import language

HERE = Path(__file__).parent


class Label(str):
    """A label that knows which language it is in, since a vocabulary may lack that of the page."""

    __slots__ = ("lang",)
    lang: str

    def __new__(cls, text: str, lang: str) -> Self:
        label = super().__new__(cls, text)
        label.lang = lang
        return label


@dataclass(frozen=True, slots=True)
class Term:
    """One code of a vocabulary with its labels by language tag."""

    code: str
    labels: Mapping[str, str]

    def label(self, lang: str | None = None) -> Label:
        """The label in `lang` (by default the language of the page), else in its base language, else in English."""
        tag = lang or language()
        found = next(known for known in (tag, tag.split("-")[0], "en") if self.labels.get(known))
        return Label(self.labels[found], found)

    def coded(self) -> Label:
        """The code before the label: "0713 Electricity and energy"."""
        label = self.label()
        return Label(f"{self.code} {label}", label.lang)


def csv_rows(name: str) -> Iterator[dict[str, str]]:
    with (HERE / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def labels_of(row: Mapping[str, str], prefix: str = "label_") -> dict[str, str]:
    return {column.removeprefix(prefix): text for column, text in row.items() if column.startswith(prefix) and text}


@cache
def terms(name: str, code: str = "code") -> dict[str, Term]:
    """The vocabulary of one file in the order of its rows: {code: Term}."""
    return {row[code]: Term(row[code], labels_of(row)) for row in csv_rows(name)}
