"""The markup of posts, as strings joined in one pass.

A page shows 25 of them, and a template spends more on looking names up and escaping what is already safe than on all the rest
of the page (0.17 ms a post against 0.02). Everything that a member typed passes `escape`, except `Post.html`, which was made safe
when it was written.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup, escape

from community import clock
from community.discussions.thread_page import LONG
from community.text.gettext import _, language, using_language
from community.text.lists import listed
from community.text.vocabularies import direction
from community.web.formats import minutes_since, when
from community.web.reader import zone
from community.web.static_files import asset

if TYPE_CHECKING:
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from community.discussions.thread_page import Post, ThreadPage, WaitingPost
    from community.institutions.queries import Person


CODES = {"useful": "u", "tried_it": "t", "thanks": "h"}
"""The reactions as a button's value spells them, since a page carries 75: "31u1" says useful to post 31, "31u0" takes it back."""


class Around(NamedTuple):
    """What the markup of a post depends on beside the post. All that is in it is hashed: a page's posts are kept by it."""

    words: "Words"
    zone: "ZoneInfo"
    today: "date"
    signed_in: bool
    may_write: bool
    may_accept: bool
    may_moderate: bool
    page: int
    answer_number: int | None


@dataclass(frozen=True, eq=False)
class Words:
    """What stands on every post, in one language, escaped once."""

    post: str
    edited: str
    deleted: str
    hidden: str
    house_rules: str
    accepted: str
    former: str
    quote: str
    edit: str
    delete: str
    report: str
    moderate: str
    accept: str
    not_accepted: str
    reactions: dict[str, str]


@lru_cache(maxsize=16)
def words_in(tag: str) -> Words:
    with using_language(tag):
        return Words(
            post=str(escape(_("Post"))),
            edited=str(escape(_("Edited"))),
            deleted=str(escape(_("Deleted by its author."))),
            hidden=str(escape(_("Hidden by a moderator:"))),
            house_rules=str(escape(_("House rules"))),
            accepted=str(escape(_("Accepted answer"))),
            former=str(escape(_("A former member"))),
            quote=str(escape(_("Quote"))),
            edit=str(escape(_("Edit"))),
            delete=str(escape(_("Delete"))),
            report=str(escape(_("Report"))),
            moderate=str(escape(_("Moderate"))),
            accept=str(escape(_("Accept"))),
            not_accepted=str(escape(_("Not the answer"))),
            reactions={kind: str(escape(name)) for kind, name in reaction_names()},
        )


def reaction_names() -> list[tuple[str, str]]:
    return [("useful", _("Useful")), ("tried_it", _("Tried it")), ("thanks", _("Thanks"))]


def posts_markup(thread: "ThreadPage", *, signed_in: bool, unread_line: Markup | str = "") -> list[Markup]:
    """The posts of a page, with the unread line before the first that is new."""
    around, now = _around(thread, signed_in), clock.now()
    parts: list[Markup] = []
    for one in thread.posts:
        if unread_line and one.number == thread.new_from:
            parts.append(Markup('<li class="dim new" id="new"><span>{}</span></li>\n').format(unread_line))
        parts.append(_made(one, around, now))
    return parts


def post_markup(thread: "ThreadPage", one: "Post") -> Markup:
    """For a member, who has just written it."""
    return _made(one, _around(thread, signed_in=True), clock.now())


def acts_markup(thread: "ThreadPage", one: "Post") -> Markup:
    return Markup(_acts(one, _around(thread, signed_in=True)))  # noqa: S704 - see above


def _around(thread: "ThreadPage", signed_in: bool) -> Around:
    return Around(
        words_in(language()), zone.get(), clock.now().astimezone(zone.get()).date(), signed_in, thread.may_write, thread.may_accept,
        thread.may_moderate, thread.page, thread.answer_number,
    )  # fmt: skip


def _made(one: "Post", around: Around, now: "datetime") -> Markup:
    """Kept, unless it is long, or what stands beneath it is this reader's alone."""
    make = _post.__wrapped__ if one.beneath or len(one.html) >= LONG else _post
    made: Markup = make(one, around, minutes_since(one.at, now), minutes_since(one.edited_at, now) if one.edited_at else None)
    return made


@lru_cache(maxsize=2048)
def _post(one: "Post", around: Around, _since: int | None, _since_edited: int | None) -> Markup:
    return Markup(_standing(one, around) if one.state == "posted" else _gone(one, around))  # noqa: S704 - see above


def _standing(one: "Post", around: Around) -> str:
    words = around.words
    plate, answer = (_plate(words.accepted), " answer") if one.number == around.answer_number else ("", "")
    before, after = _signature(one.by, words.former)
    return (
        f'<li class="post{answer}" id="p{one.number}">{plate}'
        f'<div class="by">{before}{when(one.at)}<a{_to(one, words)}</a>{after}</div>'
        f'<div class="prose"{_in_language(one.lang)}>{one.html}</div>{one.beneath}{one.card.markup if one.card else ""}'
        f"{_edited(one, words) if one.edits else ''}"
        f"{_acts(one, around) if around.signed_in else _sums(one, words)}</li>\n"
    )


@cache
def _plate(words: str) -> str:
    symbol = f"{asset('icons/symbols.svg')}#check"
    return f'<p class="plate"><svg class="i" width="16" height="16" aria-hidden="true"><use href="{symbol}"/></svg>{words}</p>'


def _gone(one: "Post", around: Around) -> str:
    """Its number stays, so that answers still make sense."""
    words = around.words
    if one.state == "deleted":
        why = words.deleted
    else:
        why = f'{words.hidden} {escape(one.because)}. <a href="/house-rules">{words.house_rules}</a>'
        if around.may_moderate:
            why += f' <a href="/moderation/replies/{one.id}">{words.moderate}</a>'
    return f'<li class="post" id="p{one.number}"><p class="soft sm"><a class="no"{_to(one, words)}</a> {why}</p></li>\n'


def _to(one: "Post", words: Words) -> str:
    return f' href="#p{one.number}" aria-label="{words.post} {one.number}">{one.number}'


def _signature(by: "Person | None", former: str) -> tuple[str, str]:
    """What stands before and after the time: avatar and name; headline, institution and city, whatever of it is known."""
    if by is None:
        return f'<span class="av" aria-hidden="true">–</span><span>{former}</span>', ""
    name = (
        f'<span class="av" data-t="{by.tone}" aria-hidden="true">{escape(by.initials)}</span>'
        f'<a href="/people/{by.handle}">{escape(by.name)}</a>'
    )
    place = listed((by.institution, by.city))
    line = " · ".join(part for part in (by.headline, place) if part)
    return name, f"<small><bdi>{escape(line)}</bdi></small>" if line else ""


@cache
def _in_language(tag: str) -> str:
    return f' lang="{escape(tag)}" dir="{direction(tag)}"'


def _edited(one: "Post", words: Words) -> str:
    return f'<p class="sm"><a class="soft" href="/replies/{one.id}/history">{words.edited} {when(one.edited_at)}</a></p>'


def _sums(one: "Post", words: Words) -> str:
    said = "".join(f'<span>{words.reactions[kind]} <b class="num">{n}</b></span>' for kind, n, _mine in one.reactions if n)
    return f'<p class="meta">{said}</p>' if said else ""


def _acts(one: "Post", around: Around) -> str:
    """Reactions and what one can do. All buttons belong to the one form around the posts, so each carries what it wants.

    They and the links have no class of their own: a page carries a hundred and more.
    """
    words, buttons = around.words, ""
    for kind, n, mine in one.reactions:
        wanted = '0" aria-pressed="true"' if mine else '1"'
        number = f' <span class="num">{n}</span>' if n else ""
        buttons += f'<button name="r" value="{one.id}{CODES[kind]}{wanted}>{words.reactions[kind]}{number}</button>'
    return f'<div class="acts">{buttons}{_links(one, around)}</div>'


def _links(one: "Post", around: Around) -> str:
    words, link, links = around.words, "<a href=", ""
    if around.may_accept and one.number > 1:
        is_answer = one.number == around.answer_number
        links += (
            f'<button class="btn sm quiet" formaction="/replies/{one.id}/accept" name="accepted" value="{0 if is_answer else 1}">'
            f"{words.not_accepted if is_answer else words.accept}</button>"
        )
    if around.may_write:
        page = f"page={around.page}&amp;" if around.page > 1 else ""
        links += f'{link}"?{page}quote={one.number}#reply">{words.quote}</a>'
    if one.is_own:
        links += f'{link}"/replies/{one.id}/edit">{words.edit}</a>{link}"/replies/{one.id}/delete">{words.delete}</a>'
    else:
        links += f'{link}"/replies/{one.id}/flag">{words.report}</a>'
    links += f'{link}"/moderation/replies/{one.id}">{words.moderate}</a>' if around.may_moderate else ""
    return links


def waiting_markup(one: "WaitingPost") -> Markup:
    """A post of one's own that a moderator has not yet read."""
    return Markup(
        '<li class="post" id="waiting-{}"><div class="banner warn"><p><b>{}</b> {}</p>'
        '<button class="btn sm" formaction="/held/{}/withdraw">{}</button></div>'
        '<div class="prose" lang="{}" dir="{}">{}</div></li>\n'
    ).format(
        one.id, _("Waits for a moderator."), _("Only you see this here."), one.id, _("Take it back"), one.lang, direction(one.lang),
        one.html,
    )  # fmt: skip
