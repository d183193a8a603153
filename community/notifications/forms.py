"""What comes in from the settings of notices and from the button of a letter."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from community.errors import Invalid
from community.notifications.choosing import Choice
from community.notifications.hours import Rhythm
from community.notifications.kinds import Way, group_named
from community.text.gettext import _
from community.web.forms import Form


class NothingMore(Form):
    """A form that is only a button."""


class StopForm(Form):
    """What a mail program sends for its reader (RFC 8058 3.1), or the button of our page, which sends nothing."""

    one_click: Annotated[str, StringConstraints(max_length=40)] = Field("", alias="List-Unsubscribe")


def _known(code: str) -> str:
    if group_named(code) is None:
        raise ValueError(_("Choose one of the values offered."))
    return code


Code = Annotated[str, StringConstraints(max_length=16), AfterValidator(_known)]
Codes = Annotated[list[Code], Field(max_length=40, default_factory=list)]
Hour = Annotated[int, Field(ge=0, le=23)]


class NoticesForm(Form):
    """`shown` are the rows that the page had: a box left empty there says no, and says nothing of a row that came later."""

    shown: Codes
    bell: Codes
    push: Codes
    once: Codes
    digest: Codes
    rhythm: Literal["off", "daily", "weekly"]
    quiet_from: Hour | None = None
    quiet_until: Hour | None = None

    def choices(self) -> list[Choice]:
        return [Choice(code, code in self.bell, self._way(code), code in self.push) for code in self.shown]

    def _way(self, code: str) -> Way:
        """What is mailed at once stands in no digest."""
        return "once" if code in self.once else "digest" if code in self.digest else "no"

    def quiet(self) -> tuple[int, int] | None:
        """Raises Invalid for a half, or for hours that never end."""
        if self.quiet_from is None and self.quiet_until is None:
            return None
        if self.quiet_from is None or self.quiet_until is None:
            raise Invalid("quiet_until" if self.quiet_until is None else "quiet_from", _("Choose both hours, or neither."))
        if self.quiet_from == self.quiet_until:
            raise Invalid("quiet_until", _("Choose two different hours."))
        return self.quiet_from, self.quiet_until


def rhythms() -> list[tuple[Rhythm, str]]:
    return [("weekly", _("Every Monday")), ("daily", _("Every day")), ("off", _("Never"))]
