"""What can go wrong in the domain. Mapped to pages and to RFC 9457 problems in one place: `community.web.errors`."""

from collections.abc import Mapping
from typing import Self

from community.text.gettext import _


class DomainError(Exception):
    """The root of all errors that a person may be told about. `text` is already in the reader's language."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


class NotFound(DomainError):
    """Absent, or not for this viewer: the two are never told apart."""


class Refused(DomainError):
    """The viewer sees the thing and may not do this to it. `reason` is a stable code, `text` says what to do next."""

    def __init__(self, reason: str, text: str | None = None) -> None:
        super().__init__(text or _("You cannot do this here. If you think you should, ask a steward."))
        self.reason = reason


class Conflict(DomainError):
    """Somebody else was first, or the thing has moved on. The text says what stands now."""


class Invalid(DomainError):
    """Untrusted input that cannot be accepted. `errors` maps a field's name to the sentence beside it; "" is the form."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(why)
        self.errors: Mapping[str, str] = {field: why}

    @classmethod
    def many(cls, errors: Mapping[str, str]) -> Self:
        field, why = next(iter(errors.items()))
        error = cls(field, why)
        error.errors = dict(errors)
        return error


class TooMany(DomainError):
    """A throttle. `retry_after` is in whole seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(_("That was too often. Wait a little, then try again."))
        self.retry_after = max(1, retry_after)


class Unavailable(DomainError):
    """A part that the site can do without is down, such as search. The text says what still works."""


def ensure(allowed: bool, reason: str = "not-allowed", text: str | None = None) -> None:
    """Raise Refused unless allowed."""
    if not allowed:
        raise Refused(reason, text)
