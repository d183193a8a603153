"""What the processes write down: for people, or as one line of JSON each. Never what somebody wrote, nor who or where they are.

An exception is told by its class and by the lines of code it came through: a database's or a mail server's text may quote a member.
Of what other people's libraries say only the fixed words are kept, without the values in them.
"""

import json
import logging
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime

request_id: ContextVar[str] = ContextVar("request_id", default="")

OURS = ("community", "realtime", "search", "guildhall")
QUIET = ("uvicorn.error", "tortoise", "httpx", "mail.log")
FIELDS = ("method", "route", "status", "ms", "queries", "error")
REQUESTS = "guildhall.requests"


def set_up(form: str) -> None:
    """`form` is "plain" or "json"; only the latter has a line for each request."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if form == "json" else PlainLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger(REQUESTS).setLevel(logging.INFO if form == "json" else logging.WARNING)


class JsonLines(logging.Formatter):
    """{"at", "level", "logger", "message"} and what is known of the request and the error."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(), "logger": record.name, "message": words_of(record),
        }  # fmt: skip
        if number := request_id.get():
            line["request"] = number
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info and record.exc_info[1]:
            line |= {"error": type(record.exc_info[1]).__name__, "through": frames_of(record.exc_info[1])}
        return json.dumps(line, ensure_ascii=False)


class PlainLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(" ", "milliseconds")
        lines = [f"{moment} {record.levelname} {record.name}: {words_of(record)}"]
        if record.exc_info and record.exc_info[1]:
            lines += [type(record.exc_info[1]).__name__, *(f"  {frame}" for frame in frames_of(record.exc_info[1]))]
        return "\n".join(lines)


def words_of(record: logging.LogRecord) -> str:
    """Our own messages name no person; others' are cut to their fixed words (asyncio's second line shows values)."""
    if record.name.partition(".")[0] in OURS:
        return record.getMessage()
    return str(record.msg).strip().partition("\n")[0]


def frames_of(error: BaseException) -> list[str]:
    """For each call "file:line function", the innermost last, and those of what it came from."""
    own = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return [*frames_of(cause), f"then {type(error).__name__}", *own] if cause else own
