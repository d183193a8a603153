"""From a template to a letter: a subject, a plain text, and the same text as simple HTML.

A template is plain text whose first line is the subject. Values are single lines without control characters; the HTML is made
from the finished text, escaped as a whole, and only lines that are addresses of this house become links. What a member typed
can therefore be neither a header, nor markup, nor a link.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup, escape

from community.mail.blanks import without_blanks
from community.settings import settings
from community.text.cleaning import clean_line
from community.text.gettext import translator
from community.text.vocabularies import direction

COMMUNITY = Path(__file__).parents[1]
MAX_SUBJECT = 150


@dataclass(frozen=True)
class Letter:
    subject: str
    text: str


@dataclass(frozen=True)
class Secret:
    """A value that holds a blank: an address of ours, never something typed."""

    text: str


def written(template: str, language: str, context: dict[str, Any]) -> Letter:
    """The letter of "accounts/confirm" (community/accounts/templates/mail/confirm.txt) in a language."""
    slice_, name = template.split("/")
    values = {key: _harmless(value) for key, value in context.items()}
    text = _environment(language).get_template(f"{slice_}/mail/{name}.txt").render(values | {"origin": settings().public_origin})
    subject, _, body = text.strip().partition("\n")
    return Letter(clean_line(subject)[:MAX_SUBJECT], body.strip() + "\n")


def html_of(text: str, language: str) -> str:
    """The finished text as HTML: paragraphs, and a link for each line that is one of our own addresses."""
    paragraphs = [part for part in re.split(r"\n{2,}", text.strip()) if part]
    body = "\n".join(f"<p>{Markup('<br>').join(map(_marked_up, lines_of(part)))}</p>" for part in paragraphs)
    return (
        f'<!doctype html>\n<html lang="{escape(language)}" dir="{direction(language)}"><head><meta charset="utf-8"></head>'
        f"<body>\n{body}\n</body></html>\n"
    )


def lines_of(text: str) -> list[tuple[str, str]]:
    """(line, path) of each line; the path is "" unless the whole line is an address of this house."""
    origin = settings().public_origin
    lines = [line.strip() for line in text.splitlines()]
    return [(line, line[len(origin) :] if re.fullmatch(re.escape(origin) + r"/\S*", line) else "") for line in lines]


def _marked_up(line: tuple[str, str]) -> Markup:
    text, path = line
    return Markup('<a href="{0}">{0}</a>').format(text) if path else escape(text)


def _harmless(value: Any) -> Any:
    if isinstance(value, Secret):
        return value.text
    return clean_line(without_blanks(value)) if isinstance(value, str) else value


@lru_cache(maxsize=16)
def _environment(tag: str) -> Environment:
    folders = {folder.parent.name: FileSystemLoader(folder) for folder in COMMUNITY.glob("*/templates")}
    environment = Environment(  # plain text: the HTML escapes it as a whole
        loader=PrefixLoader(folders), autoescape=False, undefined=StrictUndefined,  # noqa: S701
        trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.i18n"], auto_reload=False,
    )  # fmt: skip
    environment.install_gettext_translations(translator(tag), newstyle=True)  # type: ignore[attr-defined]
    return environment
