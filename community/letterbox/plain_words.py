"""The lines of a plain text part."""


def words_of_plain(text: str, *, flowed: bool) -> str:
    """One kind of line break; with format=flowed (RFC 3676), lines that a client broke are whole again."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(_unbroken(lines) if flowed else lines)


def _unbroken(lines: list[str]) -> list[str]:
    whole: list[str] = []
    goes_on = False
    for stuffed in lines:
        line = stuffed.removeprefix(" ")
        quoted = line.startswith(">")
        if goes_on and whole and not quoted and line != "-- ":
            whole[-1] += line
        else:
            whole.append(line)
        goes_on = line.endswith(" ") and not quoted and line != "-- "
    return whole
