"""Applications: one line by somebody without an invitation. A steward says yes, no with a reason, or asks back."""

from datetime import timedelta

from tortoise.queryset import QuerySet

from community import clock
from community.accounts import mailed_tokens
from community.accounts.facts import ApplicationChanged, MemberJoined
from community.accounts.models import Application, Member
from community.accounts.policies import can_admit
from community.audience import Viewer
from community.errors import Conflict, Invalid, NotFound, ensure
from community.mail import send_mail
from community.mail.letters import Secret
from community.storage import announce, unit_of_work
from community.text.gettext import _

# How long a question keeps an application off the list; then it comes back unanswered. The mailed link lives as long.
ANSWER_WITHIN = timedelta(days=14)
# Who was told no can apply again after that.
APPLY_AGAIN_AFTER = timedelta(days=30)


async def decide_application(actor: Viewer, member_id: int, *, accept: bool, because: str = "") -> None:
    """Let an applicant in, or not, with a reason that they read.

    The same answer again changes nothing. Raises NotFound, Refused, Invalid("because"), and Conflict for whoever decides
    otherwise after that.
    """
    if not accept and not because.strip():
        raise Invalid("because", _("Say in a sentence why not. They read it in a mail."))
    async with unit_of_work():
        application = await _locked(actor, member_id)
        if application.decided_at:
            _ensure_same(application, accept=accept)
            return
        at = clock.now()
        await _of(application).update(decided_at=at, decided_by_id=actor.member, accepted=accept, because=because[:500])
        await mailed_tokens.withdraw(member_id, "answer")
        if accept:
            await Member.filter(id=member_id).update(admitted_at=at)
            await send_mail(member_id, f"admitted:{application.id}", "accounts/admitted")
            await announce(MemberJoined(member_id))
        else:
            await send_mail(member_id, f"declined:{application.id}", "accounts/declined", because=because[:500])
        await announce(ApplicationChanged(application.id))


def _ensure_same(application: Application, *, accept: bool) -> None:
    if application.accepted != accept:
        raise Conflict(_("Another steward has decided on this meanwhile."))


async def ask_applicant(actor: Viewer, member_id: int, question: str) -> None:
    """Mail the applicant a question, with a link to answer by. Raises NotFound, Refused, Conflict, Invalid("because")."""
    if not question.strip():
        raise Invalid("because", _("Write your question. They read it in a mail."))
    async with unit_of_work():
        application = await _locked(actor, member_id)
        if application.decided_at:
            raise Conflict(_("Another steward has decided on this meanwhile."))
        if application.asked_at and application.question == question[:500]:
            return
        await _of(application).update(question=question[:500], asked_at=clock.now(), asked_by_id=actor.member, answer="")
        token = await mailed_tokens.issue(member_id, "answer", ANSWER_WITHIN)
        secret = Secret(mailed_tokens.blank_of(token))
        await send_mail(member_id, f"asked:{token.id}", "accounts/asked", question=question[:500], token=secret)
        await announce(ApplicationChanged(application.id))


async def open_question(token: str) -> str | None:
    """What the applicant with this link is asked; None for a link that is spent or old. Spends nothing."""
    found = await mailed_tokens.living(token, "answer")
    application = await Application.get_or_none(member_id=found.member_id, decided_at=None) if found else None
    return application.question if application else None


async def answer_question(token: str, answer: str) -> None:
    """The applicant's answer, once; the application goes back to the stewards. Raises NotFound."""
    async with unit_of_work():
        spent = await mailed_tokens.spend(token, "answer")
        application = await Application.filter(member_id=spent.member_id).select_for_update().first() if spent else None
        if application is None or application.decided_at:
            raise NotFound
        await _of(application).update(answer=answer[:500], asked_at=None)
        await announce(ApplicationChanged(application.id))


async def _locked(actor: Viewer, member_id: int) -> Application:
    application = await Application.filter(member_id=member_id).select_for_update().first()
    if application is None:
        raise NotFound
    ensure(can_admit(actor))
    return application


def _of(application: Application) -> QuerySet[Application]:
    return Application.filter(id=application.id)
