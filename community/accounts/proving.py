"""A fresh proof: whoever changes a way to sign in has shown a few minutes ago that it is they who sit here."""

from datetime import timedelta

from community import clock
from community.accounts.models import Member, Session
from community.accounts.pass_phrases import fits
from community.audience import Viewer
from community.errors import Invalid, NotFound, ensure
from community.storage import unit_of_work
from community.text.gettext import _

FRESH_FOR = timedelta(minutes=10)


async def is_fresh(actor: Viewer) -> bool:
    """Whether this session was opened, or its member typed the pass phrase again, within ten minutes."""
    since = clock.now() - FRESH_FOR
    return await Session.filter(id=actor.session or 0, member_id=actor.member or 0, proven_at__gt=since).exists()


async def ensure_fresh(actor: Viewer) -> None:
    """Raises Refused("prove-first")."""
    ensure(await is_fresh(actor), "prove-first", _("Type your pass phrase first. Then change how you sign in."))


async def prove(actor: Viewer, pass_phrase: str) -> None:
    """Note that the member is here. Raises Invalid for a wrong pass phrase."""
    await ensure_phrase(actor, pass_phrase, "pass_phrase")
    async with unit_of_work():
        if not await Session.filter(id=actor.session, member_id=actor.member).update(proven_at=clock.now()):
            raise NotFound


async def ensure_phrase(actor: Viewer, pass_phrase: str, field: str) -> None:
    """Raises Invalid beside `field` for a phrase that is not the member's."""
    member = await Member.get_or_none(id=actor.member)
    if member is None:
        raise NotFound
    if not await fits(member.pass_hash, pass_phrase):
        raise Invalid(field, _("This is not your present pass phrase."))
