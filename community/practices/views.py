"""The library, a practice, and what readers do with it."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response

from community.errors import Invalid, NotFound
from community.practices.actions import endorse, take_back_endorsement
from community.practices.citing import bibtex, ris, schema_org
from community.practices.deciding import archive
from community.practices.drafting import Pairs
from community.practices.filters import Filters
from community.practices.forms import AdaptForm, EndorseForm, VerbForm
from community.practices.library import library_page
from community.practices.queries import PracticePage, practice_page
from community.practices.writing import adapt, begin_edition, take_up
from community.text.gettext import _
from community.text.vocabularies import countries, country_name
from community.web.forms import checked, form_of, raw_form, typed
from community.web.paging import Cursor
from community.web.rendering import redirect, render
from community.web.routing import viewer_of

NAV = "practices"


@dataclass(frozen=True)
class ReadPage:
    """A practice with what machines are told of it."""

    practice: PracticePage
    json_ld: dict[str, Any]


@dataclass(frozen=True)
class AdaptPage:
    """Where "we did it here" begins: the original, and the country it was tried in."""

    practice: PracticePage
    countries: Pairs
    country: str
    errors: dict[str, str]
    client_id: str


async def show_library(request: Request) -> Response:
    page = await library_page(viewer_of(request), Filters.of(request.query_params), Cursor.of(request))
    return await render(request, "practices/library.html", page, title=_("Practices library"), nav=NAV, etag=_etag(page))


async def show_practice(request: Request) -> Response:
    """The current edition; a practice that has none yet leads its authors to the draft."""
    viewer, practice_id = viewer_of(request), request.path_params["id"]
    try:
        page = await practice_page(viewer, practice_id)
    except NotFound:
        if viewer.holds(f"practice:{practice_id}"):
            return redirect(f"/practices/{practice_id}/draft")
        raise
    return await _read(request, page)


async def show_edition(request: Request) -> Response:
    return await _read(request, await practice_page(viewer_of(request), request.path_params["id"], request.path_params["number"]))


async def _read(request: Request, practice: PracticePage) -> Response:
    page = ReadPage(practice, schema_org(practice))
    return await render(request, "practices/practice.html", page, title=practice.read.title, nav=NAV, etag=_etag(page))


def _etag(page: object) -> str:
    """Pages are made of values only, so what they hold says whether they have changed."""
    return sha256(repr(page).encode()).hexdigest()[:20]


async def cite(request: Request) -> Response:
    forms = {"bib": (bibtex, "application/x-bibtex"), "ris": (ris, "application/x-research-info-systems")}
    form = request.path_params["form"]
    if form not in forms:
        raise NotFound
    page = await practice_page(viewer_of(request), request.path_params["id"], request.path_params["number"])
    write, media_type = forms[form]
    name = f"practice-{page.id}-{page.number}.{form}"
    return Response(write(page), media_type=media_type, headers={"content-disposition": f'attachment; filename="{name}"'})


async def say_i_use_this(request: Request) -> Response:
    sent = await form_of(request, EndorseForm)
    await endorse(viewer_of(request), request.path_params["id"], sent.line)
    return redirect(f"/practices/{request.path_params['id']}#endorsements", _("Thank you. Your name stands with those who use it."))


async def no_longer(request: Request) -> Response:
    await form_of(request, EndorseForm)  # a button of the same form, whose line comes along
    await take_back_endorsement(viewer_of(request), request.path_params["id"])
    return redirect(f"/practices/{request.path_params['id']}", _("Taken back."))


async def show_adapt(request: Request) -> Response:
    return await _adapt_page(request, {}, {})


async def _adapt_page(request: Request, values: dict[str, Any], errors: dict[str, str]) -> Response:
    practice = await practice_page(viewer_of(request), request.path_params["id"])
    known = [(country.code, country_name(country.code)) for country in countries()]
    page = AdaptPage(practice, known, str(values.get("country", "")), errors, str(values.get("client_id", "")))
    return await render(
        request, "practices/adapt.html", page, status=422 if errors else 200, title=_("We did it here"), nav=NAV
    )  # fmt: skip


async def begin_adaptation(request: Request) -> Response:
    form = await raw_form(request)
    try:
        sent = checked(form, AdaptForm)
    except Invalid as error:
        return await _adapt_page(request, typed(form), dict(error.errors))
    original = await practice_page(viewer_of(request), request.path_params["id"])
    made = await adapt(viewer_of(request), original.edition_id, sent.country, sent.client_id or uuid4())
    return redirect(
        f"/practices/{made.id}/draft", _("Your draft begins with the original’s words. Change what is different with you.")
    )


async def answer_lead(request: Request) -> Response:
    sent = await form_of(request, VerbForm)
    made = await take_up(viewer_of(request), request.path_params["id"], sent.client_id or uuid4())
    return redirect(
        f"/practices/{made.id}/draft", _("Thank you for knowing more. Write what you know; you can stop and go on at any time.")
    )


async def next_edition(request: Request) -> Response:
    sent = await form_of(request, VerbForm)
    edition = await begin_edition(viewer_of(request), request.path_params["id"], sent.client_id or uuid4())
    return redirect(
        f"/practices/{edition.practice_id}/draft", _("The edition readers see stays as it is until this one is published.")
    )


async def put_away(request: Request) -> Response:
    await form_of(request, VerbForm)
    page = await practice_page(viewer_of(request), request.path_params["id"])
    await archive(viewer_of(request), page.edition_id)
    return redirect(f"/practices/{page.id}", _("Archived. It stays at its address and has left the library."))
