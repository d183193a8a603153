"""What happened, and why this member is told of it: the same words on the site and in letters."""

from community.text.gettext import _, ngettext


def happened(kind: str, name: str, others: int = 0) -> str:
    """A sentence; "" for a kind whose subject says it all. `others` are people who did the same."""
    said = (_by_several(kind, others) if others else "") or _by_people(kind)
    return said % {"name": name or _("Somebody"), "num": others} if said else _by_the_house(kind)


def _by_several(kind: str, n: int) -> str:
    """Whole sentences, since verbs follow the number of people in most languages."""
    return {
        "mention": ngettext("%(name)s and %(num)s other mentioned you", "%(name)s and %(num)s others mentioned you", n),
        "quote": ngettext("%(name)s and %(num)s other quoted you", "%(name)s and %(num)s others quoted you", n),
        "quote_room": ngettext(
            "%(name)s and %(num)s other answered you in a room", "%(name)s and %(num)s others answered you in a room", n
        ),
        "reply": ngettext(
            "%(name)s and %(num)s other wrote in your discussion", "%(name)s and %(num)s others wrote in your discussion", n
        ),
        "watched": ngettext(
            "%(name)s and %(num)s other wrote in a discussion you watch",
            "%(name)s and %(num)s others wrote in a discussion you watch",
            n,
        ),
        "followed": ngettext(
            "%(name)s and %(num)s other wrote in a discussion you follow",
            "%(name)s and %(num)s others wrote in a discussion you follow",
            n,
        ),
        "room_watched": ngettext(
            "%(name)s and %(num)s other wrote in a room you watch", "%(name)s and %(num)s others wrote in a room you watch", n
        ),
    }.get(kind, "")


def _by_people(kind: str) -> str:
    return {
        "mention": _("%(name)s mentioned you"),
        "quote": _("%(name)s quoted you"),
        "quote_room": _("%(name)s answered you in a room"),
        "reply": _("%(name)s wrote in your discussion"),
        "watched": _("%(name)s wrote in a discussion you watch"),
        "followed": _("%(name)s wrote in a discussion you follow"),
        "room_watched": _("%(name)s wrote in a room you watch"),
        "answer": _("%(name)s marked your post as the answer"),
        "harvest": _("%(name)s asks to quote what you said in a room"),
        "conversation_request": _("%(name)s would like to write to you"),
        "conversation_invited": _("%(name)s asks you into a conversation"),
        "conversation_accepted": _("%(name)s accepted: you can write to each other"),
        "conversation_joined": _("%(name)s came into the conversation"),
        "conversation_message": _("%(name)s wrote to you"),
        "space_invited": _("%(name)s invites you to a space"),
        "space_asked": _("%(name)s asks to join your space"),
        "claim": _("%(name)s says that they belong to your institution"),
    }.get(kind, "")


def _by_the_house(kind: str) -> str:
    return {
        "inquiry": _("An institution asks about your listing"),
        "inquiry_answer": _("There is an answer to an inquiry"),
        "inquiry_agreed": _("Your inquiry was accepted"),
        "inquiry_declined": _("Your inquiry was declined"),
        "inquiry_withdrawn": _("An inquiry was withdrawn"),
        "inquiry_lapsed": _("An inquiry lapsed without an answer"),
        "inquiry_reminder": _("An inquiry still waits for your answer"),
        "ring": _("Three institutions could exchange with each other"),
        "listing_expiring": _("Your listing expires soon"),
        "practice_published": _("Your practice was published"),
        "practice_returned": _("Your practice came back with a request"),
        "practice_rejected": _("Your practice was not accepted"),
        "event_seat": _("A seat came free: you have it"),
        "event_moved": _("An event you registered for has moved"),
        "event_cancelled": _("An event you registered for does not take place"),
    }.get(kind, "")


def how_many(number: int, many: str = "") -> str:
    """How much is new, "" for one thing; `many` ("50+") stands for what is not counted further."""
    return (
        ngettext("%(num)s new", "%(num)s new", number if not many else 50) % {"num": many or number} if many or number > 1 else ""
    )


def reason(kind: str, via: str = "") -> str:
    """Why this member is told, beginning in lower case; `via` is what they watch or follow: "thread", "theme" or "space"."""
    if kind in {"watched", "followed"}:
        return _by_choice(kind, via)
    return {
        "mention": _("because your name stands in it"),
        "quote": _("because it quotes your post"),
        "quote_room": _("because it answers your message"),
        "harvest": _("because the words are yours"),
        "reply": _("because you began this discussion"),
        "answer": _("because the post is yours"),
        "room_watched": _("because you watch this room"),
        "ring": _("because the listing is your institution’s"),
        "listing_expiring": _("because the listing is your institution’s"),
        "conversation_message": _("because you are in the conversation"),
        "conversation_accepted": _("because you asked"), "conversation_joined": _("because you asked"),
        "space_invited": _("because the invitation is for you"),
        "space_asked": _("because you moderate the space"),
        "claim": _("because you coordinate the institution"),
        "report_decided": _("because you reported it"),
    }.get(kind) or {
        "inquiry": _("because you coordinate one of the two institutions"),
        "practice": _("because you are one of its authors"),
        "event": _("because you registered for it"),
        "post": _("because the post is yours"),
        "conversation": _("because only you can answer"),
    }.get(kind.partition("_")[0], "")  # fmt: skip


def _by_choice(kind: str, via: str) -> str:
    return {
        "watched thread": _("because you watch this discussion"),
        "watched theme": _("because you watch this theme"),
        "watched space": _("because you watch this space"),
        "followed thread": _("because you follow this discussion"),
        "followed theme": _("because you follow this theme"),
        "followed space": _("because you follow this space"),
    }.get(f"{kind} {via}", "")
