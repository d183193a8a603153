"""Writing to another institution, and the page on which both go on."""

from dataclasses import dataclass, replace
from typing import Any

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response

from community.audience import Viewer
from community.discussions.forms import sent_once
from community.discussions.writing_state import languages_to_write_in
from community.drafts.actions import forget_draft
from community.errors import Invalid
from community.exchange import inquiring, labels, queries, talks
from community.exchange.forms import DeclineForm, InquiryForm, MessageForm, RingForm, VerbForm
from community.exchange.listing_page import Step, listing_page, steps_of
from community.exchange.listing_views import listing_of
from community.exchange.models import Inquiry
from community.exchange.policies import side_of
from community.exchange.proposing import answer_ring
from community.exchange.talks import Message, Talk
from community.text.gettext import _
from community.web.forms import checked, form_of, raw_form, typed
from community.web.rendering import redirect, render
from community.web.routing import viewer_of


@dataclass(frozen=True)
class InquiryPage:
    """Both sides' page. `side` "host" or "guest"; `verbs` what this side may do now."""

    inquiry: Inquiry
    talk: Talk
    side: str
    verbs: tuple[str, ...]
    messages: list[Message]
    steps: tuple[Step, ...]
    is_open: bool
    reason: str
    reasons: list[tuple[str, str]]
    own_listing: Any
    languages: tuple[tuple[str, str], ...]
    errors: dict[str, str]
    typed: dict[str, Any]


async def post_inquiry(request: Request) -> Response:
    viewer, sent = viewer_of(request), await raw_form(request)
    listing = await listing_of(request, viewer)
    try:
        form = checked(sent, InquiryForm)
        inquiry = await inquiring.send_inquiry(
            viewer, listing.id, form.institution, form.text, form.language, sent_once(form), form.listing
        )
        await forget_draft(viewer, form.kept)
    except Invalid as error:
        page = replace(await listing_page(viewer, listing), typed=typed(sent), errors=dict(error.errors))
        return await render(request, "exchange/listing.html", page, title=listing.title, nav="exchange", status=422)
    return redirect(inquiry.url, _("Your inquiry is sent. You will be told when it is answered."))


async def show_inquiry(request: Request) -> Response:
    """The page; and, after the response and never on a prefetch, the host's reading position: that it was opened."""
    viewer = viewer_of(request)
    inquiry = await Inquiry.visible_to(viewer).one(id=request.path_params["id"])
    response = await _page(request, viewer, inquiry)
    prefetch = "prefetch" in request.headers.get("sec-purpose", "") + request.headers.get("purpose", "")
    if request.method == "GET" and inquiry.status == "new" and side_of(viewer, inquiry) == "host" and not prefetch:
        response.background = BackgroundTask(inquiring.mark_read, viewer, inquiry.id)
    return response


async def post_message(request: Request) -> Response:
    viewer, sent = viewer_of(request), await raw_form(request)
    inquiry = await Inquiry.visible_to(viewer).one(id=request.path_params["id"])
    try:
        form = checked(sent, MessageForm)
        message = await inquiring.write_message(viewer, inquiry.id, form.text, form.language, sent_once(form))
        await forget_draft(viewer, form.kept)
    except Invalid as error:
        return await _page(request, viewer, inquiry, dict(error.errors), typed(sent))
    return redirect(f"{inquiry.url}#m{message.id}", _("Sent."))


async def post_agree(request: Request) -> Response:
    await form_of(request, VerbForm)
    inquiry = await inquiring.agree(viewer_of(request), request.path_params["id"])
    return redirect(inquiry.url, _("You agreed. The next step is the agreement between both institutions."))


async def post_decline(request: Request) -> Response:
    viewer, sent = viewer_of(request), await raw_form(request)
    inquiry = await Inquiry.visible_to(viewer).one(id=request.path_params["id"])
    try:
        form = checked(sent, DeclineForm)
    except Invalid:
        return await _page(request, viewer, inquiry, {"reason": _("Choose the reason that weighs most.")}, typed(sent))
    await inquiring.decline(viewer, inquiry.id, form.reason)
    return redirect(inquiry.url, _("You declined. The other side is told the reason."))


async def post_withdraw(request: Request) -> Response:
    await form_of(request, VerbForm)
    inquiry = await inquiring.withdraw(viewer_of(request), request.path_params["id"])
    return redirect(inquiry.url, _("You took the inquiry back."))


async def post_ring(request: Request) -> Response:
    form = await form_of(request, RingForm)
    await answer_ring(viewer_of(request), request.path_params["id"], form.answer)
    said = _("Noted. The others see that you would take part.") if form.answer == "yes" else _("Noted. The ring has ended.")
    return redirect("/exchange/yours#rings", said)


async def _page(
    request: Request, viewer: Viewer, inquiry: Inquiry, errors: dict[str, str] | None = None, sent: dict[str, Any] | None = None
) -> Response:
    talk = await talks.talk(viewer, inquiry.id)
    written = await talks.messages(viewer, inquiry)
    page = InquiryPage(
        inquiry=inquiry, talk=talk, side=side_of(viewer, inquiry), verbs=talks.possible(viewer, inquiry), messages=written,
        steps=steps_of(inquiry.status), is_open=inquiry.standing is not None,
        reason=labels.decline_reasons().get(inquiry.reason, ""), reasons=list(labels.decline_reasons().items()),
        own_listing=await queries.titled(viewer, inquiry.own_listing_id),
        languages=languages_to_write_in(viewer, written[0].language if written else ""), errors=errors or {}, typed=sent or {},
    )  # fmt: skip
    title = _("Inquiry: %(title)s") % {"title": talk.title}
    return await render(request, "exchange/inquiry.html", page, title=title, nav="exchange", status=422 if errors else 200)
