"""From a frozen dataclass to a page. Templates get `page` and `shell`, and ask nothing of the database."""

from collections.abc import Callable, MutableMapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from community.settings import settings
from community.text.gettext import language, translator
from community.text.lists import listed
from community.text.plain import excerpt, plain
from community.text.vocabularies import direction
from community.web.compiled_translation import ConstantTexts, sentences
from community.web.conditional import VARY, not_modified
from community.web.flash import Kind, forget_flash, set_flash
from community.web.formats import content_attrs, file_size, marked, minutes_and_seconds, number, period, tongue, when
from community.web.low_data import without_pictures
from community.web.maps import placed
from community.web.shell import Shell, interface_languages, shell_of
from community.web.static_files import asset
from community.web.wrong_fields import with_names

COMMUNITY = Path(__file__).parents[1]


async def render(
    request: Request,
    template: str,
    page: object,
    *,
    status: int = 200,
    title: str = "",
    nav: str = "",
    etag: str | None = None,
) -> Response:
    """Answer with a page inside the shell. `etag` names what the page is made of; the same again is answered by 304."""
    shell = await shell_of(request, title=title, nav=nav)
    tag = f'W/"{etag}-{language()}-{shell.fingerprint()}"' if etag else None
    if tag and status == 200 and (unchanged := not_modified(request, tag)):
        return unchanged
    headers = VARY | ({"etag": tag} if tag else {})
    html = _html(template, page, shell)
    response = Response(with_names(html.decode()) if status >= 400 else html, status, media_type="text/html", headers=headers)
    if shell.flash:
        forget_flash(response)
    return response


async def render_fragment(request: Request, template: str, page: object, *, status: int = 200) -> Response:
    """Answer with a piece of a page, for a module that puts it in place."""
    shell = await shell_of(request)
    return Response(_html(template, page, shell), status, media_type="text/html", headers=VARY)


async def answer(
    request: Request, *, to: str, fragment: tuple[str, object] | None = None, flash: str = "", kind: Kind = "ok"
) -> Response:
    """After a form: a redirect (303) with a banner, or the fragment when a module of ours asked for one."""
    if fragment and wants_fragment(request):
        return await render_fragment(request, *fragment)
    return redirect(to, flash, kind)


def redirect(to: str, flash: str = "", kind: Kind = "ok") -> Response:
    response = RedirectResponse(to, 303)
    if flash:
        set_flash(response, kind, flash)
    return response


def wants_fragment(request: Request) -> bool:
    return request.headers.get("x-fragment") == "1"


def macro(template: str, name: str, *arguments: Any) -> Markup:
    """The markup one macro of a template makes, in the current language: for frames that carry ready HTML."""
    return _macro(language(), template, name)(*arguments)


@lru_cache(maxsize=1024, typed=True)  # typed, since markup equals the text that it is written with
def kept(macro: Callable[..., Markup], *arguments: Any) -> Markup:
    """What a macro makes of these arguments, made once: for what many pages have alike, such as the frame.

    It depends on nothing else: no moment as it is told now, no id that is new each time. Texts are short, since they are kept too.
    """
    return macro(*arguments)


def _macro(tag: str, template: str, name: str) -> Callable[..., Markup]:
    found: Callable[..., Markup] = getattr(_environment(tag).get_template(template).module, name)
    return found


def _html(template: str, page: object, shell: Shell) -> bytes:
    """Encoded piece by piece: one sign that is not of ASCII would make the whole text wide, and three times as slow to encode."""
    pieces = _environment(language()).get_template(template).generate(page=page, shell=shell)
    return without_pictures("".join(pieces)).encode() if shell.low_data else b"".join([piece.encode() for piece in pieces])


class _Environment(Environment):
    """No template has names of its own, so all share one plain dictionary: the layered one that Jinja makes for each is slow to
    compare, and is compared at every import.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


@lru_cache(maxsize=16)
def _environment(tag: str) -> Environment:
    environment = _Environment(
        loader=ChoiceLoader([FileSystemLoader(COMMUNITY / "templates"), PrefixLoader(_slices())]),
        autoescape=select_autoescape(default=True), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do", ConstantTexts], auto_reload=False,
    )  # fmt: skip
    environment.newstyle_gettext = True  # type: ignore[attr-defined]
    environment.constant_texts = translator(tag).gettext  # type: ignore[attr-defined]
    environment.filters |= {
        "asset": asset, "content_attrs": content_attrs, "excerpt": excerpt, "file_size": file_size, "kept": kept, "listed": listed,
        "marked": marked, "minutes": minutes_and_seconds, "number": number, "period": period, "placed": placed, "plain": plain,
        "tongue": tongue,
        "when": when,
    }  # fmt: skip
    environment.globals |= sentences(translator(tag)) | {
        "direction": direction,
        "interface_languages": interface_languages,
        "new_id": _new_id,
        "origin": _origin,
    }
    return environment


def _slices() -> dict[str, FileSystemLoader]:
    """A slice's own pages: "discussions/thread.html" is community/discussions/templates/thread.html."""
    return {folder.parent.name: FileSystemLoader(folder) for folder in COMMUNITY.glob("*/templates")}


def _origin() -> str:
    """The site's public address, before a path where other sites and machines are told of a page."""
    return settings().public_origin


def _new_id() -> str:
    """A client id for a form: the same form sent twice makes one thing."""
    return str(uuid4())
