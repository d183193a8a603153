"""The moderators' list; decide; what a member is told."""

from starlette.requests import Request
from starlette.responses import Response

from community.accounts.applying import ask_applicant, decide_application
from community.discussions.actions import locate
from community.discussions.desk import moderating
from community.discussions.models import Thread
from community.discussions.policies import can_moderate
from community.discussions.queries import place_url
from community.drafts.actions import forget_draft
from community.errors import ensure
from community.institutions.owning import decide_domain
from community.moderation.claiming import claim, ensure_free, release, settle
from community.moderation.deciding import approve_post, decide_flag, return_post, rule_on_reply, rule_on_thread
from community.moderation.forms import ApplicantForm, ClaimForm, DomainForm, FlagForm, HeldForm, RulingForm
from community.moderation.queries import decision_page, queue_page, rule_page_of_reply, rule_page_of_thread, waiting_page
from community.text.gettext import _
from community.web.forms import form_of
from community.web.rendering import answer, redirect, render, render_fragment, wants_fragment
from community.web.routing import viewer_of

QUEUE = "/stewardship/queue"


async def show_queue(request: Request) -> Response:
    tab = "decided" if request.query_params.get("tab") == "decided" else "waiting"
    page = await queue_page(viewer_of(request), tab)
    return await render(request, "moderation/queue.html", page, title=_("Moderation queue"))


async def decide_held(request: Request) -> Response:
    viewer, sent = viewer_of(request), await form_of(request, HeldForm)
    subject = await _taken_on(request, "held")
    if sent.verb == "approve":
        await approve_post(viewer, request.path_params["id"])
        return await _decided(request, subject, _("It is posted, and its author is trusted from now on."))
    await return_post(viewer, request.path_params["id"], sent.because)
    return await _decided(request, subject, _("It went back to its author with your words."))


async def decide_on_flag(request: Request) -> Response:
    sent = await form_of(request, FlagForm)
    subject = await _taken_on(request, "flag")
    await decide_flag(viewer_of(request), request.path_params["id"], sent.verb, sent.rule or "", sent.because)
    sentence = _("Hidden, and its author is told.") if sent.verb == "hide" else _("Left as it is.")
    return await _decided(request, subject, sentence)


async def decide_on_applicant(request: Request) -> Response:
    viewer, member_id = viewer_of(request), request.path_params["id"]
    sent = await form_of(request, ApplicantForm)
    subject = await _taken_on(request, "applicant")
    if sent.verb == "ask":
        await ask_applicant(viewer, member_id, sent.because)
        return await _decided(request, subject, _("They get your question in a mail, and come back here with the answer."))
    await decide_application(viewer, member_id, accept=sent.verb == "accept", because=sent.because)
    sentence = _("They are let in and told.") if sent.verb == "accept" else _("Not let in. They get your reason in a mail.")
    return await _decided(request, subject, sentence)


async def decide_on_domain(request: Request) -> Response:
    sent = await form_of(request, DomainForm)
    subject = await _taken_on(request, "domain")
    await decide_domain(viewer_of(request), request.path_params["id"], accept=sent.verb == "accept", because=sent.because)
    held = _("Whoever confirms an address there joins at once from now on.")
    return await _decided(request, subject, held if sent.verb == "accept" else _("Declined. The coordinators read why."))


async def claim_one(request: Request) -> Response:
    sent = await form_of(request, ClaimForm)
    await claim(viewer_of(request), sent.subject)
    return await _claimed(request, sent.subject, _("You are on it for twenty minutes."))


async def release_one(request: Request) -> Response:
    sent = await form_of(request, ClaimForm)
    await release(viewer_of(request), sent.subject)
    return await _claimed(request, sent.subject, _("It is free for others again."))


async def _claimed(request: Request, subject: str, sentence: str) -> Response:
    if wants_fragment(request):
        return await render_fragment(request, "moderation/_claimed.html", await waiting_page(viewer_of(request), subject))
    return redirect(f"{QUEUE}#{subject.replace(':', '-')}", sentence)


async def _taken_on(request: Request, kind: str) -> str:
    """What is decided on, by its key. Raises Conflict while another moderator is on it."""
    subject = f"{kind}:{request.path_params['id']}"
    await ensure_free(viewer_of(request), subject)
    return subject


async def _decided(request: Request, subject: str, sentence: str) -> Response:
    await settle(subject)
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
