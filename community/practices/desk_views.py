"""Where stewards decide on what was handed in."""

from starlette.requests import Request
from starlette.responses import Response

from community.drafts.actions import forget_draft
from community.errors import Invalid
from community.practices.deciding import decide
from community.practices.desk import DeskPage, submission_page, waiting_submissions
from community.practices.forms import DecisionForm
from community.text.gettext import _
from community.web.forms import checked, raw_form, typed
from community.web.rendering import redirect, render
from community.web.routing import viewer_of

NAV = "practices"


async def show_desk(request: Request) -> Response:
    page = DeskPage(await waiting_submissions(viewer_of(request)))
    return await render(request, "practices/desk.html", page, title=_("Practices handed in"), nav=NAV)


async def show_submission(request: Request) -> Response:
    page = await submission_page(viewer_of(request), request.path_params["id"])
    return await render(request, "practices/submission.html", page, title=page.read.title, nav=NAV)


async def decide_on(request: Request) -> Response:
    viewer, form, submission_id = viewer_of(request), await raw_form(request), request.path_params["id"]
    try:
        sent = checked(form, DecisionForm)
        decision = await decide(viewer, submission_id, sent.do, sent.reasons)
        await forget_draft(viewer, sent.kept)
    except Invalid as error:
        page = await submission_page(viewer, submission_id, typed(form), error.errors)
        return await render(request, "practices/submission.html", page, status=422, title=page.read.title, nav=NAV)
    said = {
        "publish": _("Published. Everybody can read it now."),
        "return": _("Sent back with your reasons."),
        "reject": _("Not accepted. Your reasons went to the authors."),
    }
    return redirect("/practices/submitted", said[decision.verdict])
