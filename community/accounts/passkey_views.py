"""Passkeys: the questions a module of ours hands to the device, and the forms that bring back the answer."""

from starlette.requests import Request
from starlette.responses import Response

from community.accounts import passkeys
from community.accounts.account_views import account_page
from community.accounts.cookies import begun_in, carry, carry_begun, drop_begun
from community.accounts.devices import device_of
from community.accounts.forms import FilledForm, NewPasskeyForm, NoFields, PasskeyForm
from community.accounts.local_paths import local_path
from community.accounts.passkeys import Question
from community.accounts.views import door_of, sign_in_page
from community.accounts.ways_views import HERE, leads_back
from community.errors import Invalid, Refused
from community.text.gettext import _
from community.web.forms import checked, form_of, raw_form, typed
from community.web.rendering import redirect
from community.web.routing import viewer_of


async def begin_signing_in(request: Request) -> Response:
    await form_of(request, NoFields)
    return _asked(await passkeys.begin_signing_in())


async def sign_in(request: Request) -> Response:
    sent = await raw_form(request)
    to = local_path(str(sent.get("next", "")))
    try:
        form = checked(sent, PasskeyForm)
        opened = await passkeys.sign_in(door_of(request, keep=form.keep), begun_in(request, "passkey"), form.credential)
    except Invalid as error:
        return await sign_in_page(request, FilledForm(errors={"": error.text}), to, 422)
    except Refused as error:
        return drop_begun(await sign_in_page(request, FilledForm(errors={"": error.text}), to, 422), "passkey")
    return drop_begun(carry(redirect(to), opened), "passkey")


@leads_back
async def begin_adding(request: Request) -> Response:
    await form_of(request, NoFields)
    return _asked(await passkeys.begin_adding(viewer_of(request)))


@leads_back
async def add(request: Request) -> Response:
    sent, agent = await raw_form(request), request.headers.get("user-agent", "")
    try:
        form = checked(typed(sent) | {"name": str(sent.get("name", "")).strip() or device_of(agent)}, NewPasskeyForm)
        opened = await passkeys.add(viewer_of(request), begun_in(request, "new-passkey"), form.name, form.credential, agent)
    except Invalid as error:
        return await account_page(request, key=FilledForm.again(typed(sent), error.errors), status=422)
    return drop_begun(carry(redirect(HERE, _("The passkey is added. All other devices are signed out.")), opened), "new-passkey")


@leads_back
async def remove(request: Request) -> Response:
    await form_of(request, NoFields)
    opened = await passkeys.remove(viewer_of(request), request.path_params["id"], request.headers.get("user-agent", ""))
    return carry(redirect(HERE, _("The passkey is removed. All other devices are signed out.")), opened)


def _asked(question: Question) -> Response:
    response = Response(question.options, media_type="application/json", headers={"cache-control": "no-store"})
    return carry_begun(response, question.begun)
