"""What is kept by a button, without a line of script, and what waits for a moderator."""

from markupsafe import Markup
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from community.discussions.approving import withdraw
from community.drafts.actions import KeptElsewhere, keep_draft
from community.drafts.views import typed_into
from community.errors import Invalid
from community.text.gettext import _
from community.web.forms import Form, form_of
from community.web.rendering import redirect
from community.web.routing import viewer_of


class StandsElsewhere(Invalid):
    """Another device has kept something else here. `kept` is its mark: with it, the same button replaces it."""

    def __init__(self, why: str, kept: str) -> None:
        super().__init__("", why)
        self.kept = kept


async def keep_by_button(request: Request, place: str, form: FormData, html: Markup) -> None:
    """Keep a form with its preview as the member's draft. Raises StandsElsewhere, so that nothing is replaced unseen."""
    viewer, kept = viewer_of(request), str(form.get("kept", ""))[:33]
    try:
        await keep_draft(viewer, typed_into(request, place, form, html), kept)
    except KeptElsewhere as other:
        if other.draft:
            raise StandsElsewhere(other.text, other.draft.mark) from None
        await keep_draft(viewer, typed_into(request, place, form, html), "")


async def take_back(request: Request) -> Response:
    await form_of(request, Form)
    await withdraw(viewer_of(request), request.path_params["id"])
    return redirect("/drafts", _("Taken back. You find the text among your drafts."))
