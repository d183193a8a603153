"""File names that are harmless on every system, in every header and in every reading direction."""

import re

from community.text.cleaning import clean_line

LONGEST = 80
# Names that open a device on Windows, with any ending.
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)


def safe_name(given: str, ending: str) -> str:
    """The last part of `given`, made of letters, digits, dots and hyphens, with the one ending its content calls for.

    Paths, names written from right to left and names with line breaks for a header come out as plain words.
    """
    line = clean_line(given.replace("\x00", "")[:1000])
    stem = re.split(r"[/\\]", line)[-1]
    stem = stem.rpartition(".")[0] or stem
    stem = re.sub(r"[^\w-]+", "-", stem).strip("-_")[:LONGEST].strip("-_")
    if not stem or _DEVICES.fullmatch(stem):
        stem = f"file-{stem}".rstrip("-")
    return f"{stem}.{ending}"
