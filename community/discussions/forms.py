"""Forms of the discussions."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, StringConstraints, field_validator

from community.errors import Invalid
from community.text.cleaning import clean_line
from community.text.gettext import _
from community.text.markdown import LIMITS
from community.web.fields import LanguageTag, Line, Text
from community.web.forms import Form

MOST_TAGS = 5
Place = Annotated[str, StringConstraints(max_length=40), AfterValidator(clean_line)]
Kind = Literal["discussion", "question", "announcement"]


class ReplyForm(Form):
    """`preview` keeps the text as a draft and shows it as it will be."""

    body: Annotated[str, Text(LIMITS["post"])]
    lang: LanguageTag | None = None
    preview: Literal["1"] | None = None


class TagsForm(Form):
    tags: Annotated[str, Line(200, least=0)] = ""

    @field_validator("tags")
    @classmethod
    def few_and_short(cls, text: str) -> str:
        tags = tag_list(text)
        if len(tags) > MOST_TAGS or any(len(tag) > 40 for tag in tags):
            raise ValueError(_("Five tags at most, of 40 letters each, with commas between them."))
        return ", ".join(tags)

    @property
    def tag_list(self) -> list[str]:
        return tag_list(self.tags)


class ThreadForm(TagsForm):
    place: Place
    kind: Kind = "discussion"
    title: Annotated[str, Line(200)]
    body: Annotated[str, Text(LIMITS["post"])]
    lang: LanguageTag = "en"
    preview: Literal["1"] | None = None


class ThreadFactsForm(TagsForm):
    kind: Kind = "discussion"
    title: Annotated[str, Line(200)]
    lang: LanguageTag = "en"


class EditForm(Form):
    """`version` is the one that the editor has read."""

    body: Annotated[str, Text(LIMITS["post"])]
    version: int
    preview: Literal["1"] | None = None


class ReactionForm(Form):
    """`r` is "31u1": the post, the reaction ("u" useful, "t" tried it, "h" thanks), and whether it is wanted."""

    r: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,15}[uth][01]$")]

    @property
    def reply_id(self) -> int:
        return int(self.r[:-2])

    @property
    def kind(self) -> str:
        return {"u": "useful", "t": "tried_it", "h": "thanks"}[self.r[-2]]

    @property
    def is_wanted(self) -> bool:
        return self.r[-1] == "1"


class AcceptForm(Form):
    accepted: Literal["1", "0"] = "1"


class FollowForm(Form):
    """`level` empty takes the choice back. `target` is for themes and spaces."""

    level: Literal["watch", "follow", "mute"] | None = None
    target: Annotated[str, StringConstraints(pattern=r"^(theme|space):[0-9]{1,15}$")] | None = None


class ReadForm(Form):
    number: int


class ManageForm(Form):
    """`verb` is what a moderator does; `place` belongs to "move"."""

    verb: Literal["close", "reopen", "pin", "unpin", "move"]
    place: Place | None = None


def sent_once(form: Form) -> UUID:
    """The client id of what creates something: sent twice, it makes one thing."""
    if form.client_id is None:
        raise Invalid("", _("Load the page again and send the form from there."))
    return form.client_id


def tag_list(text: str) -> list[str]:
    """Tags between commas, each once."""
    return list(dict.fromkeys(tag for part in text.split(",") if (tag := clean_line(part).lstrip("#"))))
