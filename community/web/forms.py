"""Untrusted input -> a validated value. Unknown fields are refused, every text has a limit, NUL is refused in every form."""

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar, get_origin
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request

from community.errors import Invalid
from community.text.gettext import _

MOST_FIELDS = 400
MOST_FILES = 40  # more than any page takes, so that it can say itself how many it does


class Form(BaseModel):
    """The root of all forms.

    Every form may carry the client id that makes a retry harmless, and in `kept` the mark of the draft that it was read from
    (and after a dot that of a save that was on its way).
    """

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    client_id: UUID | None = None
    kept: Annotated[str, StringConstraints(pattern=r"^[0-9a-z.]{0,33}$")] | None = None


F = TypeVar("F", bound=BaseModel)


async def form_of(request: Request, model: type[F]) -> F:
    """The form of a request as `model`, or Invalid with a sentence per wrong field."""
    return checked(await raw_form(request), model)


async def raw_form(request: Request) -> FormData:
    """The fields as they were sent, for showing them again beside what is wrong with them."""
    if request.headers.get("content-type", "").split(";")[0] not in {
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "",
    }:
        raise HTTPException(415)
    form = await _parsed(request)
    for name, value in form.multi_items():
        if "\0" in name or (isinstance(value, str) and "\0" in value):
            raise Invalid(name.replace("\0", ""), _("There is a character in this text that cannot be stored. Type it anew."))
    return form


async def _parsed(request: Request) -> FormData:
    try:
        return await request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS)
    except HTTPException as error:
        if error.status_code != 400:
            raise
        why = _("This form holds too many files or too much text, or it came incomplete. Go back, and send less at a time.")
        raise Invalid("", why) from None


def checked(form: FormData | Mapping[str, Any], model: type[F]) -> F:
    """Validate fields that have been read already. Lists are fields sent several times; an empty field counts as not sent."""
    try:
        return model.model_validate(_values(form, model))
    except ValidationError as error:
        raise Invalid.many({str(fault["loc"][0]) if fault["loc"] else "": _sentence(fault) for fault in error.errors()}) from None


def typed(form: FormData | Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, by name, to fill a form that is shown again: single texts, or lists where a name came twice."""
    if not isinstance(form, FormData):
        return dict(form)
    names = dict.fromkeys(name for name, value in form.multi_items() if isinstance(value, str))
    return {name: values if len(values := form.getlist(name)) > 1 else values[0] for name in names}


def typed_anew(form: FormData | Mapping[str, Any]) -> dict[str, Any]:
    """The same without the version that was read, for a page that says what has changed meanwhile: whoever sends it again knows."""
    return {name: value for name, value in typed(form).items() if name != "version"}


def _values(form: FormData | Mapping[str, Any], model: type[BaseModel]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name in dict.fromkeys(form.keys()):
        sent = form.getlist(name) if isinstance(form, FormData) else form[name]
        if _is_list(model, name):
            values[name] = [item for item in (sent if isinstance(sent, list) else [sent]) if item != ""]
        else:
            value = sent[-1] if isinstance(sent, list) and sent else sent
            if value != "" or name not in model.model_fields:
                values[name] = value
    return values


def _is_list(model: type[BaseModel], name: str) -> bool:
    field = model.model_fields.get(name)
    return field is not None and get_origin(field.annotation) in {list, tuple, set, frozenset}


def _sentence(fault: Any) -> str:
    kind, context = fault["type"], fault.get("ctx", {})
    if kind == "value_error":
        return str(fault["msg"]).removeprefix("Value error, ")
    sentences = {
        "missing": _("Please fill this in."),
        "string_too_short": _("Please fill this in."),
        "extra_forbidden": _("This form has no such field. Load the page again."),
        "string_too_long": _("This is too long: %(most)s characters at most.") % {"most": context.get("max_length", "")},
        "too_long": _("Choose %(most)s at most.") % {"most": context.get("max_length", "")},
        "int_parsing": _("Write a whole number, such as 12."),
        "date_from_datetime_parsing": _("Write a date as year-month-day, such as 2026-03-09."),
        "date_parsing": _("Write a date as year-month-day, such as 2026-03-09."),
        "greater_than_equal": _("This must be %(least)s or more.") % {"least": context.get("ge", "")},
        "less_than_equal": _("This must be %(most)s or less.") % {"most": context.get("le", "")},
    }
    return sentences.get(kind, _("This cannot be used. Choose one of the values offered."))
