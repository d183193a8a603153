"""What the forms of conversations hold."""

import re
from typing import Annotated

from community.conversations.models import MOST_PEOPLE
from community.errors import Invalid
from community.storage import rows
from community.text.gettext import _
from community.text.markdown import LIMITS
from community.web.fields import Line, Text
from community.web.forms import Form

_BETWEEN = re.compile(r"[\s,;،、]+")


class BeginForm(Form):
    """`people` are handles, with or without @."""

    people: Annotated[str, Line(400)]
    name: Annotated[str, Line(120, least=0)] = ""
    text: Annotated[str, Text(LIMITS["chat"])]


class AddForm(Form):
    people: Annotated[str, Line(400)]


class NameForm(Form):
    name: Annotated[str, Line(120, least=0)] = ""


async def members_called(handles: str) -> list[int]:
    """The members with these handles, in the order they were named. Raises Invalid("people")."""
    wanted = list(dict.fromkeys(part.removeprefix("@").lower() for part in _BETWEEN.split(handles) if part.strip("@")))
    if len(wanted) > MOST_PEOPLE:
        raise Invalid(
            "people", _("A conversation holds %(most)d people at most. A space has room for more.") % {"most": MOST_PEOPLE}
        )
    sql = "SELECT id, handle FROM members WHERE handle IN :handles AND suspended_at IS NULL AND admitted_at IS NOT NULL"
    found = {one["handle"]: one["id"] for one in await rows(sql, handles=wanted)}
    if missing := next((one for one in wanted if one not in found), None):
        raise Invalid("people", _("There is no member with the handle @%(handle)s.") % {"handle": missing})
    if not wanted:
        raise Invalid("people", _("Name at least one member by the handle."))
    return [found[one] for one in wanted]
