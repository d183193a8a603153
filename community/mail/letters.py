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
QUOTED = ">"
LOOK = "max-width:38em;margin:auto;padding:1em;font:16px/1.5 sans-serif;overflow-wrap:anywhere"
LOOK_OF_WORDS = "margin:1em 0;padding-inline-start:1em;border-inline-start:3px solid #b8892b"


@dataclass(frozen=True)
class Letter:
    subject: str
    text: str


@dataclass(frozen=True)
class Words:
    """What somebody wrote, in several lines. In a letter each begins with "> ", so that none of them is an address of ours."""

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
    """The finished text as HTML: paragraphs, somebody's words set apart, and a link for each line that is one of our addresses."""
    paragraphs = [part for part in re.split(r"\n{2,}", text.strip()) if part]
    return (
        f'<!doctype html>\n<html lang="{escape(language)}" dir="{direction(language)}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"></head>\n<body style="{LOOK}">\n'
        + "\n".join(_words(part) if part.startswith(QUOTED) else _paragraph(part) for part in paragraphs)
        + "\n</body></html>\n"
    )


def _words(part: str) -> str:
    """In the direction they were written in, whatever the letter's."""
    paragraphs = "\n".join(line.removeprefix(QUOTED).removeprefix(" ") for line in part.splitlines()).split("\n\n")
    said = "".join(f"<p>{Markup('<br>').join(escape(one).splitlines())}</p>" for one in paragraphs if one)
    return f'<blockquote dir="auto" style="{LOOK_OF_WORDS}">{said}</blockquote>'


def _paragraph(part: str) -> str:
    return f'<p dir="auto">{Markup("<br>").join(map(_marked_up, lines_of(part)))}</p>'


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
    if isinstance(value, Words):
        return "\n".join(f"{QUOTED} {clean_line(without_blanks(line))}".rstrip() for line in value.text.strip().splitlines())
    if isinstance(value, list | tuple):
        return [_harmless(one) for one in value]
    if isinstance(value, dict):
        return {key: _harmless(one) for key, one in value.items()}
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
