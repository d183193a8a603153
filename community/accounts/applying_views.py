"""A question of a steward about an application, answered by a mailed link."""

from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

from community.accounts import applying
from community.accounts.forms import AnswerForm, FilledForm
from community.errors import Invalid, NotFound
from community.text.gettext import _
from community.web.forms import checked, raw_form, typed
from community.web.rendering import redirect, render


@dataclass(frozen=True)
class QuestionPage:
    """`question` is None where the link leads to none any more."""

    token: str
    question: str | None
    form: FilledForm = field(default_factory=FilledForm)


async def show_question(request: Request) -> Response:
    """Spends nothing: mail scanners open every link."""
    token = request.query_params.get("token", "")[:200]
    return await _page(request, QuestionPage(token, await applying.open_question(token)))


async def answer(request: Request) -> Response:
    sent = await raw_form(request)
    token = str(sent.get("token", ""))[:200]
    try:
        form = checked(sent, AnswerForm)
        await applying.answer_question(form.token, form.answer)
    except Invalid as error:
        question = await applying.open_question(token)
        return await _page(request, QuestionPage(token, question, FilledForm.again(typed(sent), error.errors)), 422)
    except NotFound:
        return await _page(request, QuestionPage("", None), 422)
    return redirect("/", _("Thank you. A steward reads your answer, and you get a mail."))


async def _page(request: Request, page: QuestionPage, status: int = 200) -> Response:
    response = await render(request, "accounts/application.html", page, title=_("Your application"), status=status)
    response.headers["referrer-policy"] = (
        "strict-origin"  # the address of this page speaks for somebody; that one came from here ends the draft
    )
    response.headers["cache-control"] = "no-store"
    return response
