"""The forms of devices, and the worker that shows what comes to them."""

from starlette.requests import Request
from starlette.responses import Response

from community.push.actions import remove_device, subscribe
from community.push.forms import PushForm, RemoveForm
from community.text.gettext import _
from community.web.conditional import not_modified
from community.web.forms import form_of
from community.web.rendering import redirect, wants_fragment
from community.web.routing import viewer_of
from community.web.static_files import asset, content_of

WORKER = "js/push_worker.js"


async def send_worker(request: Request) -> Response:
    """Under one address for good, at the root: a browser asks here by itself whether it has changed."""
    tag = f'"{asset(WORKER).split(".")[-2]}"'
    if unchanged := not_modified(request, tag):
        return unchanged
    return Response(content_of(WORKER), media_type="text/javascript", headers={"etag": tag})


async def add_device(request: Request) -> Response:
    sent = await form_of(request, PushForm)
    await subscribe(viewer_of(request), sent.subscription())
    return (
        Response(status_code=204) if wants_fragment(request) else redirect("/account/notices#push", _("This device is told now."))
    )


async def drop_device(request: Request) -> Response:
    await form_of(request, RemoveForm)
    await remove_device(viewer_of(request), request.path_params["id"])
    return redirect("/account/notices#push", _("That device is told no more."))
