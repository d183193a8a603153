"""A list of people to invite, as a spreadsheet wrote it: what each line says, and what is wrong with it."""

import csv
import io
from dataclasses import dataclass

from community.accounts.addresses import normal_address
from community.errors import Invalid
from community.text.cleaning import clean_line
from community.text.gettext import _

MOST_LINES, MOST_BYTES, MOST_CHARACTERS = 1000, 256 * 1024, 80
_HEADS = {"name", "nom", "nombre", "email", "e-mail", "mail", "address", "courriel", "adresse", "correo", "имя", "الاسم", "姓名"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run when somebody opens the list again


@dataclass(frozen=True)
class Line:
    """One line: `number` as the file counts, `fault` a sentence or "". Of a faulty one `email` is what was typed."""

    number: int
    email: str
    name: str
    fault: str = ""


def read_people(data: bytes) -> list[Line]:
    """Every line that is not empty. Raises Invalid("people") for what is no list, too long, or empty."""
    if len(data) > MOST_BYTES:
        raise Invalid("people", _("This is too much for one list. Send it in parts of at most 1,000 lines."))
    found = [_line(number, cells) for number, cells in _rows(_decoded(data))]
    people = _without_head(found)
    if not people:
        raise Invalid("people", _("There is nobody in this list."))
    if len(people) > MOST_LINES:
        raise Invalid("people", _("This is too much for one list. Send it in parts of at most 1,000 lines."))
    return _without_repeats(people)


def _decoded(data: bytes) -> str:
    """UTF-8, UTF-16 with its mark, else what Western spreadsheets write."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _rows(text: str) -> list[tuple[int, list[str]]]:
    head = text[:4000]
    separator = max(";\t,", key=head.count)
    reader = csv.reader(io.StringIO(text.replace("\0", "")), delimiter=separator)
    try:
        return [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error:
        raise Invalid("people", _("This is no list of people. Save it as CSV, or paste one address a line.")) from None


def _line(number: int, cells: list[str]) -> Line:
    """The cell with an @ is the address, the first other one the name."""
    cells = [cell.strip() for cell in cells]
    typed = next((cell for cell in cells if "@" in cell[1:]), cells[0])
    name = next((cell for cell in cells if cell and cell != typed), "")
    if any(cell.startswith(_FORMULA) for cell in (typed, name)):
        return Line(number, clean_line(typed)[:MOST_CHARACTERS], "", _("It begins like a formula. Take the first sign away."))
    try:
        return Line(number, normal_address(typed), clean_line(name)[:MOST_CHARACTERS])
    except ValueError as error:
        return Line(number, clean_line(typed)[:MOST_CHARACTERS], "", str(error))


def _without_head(lines: list[Line]) -> list[Line]:
    """The first line may name its columns."""
    if lines and lines[0].fault and "@" not in lines[0].email:
        return lines[1:] if lines[0].email.lower() in _HEADS else lines
    return lines


def _without_repeats(lines: list[Line]) -> list[Line]:
    seen: set[str] = set()
    found = []
    for line in lines:
        twice = not line.fault and line.email in seen
        seen.add(line.email)
        found.append(Line(line.number, line.email, line.name, _("It stands in this list already.")) if twice else line)
    return found
