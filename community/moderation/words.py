"""Decisions in words, for the member and for the log, and where what they are about stands."""

from community.text.gettext import _


def split_subject(subject: str) -> tuple[str, int]:
    """("reply", 31) of "reply:31"."""
    kind, _colon, number = subject.partition(":")
    return kind, int(number)


def address_of(subject: str) -> str:
    """Where a post or a message stands, or stood."""
    kind, number = split_subject(subject)
    return f"/messages/{number}" if kind == "message" else f"/replies/{number}"


def sentence_of(verb: str, place: str) -> str:
    """To the member whom it concerns."""
    sentences = {
        "approved": _("Your first post in “%(place)s” is there, and from now on yours appear at once."),
        "returned": _("A moderator sent your post for “%(place)s” back to you."),
        "hidden": _("A moderator hid your post in “%(place)s”."),
        "deleted": _("A moderator deleted your message in “%(place)s”."),
        "restored": _("Your post in “%(place)s” can be read again."),
    }
    return sentences.get(verb, _("A moderator looked at your post in “%(place)s”.")) % {"place": place}


def outcome_of(state: str) -> str:
    """To whoever reported something."""
    if state == "hidden":
        return _("What you reported was hidden. Thank you.")
    return _("A moderator looked at what you reported and left it as it is.")


def log_line(verb: str, place: str) -> str:
    lines = {
        "approved": _("First post let through in “%(place)s”."),
        "returned": _("Post sent back, for “%(place)s”."),
        "hidden": _("Post hidden in “%(place)s”."),
        "deleted": _("Message deleted in “%(place)s”."),
        "restored": _("Post restored in “%(place)s”."),
        "left": _("Report looked at and left, in “%(place)s”."),
    }
    return lines.get(verb, verb) % {"place": place or "…"}
