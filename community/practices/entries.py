"""What people type in one line or a few and what is meant by it. Each raises ValueError with a sentence."""

import re

from community.practices.record import Resource
from community.text.addresses import allowed_href, is_outside
from community.text.cleaning import clean_line
from community.text.gettext import _
from community.text.vocabularies import is_field, isced_field, licences, sdg_targets

MOST_LINES = 12
_RESOURCE = re.compile(r"(?P<title>.*?)[\s:–—-]*(?P<url>(?:https?://|/files/)\S+)(?:\s+(?P<licence>[A-Za-z0-9.+-]+))?")


def lines(text: str, longest: int = 120) -> tuple[str, ...]:
    """One entry a line, empty ones and repetitions left out."""
    found = tuple(dict.fromkeys(clean_line(line) for line in text.split("\n") if line.strip()))
    if len(found) > MOST_LINES or any(len(line) > longest for line in found):
        raise ValueError(_("At most %(lines)d lines of %(letters)d letters.") % {"lines": MOST_LINES, "letters": longest})
    return found


def words(text: str) -> tuple[str, ...]:
    """Free tags, separated by commas."""
    found = tuple(dict.fromkeys(clean_line(word).lower() for word in re.split(r"[,،、;\n]", text) if word.strip()))
    if len(found) > 10 or any(len(word) > 40 for word in found):
        raise ValueError(_("At most 10 words of 40 letters, separated by commas."))
    return found


def field_code(text: str) -> str:
    """The ISCED-F code that "0713" and "0713 Electricity and energy" begin with; "" for nothing."""
    code = text.strip().split(" ", 1)[0]
    if code and not (2 <= len(code) <= 4 and is_field(code)):
        raise ValueError(_("Begin with the number of the field, such as 0713."))
    return code


def field_entry(code: str) -> str:
    """How a field is written in a form and read back: the code and its name."""
    return isced_field(code).coded() if is_field(code) else code


def targets(text: str) -> tuple[str, ...]:
    """Numbers of SDG targets such as "4.3, 4.4"."""
    known = {target.code for target in sdg_targets()}
    found = tuple(dict.fromkeys(re.findall(r"[0-9]+\.[0-9a-z]+", text.lower())))
    if (text.strip() and not found) or not set(found) <= known or len(found) > 10:
        raise ValueError(_("Write at most ten numbers of targets, such as 4.3, 4.4."))
    return found


def resources(text: str) -> tuple[Resource, ...]:
    """One a line: its name, its address, and its licence if it has an open one."""
    return tuple(_resource(line) for line in lines(text, longest=1200))


def _resource(line: str) -> Resource:
    found = _RESOURCE.fullmatch(line)
    if found is None or not allowed_href(found["url"]) or not (is_outside(found["url"]) or found["url"].startswith("/files/")):
        raise ValueError(_("Write each on its own line: its name, then its address beginning with https://."))
    licence = {known.code.lower(): known.code for known in licences()}.get((found["licence"] or "").lower(), "")
    if found["licence"] and not licence:
        raise ValueError(
            _("“%(licence)s” is no licence on our list. Leave it out, or write for example CC-BY-4.0.")
            % {"licence": found["licence"][:40]}
        )
    return Resource((found["title"] or found["url"])[:160].strip() or found["url"][:160], found["url"][:1000], licence)


def resource_lines(found: tuple[Resource, ...]) -> str:
    """The same back as text."""
    return "\n".join(f"{one.title} {one.url}{' ' + one.licence if one.licence else ''}" for one in found)
