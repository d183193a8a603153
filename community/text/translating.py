"""`python -m community.text.translating`: bring the catalogue of every language up to date with `guildhall.pot`.

A new text appears with an empty translation, one that nobody says any more goes, and nothing is guessed from texts that
look alike. What each language still lacks is printed; `docs/languages.md` tells a translator the rest.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from community.text.catalogue import TEMPLATE, written
from community.text.gettext import INTERFACE_LANGUAGES, LOCALE

# %(name)s and %(n)d of our texts, {n} of those that a script fills in, and the tags that stand around a placeholder.
_KEPT = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}|</?\w[^>]*>")
_NUMBER = re.compile(r"%\((?:n|num|shown)\)[sd]")
# How many of the first plural forms stand for one number each and may say it in words: Arabic's for none, one and two.
_SPELT = {"ar": 3}


def main() -> int:
    """The exit code: 1 when a language lacks something."""
    lacking = 0
    for tag in translated():
        catalogue = up_to_date(tag)
        path(tag).write_bytes(written(catalogue))
        for fault in faults(tag):
            lacking += 1
            sys.stderr.write(f"{tag}: {fault}\n")
    return int(lacking > 0)


def translated() -> list[str]:
    """The languages that have a catalogue."""
    return [tag for tag in INTERFACE_LANGUAGES if path(tag).exists()]


def path(tag: str) -> Path:
    return LOCALE / tag / "LC_MESSAGES" / "guildhall.po"


def up_to_date(tag: str) -> Catalog:
    """A language's catalogue with the texts of the template and no others."""
    catalogue = _read(path(tag), tag)
    catalogue.update(_read(TEMPLATE), no_fuzzy_matching=True, update_header_comment=False)
    catalogue.obsolete.clear()
    for message in catalogue:
        message.locations = []  # they stand in the template; here they would only make two branches conflict
    return catalogue


def faults(tag: str) -> list[str]:
    """What is missing or wrong in a language, a line each, measured by the committed template."""
    catalogue = _read(path(tag), tag)
    found = []
    for wanted in _read(TEMPLATE):
        if wanted.id:
            found += [f"{why}: {wanted.id!r}" for why in _wrong(catalogue.get(wanted.id, wanted.context), wanted, catalogue, tag)]
    return found


def _wrong(message: Message | None, wanted: Message, catalogue: Catalog, tag: str) -> Iterator[str]:
    forms = _forms(message)
    if message is None or not all(forms):
        yield "not translated"
        return
    if message.fuzzy:
        yield "marked as fuzzy"
    if len(forms) != (catalogue.num_plurals if wanted.pluralizable else 1):
        yield f"has {len(forms)} forms"
    for number, form in enumerate(forms):
        if _kept(form, number, tag) != _kept(_forms_of_id(wanted)[min(number, 1 if wanted.pluralizable else 0)], number, tag):
            yield f"has other placeholders in {form!r}"


def _kept(text: str, form: int, tag: str) -> list[str]:
    spelt = form < _SPELT.get(tag, 0)
    return sorted(kept for kept in _KEPT.findall(text) if not (spelt and _NUMBER.fullmatch(kept)))


def _forms(message: Message | None) -> tuple[str, ...]:
    if message is None:
        return ()
    return tuple(message.string) if isinstance(message.string, list | tuple) else (message.string or "",)


def _forms_of_id(message: Message) -> tuple[str, ...]:
    return tuple(message.id) if isinstance(message.id, list | tuple) else (message.id,)


def _read(file: Path, tag: str | None = None) -> Catalog:
    with file.open("rb") as lines:
        return read_po(lines, locale=tag)


if __name__ == "__main__":
    sys.exit(main())
