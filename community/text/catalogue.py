"""`python -m community.text.catalogue [--check]`: collect every message into `community/locale/guildhall.pot`.

With --check nothing is written, and the exit code is 1 when the file is out of date.
"""

import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from community.text.gettext import LOCALE

ROOT = Path(__file__).parents[2]
TEMPLATE = LOCALE / "guildhall.pot"
HEADER = """# Every text of Guildhall. Written by `python -m community.text.catalogue`; do not edit.
# SPDX-License-Identifier: Apache-2.0"""
_UNTOLD = (b"-Date: ", b"Bugs-To: ", b"Last-Translator: ", b"Language-Team: ")


def main(arguments: list[str]) -> int:
    """The exit code."""
    catalogue = collected()
    if "--check" in arguments:
        missing, unused = differences(catalogue)
        for message in missing:
            sys.stderr.write(f"not in {TEMPLATE.name}: {message!r}\n")
        for message in unused:
            sys.stderr.write(f"no longer said: {message!r}\n")
        return int(bool(missing or unused))
    TEMPLATE.write_bytes(written(catalogue))
    return 0


def collected() -> Catalog:
    """Every message of the code and the templates, each with the files that say it."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as mapping_file:
        methods, options = parse_mapping_cfg(mapping_file)  # type: ignore[no-untyped-call]
    catalogue = Catalog(header_comment=HEADER, project="Guildhall", version="1", charset="utf-8", fuzzy=False)
    for file, _line, message, comments, context in extract_from_dir(ROOT, methods, options, comment_tags=("For translators:",)):
        catalogue.add(message, locations=[(file, 0)], auto_comments=comments, context=context)
    return catalogue


def differences(catalogue: Catalog) -> tuple[list[str], list[str]]:
    """(messages that the committed file lacks, messages that it has and nobody says)."""
    with TEMPLATE.open("rb") as committed:
        before = {str(message.id) for message in read_po(committed) if message.id}
    now = {str(message.id) for message in catalogue if message.id}
    return sorted(now - before), sorted(before - now)


def written(catalogue: Catalog) -> bytes:
    """Without line numbers and dates, so that two branches seldom conflict."""
    text = BytesIO()
    write_po(text, catalogue, width=120, sort_output=True, omit_header=False, include_lineno=False)
    lines = text.getvalue().split(b"\n")
    return b"\n".join(line for line in lines if not any(field in line for field in _UNTOLD))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
