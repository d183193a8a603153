"""What a member can be told of, in the groups that the settings name, and what holds while they have chosen nothing."""

from dataclasses import dataclass
from typing import Literal

from community.text.gettext import _

Way = Literal["no", "once", "digest"]


@dataclass(frozen=True)
class Group:
    """Kinds of notifications that are chosen together. `kinds` are the first words of their names ("inquiry" of "inquiry_agreed").

    While a member has chosen nothing: `bell` says whether it is shown on the site, `mail` whether a letter goes at once, or a line
    into the digest; and what is mailed at once goes to the devices that they asked to be told on.
    """

    code: str
    kinds: tuple[str, ...]
    bell: bool
    mail: Way

    @property
    def push(self) -> bool:
        return self.mail == "once"


GROUPS = (
    Group("mention", ("mention",), True, "once"),
    Group("quote", ("quote", "harvest"), True, "once"),
    Group("reply", ("reply",), True, "once"),
    Group("answer", ("answer",), True, "digest"),
    Group("watched", ("watched",), True, "once"),
    Group("followed", ("followed",), False, "digest"),
    Group("room", ("room",), True, "digest"),
    Group("conversation", ("conversation",), True, "once"),
    Group("inquiry", ("inquiry",), True, "once"),
    Group("exchange", ("ring", "listing"), True, "digest"),
    Group("practice", ("practice",), True, "once"),
    Group("event", ("event",), True, "once"),
    Group("door", ("space", "claim"), True, "once"),
    Group("decision", ("post", "report"), True, "once"),
)
OTHER = Group("other", (), True, "no")
_BY_WORD = {word: group for group in GROUPS for word in group.kinds}
_BY_CODE = {group.code: group for group in GROUPS}


def group_of(kind: str) -> Group:
    """What a kind of notification is chosen with; OTHER for one that no setting names, which is shown on the site alone."""
    return _BY_WORD.get(kind.partition("_")[0], OTHER)


def group_named(code: str) -> Group | None:
    return _BY_CODE.get(code)


def label_of(code: str) -> str:
    """As the settings name it."""
    return {
        "mention": _("Somebody mentions you"),
        "quote": _("Somebody quotes you, or asks to"),
        "reply": _("New posts in discussions you began"),
        "answer": _("Your post is marked as the answer"),
        "watched": _("New posts in what you watch"),
        "followed": _("New posts in what you follow"),
        "room": _("New messages in rooms you watch"),
        "conversation": _("Somebody writes to you, or asks to"),
        "inquiry": _("Inquiries to your institution and answers to its own"),
        "exchange": _("Rings of exchanges, and listings that expire"),
        "practice": _("Decisions about your practices"),
        "event": _("Changes of events you registered for"),
        "door": _("Invitations, and people who ask to come in"),
        "decision": _("Decisions of moderators that concern you"),
        "digest": _("The digest"),
    }[code]
