"""The settings of what one is told, and the page that a letter's link leads to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from community import clock
from community.errors import Invalid, NotFound
from community.notifications.choosing import Choice, choices_of, choose, hours_of, stop_letters
from community.notifications.forms import NoticesForm, StopForm, rhythms
from community.notifications.hours import Hours, Rhythm
from community.notifications.kinds import label_of
from community.notifications.unsubscribing import Stop, read_stop
from community.push.keys import house_key
from community.push.queries import Device, my_devices
from community.text.gettext import _
from community.web.forms import checked, form_of, raw_form, typed
from community.web.rendering import redirect, render
from community.web.routing import viewer_of


@dataclass(frozen=True)
class NoticeRow:
    """A group of kinds and the boxes that are ticked in its row."""

    code: str
    label: str
    bell: bool
    push: bool
    once: bool
    digest: bool


@dataclass(frozen=True)
class NoticesPage:
    """`next_digest` is when one would come now, None without one. `hours` are (0, "00:00") and so on.

    `devices` are those that are told; `push_key` is what a browser asks for another one with.
    """

    rows: list[NoticeRow]
    rhythm: str
    rhythms: Sequence[tuple[Rhythm, str]]
    quiet_from: str
    quiet_until: str
    hours: list[tuple[str, str]]
    zone: str
    next_digest: datetime | None
    errors: Mapping[str, str]
    devices: list[Device]
    push_key: str


@dataclass(frozen=True)
class StopPage:
    """What a letter's link stops. `stopped` once the button was pressed."""

    token: str
    label: str
    is_digest: bool
    stopped: bool


async def show_notices(request: Request) -> Response:
    return await _page(request, await choices_of(viewer_of(request)), await hours_of(viewer_of(request)))


async def save_notices(request: Request) -> Response:
    sent = await raw_form(request)
    try:
        form = checked(sent, NoticesForm)
        await choose(viewer_of(request), form.choices(), form.rhythm, form.quiet())
    except Invalid as error:
        viewer = viewer_of(request)
        return await _page(request, await choices_of(viewer), await hours_of(viewer), typed(sent), error.errors)
    return redirect("/account/notices", _("Saved."))


async def _page(
    request: Request, choices: list[Choice], hours: Hours, sent: Mapping[str, object] | None = None, errors: Mapping[str, str] = {}
) -> Response:
    begin, end = hours.quiet or ("", "")
    kept = {"rhythm": hours.rhythm, "quiet_from": begin, "quiet_until": end}
    shown = {name: str((sent or kept).get(name, "")) for name in kept}
    page = NoticesPage(
        rows=[_row(one, sent) for one in choices], rhythms=rhythms(), hours=[(str(hour), f"{hour:02}:00") for hour in range(24)],
        zone=hours.zone.key.replace("_", " "), next_digest=None if hours.rhythm == "off" else hours.next_digest(clock.now()),
        errors=errors, devices=await my_devices(viewer_of(request)), push_key=house_key().public, **shown,
    )  # fmt: skip
    return await render(request, "notifications/notices.html", page, title=_("What you are told"), status=422 if errors else 200)


def _row(choice: Choice, sent: Mapping[str, object] | None) -> NoticeRow:
    """As it is kept, or as it was ticked in a form that comes back."""
    if sent is None:
        ticked = {"bell": choice.bell, "push": bool(choice.push), "once": choice.mail == "once", "digest": choice.mail == "digest"}
    else:
        ticked = {name: choice.code in _several(sent.get(name)) for name in ("bell", "push", "once", "digest")}
    return NoticeRow(choice.code, label_of(choice.code), **ticked)


def _several(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


async def show_stop(request: Request) -> Response:
    """Shows a button and changes nothing: scanners of mail open every link."""
    return await _stop_page(request, _stop_of(request), stopped=False)


async def stop(request: Request) -> Response:
    """Stops those letters, whoever asks, and answers with a page: a redirect would lead mail programs astray (RFC 8058 3.1)."""
    await form_of(request, StopForm)
    stopped = _stop_of(request)
    await stop_letters(stopped)
    return await _stop_page(request, stopped, stopped=True)


def _stop_of(request: Request) -> Stop:
    stop = read_stop(request.path_params["token"])
    if stop is None:
        raise NotFound
    return stop


async def _stop_page(request: Request, stop: Stop, *, stopped: bool) -> Response:
    page = StopPage(request.path_params["token"], label_of(stop.code), stop.code == "digest", stopped)
    return await render(request, "notifications/stop.html", page, title=_("No more of these letters"))
