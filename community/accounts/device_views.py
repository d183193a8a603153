"""What this device keeps: the choices that its cookies hold, and what modules list from its own store."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from community.text.gettext import _, language
from community.text.vocabularies import languages
from community.web.rendering import render


@dataclass(frozen=True)
class DevicePage:
    """`choices` are (what it is, how it stands)."""

    choices: list[tuple[str, str]]


async def show_device(request: Request) -> Response:
    theme = {"light": _("Light"), "dark": _("Dark")}.get(request.cookies.get("theme", ""), _("As my device"))
    chosen = dict(languages()).get(request.cookies.get("language", ""), "")
    page = DevicePage(
        [
            (_("Signed in"), _("Yes, until you sign out")),
            (_("Light or dark"), theme),
            (_("Language"), chosen or _("As in my account (%(language)s)") % {"language": dict(languages()).get(language(), "")}),
            (_("Low-data mode"), _("On") if request.cookies.get("low_data") == "1" else _("Off")),
        ]
    )
    return await render(request, "accounts/device.html", page, title=_("What this device keeps"))
