"""The moderators' list; decide; what a member is told."""

from starlette.requests import Request
from starlette.responses import Response

from community.accounts.appointing import decide_application
from community.discussions.actions import locate
from community.discussions.desk import moderating
from community.discussions.models import Thread
from community.discussions.policies import can_moderate
from community.discussions.queries import place_url
from community.drafts.actions import forget_draft
from community.errors import ensure
from community.moderation.deciding import approve_post, decide_flag, return_post, rule_on_reply, rule_on_thread
from community.moderation.forms import ApplicantForm, FlagForm, HeldForm, RulingForm
from community.moderation.queries import decision_page, queue_page, rule_page_of_reply, rule_page_of_thread
from community.text.gettext import _
from community.web.forms import form_of
from community.web.rendering import answer, render
from community.web.routing import viewer_of

QUEUE = "/stewardship/queue"


async def show_queue(request: Request) -> Response:
    tab = "decided" if request.query_params.get("tab") == "decided" else "waiting"
    page = await queue_page(viewer_of(request), tab)
    return await render(request, "moderation/queue.html", page, title=_("Moderation queue"))


async def decide_held(request: Request) -> Response:
    viewer, sent = viewer_of(request), await form_of(request, HeldForm)
    if sent.verb == "approve":
        await approve_post(viewer, request.path_params["id"])
        return await _decided(request, _("It is posted, and its author is trusted from now on."))
    await return_post(viewer, request.path_params["id"], sent.because)
    return await _decided(request, _("It went back to its author with your words."))


async def decide_on_flag(request: Request) -> Response:
    sent = await form_of(request, FlagForm)
    await decide_flag(viewer_of(request), request.path_params["id"], sent.verb, sent.rule or "", sent.because)
    return await _decided(request, _("Hidden, and its author is told.") if sent.verb == "hide" else _("Left as it is."))


async def decide_on_applicant(request: Request) -> Response:
    sent = await form_of(request, ApplicantForm)
    await decide_application(viewer_of(request), request.path_params["id"], accept=sent.verb == "accept")
    return await _decided(request, _("They are let in and told.") if sent.verb == "accept" else _("Not let in."))


async def _decided(request: Request, sentence: str) -> Response:
    return await answer(request, to=QUEUE, flash=sentence, fragment=("moderation/_done.html", sentence))


async def show_reply(request: Request) -> Response:
    viewer = viewer_of(request)
    thread, reply = await locate(await moderating(viewer), request.path_params["id"])
    ensure(can_moderate(viewer, thread))
    page = await rule_page_of_reply(viewer, thread, reply)
    return await render(request, "moderation/rule.html", page, title=_("Moderate a post"), nav="discussions")


async def rule_reply(request: Request) -> Response:
    sent = await form_of(request, RulingForm)
    reply = await rule_on_reply(viewer_of(request), request.path_params["id"], sent.verb, sent.rule or "", sent.because)
    await forget_draft(viewer_of(request), sent.kept)
    to = place_url(reply.thread_id, reply.number)
    return await answer(request, to=to, flash=_told(sent.verb), fragment=("moderation/_done.html", _told(sent.verb)))


async def show_thread(request: Request) -> Response:
    viewer = viewer_of(request)
    thread = await Thread.visible_to(await moderating(viewer)).one(id=request.path_params["id"])
    ensure(can_moderate(viewer, thread))
    page = await rule_page_of_thread(thread)
    return await render(request, "moderation/rule.html", page, title=_("Moderate a discussion"), nav="discussions")


async def rule_thread(request: Request) -> Response:
    sent = await form_of(request, RulingForm)
    thread = await rule_on_thread(viewer_of(request), request.path_params["id"], sent.verb, sent.rule or "", sent.because)
    await forget_draft(viewer_of(request), sent.kept)
    to = f"/threads/{thread.id}" if sent.verb == "restore" else f"/moderation/threads/{thread.id}"
    return await answer(request, to=to, flash=_told(sent.verb), fragment=("moderation/_done.html", _told(sent.verb)))


def _told(verb: str) -> str:
    return _("It can be read again, and its author is told.") if verb == "restore" else _("Hidden, and its author is told.")


async def show_decision(request: Request) -> Response:
    page = await decision_page(viewer_of(request), request.path_params["id"])
    return await render(request, "moderation/decision.html", page, title=_("A moderator’s decision"))
