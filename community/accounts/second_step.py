"""The second step: an authenticator app, and recovery codes for the day on which the phone is gone."""

from dataclasses import dataclass

from community import clock
from community.accounts.models import Authenticator, Member, RecoveryCode
from community.accounts.one_time_codes import cleaned, fitting_step, is_from_app, new_recovery_codes, new_secret, recovery_hash
from community.accounts.proving import ensure_fresh, ensure_phrase, is_fresh
from community.accounts.sealing import seal, unseal
from community.accounts.sessions import OpenedSession
from community.accounts.ways import changed, changed_by_the_house, locked_member, tell
from community.audience import Viewer
from community.errors import Conflict, Invalid, NotFound
from community.storage import unit_of_work
from community.text.gettext import _


@dataclass(frozen=True)
class NewCodes:
    """Ten recovery codes, known at this moment only, and the session that goes on with them."""

    codes: list[str]
    opened: OpenedSession


async def is_on(member_id: int) -> bool:
    return await Authenticator.filter(member_id=member_id).exclude(confirmed_at=None).exists()


async def accept(member: Member, typed: str) -> bool:
    """Use up a code of the app or of the paper. In the caller's unit, the member locked: of two with the same code one is right."""
    code = cleaned(typed)
    return await _accept_from_app(member.id, code) if is_from_app(code) else await _accept_from_paper(member.id, code)


async def _accept_from_app(member_id: int, code: str) -> bool:
    app = await Authenticator.filter(member_id=member_id).exclude(confirmed_at=None).first()
    step = fitting_step(_secret_of(app), code, clock.now(), app.last_step) if app else None
    return bool(app and step and await Authenticator.filter(id=app.id, last_step__lt=step).update(last_step=step))


async def _accept_from_paper(member_id: int, code: str) -> bool:
    ours = RecoveryCode.filter(member_id=member_id, code_hash=recovery_hash(member_id, code), spent_at=None)
    if not await ours.update(spent_at=clock.now()):
        return False
    await tell(member_id, "code used", str(await codes_left(member_id)))
    return True


async def codes_left(member_id: int) -> int:
    return await RecoveryCode.filter(member_id=member_id, spent_at=None).count()


async def prepare(actor: Viewer) -> None:
    """Make the secret that the app shall hold. No code is asked for until one has shown that it does. Raises Refused, Conflict."""
    async with unit_of_work():
        member = await locked_member(actor.member)
        await ensure_fresh(actor)
        if await is_on(member.id):
            raise Conflict(_("The authenticator app is on already. Turn it off before you set up another."))
        await Authenticator.filter(member_id=member.id).delete()
        await Authenticator.create(member_id=member.id, secret=seal(new_secret(), _owner(member.id)))


async def prepared_secret(actor: Viewer) -> str | None:
    """The secret that waits to be put into the app; shown after a fresh proof, until a code has confirmed it."""
    app = await Authenticator.get_or_none(member_id=actor.member or 0, confirmed_at=None)
    return _secret_of(app) if app and await is_fresh(actor) else None


async def turn_on(actor: Viewer, typed: str, user_agent: str) -> NewCodes:
    """Ask for a code from now on. Raises Refused, NotFound when nothing was prepared, Invalid for a code that does not fit."""
    async with unit_of_work():
        member = await locked_member(actor.member)
        await ensure_fresh(actor)
        app = await Authenticator.get_or_none(member_id=member.id, confirmed_at=None)
        if app is None:
            raise NotFound
        step = fitting_step(_secret_of(app), cleaned(typed), clock.now(), app.last_step)
        if step is None:
            raise Invalid("code", _("This code does not fit. Type the newest one, and check that your phone’s clock is right."))
        await Authenticator.filter(id=app.id).update(confirmed_at=clock.now(), last_step=step)
        codes = await _write_codes(member.id)
        return NewCodes(codes, await changed(actor, "app on", user_agent))


async def turn_off(actor: Viewer, typed: str, user_agent: str) -> OpenedSession:
    """Ask for no code any more. `typed` is the pass phrase or a code. Raises Invalid; NotFound when it is off."""
    by_code = is_from_app(cleaned(typed))
    if not by_code:
        await ensure_phrase(actor, typed, "proof")
    async with unit_of_work():
        member = await locked_member(actor.member)
        if not await is_on(member.id):
            raise NotFound
        if by_code and not await accept(member, typed):
            raise Invalid("proof", _("This code does not fit, or was used already. Wait for the next one."))
        await _remove(member.id)
        return await changed(actor, "app off", user_agent)


async def renew_codes(actor: Viewer, user_agent: str) -> NewCodes:
    """Ten new codes; the old ones are worth nothing. Raises Refused, NotFound where there is no second step."""
    async with unit_of_work():
        member = await locked_member(actor.member)
        await ensure_fresh(actor)
        if not await is_on(member.id):
            raise NotFound
        codes = await _write_codes(member.id)
        return NewCodes(codes, await changed(actor, "codes new", user_agent))


async def forget_second_step(email: str) -> bool:
    """Let a member in by the pass phrase alone again, whose phone and paper are lost: for the command line, which asks nobody.

    Every device is signed out and the member is told. False when there was nothing to forget.
    """
    async with unit_of_work():
        member = await Member.filter(email=email).select_for_update().first()
        if member is None or not await is_on(member.id):
            return False
        await _remove(member.id)
        await changed_by_the_house(member.id)
        return True


async def _write_codes(member_id: int) -> list[str]:
    await RecoveryCode.filter(member_id=member_id).delete()
    codes = new_recovery_codes()
    await RecoveryCode.bulk_create([RecoveryCode(member_id=member_id, code_hash=recovery_hash(member_id, code)) for code in codes])
    return codes


async def _remove(member_id: int) -> None:
    await Authenticator.filter(member_id=member_id).delete()
    await RecoveryCode.filter(member_id=member_id).delete()


def _secret_of(app: Authenticator) -> str:
    """The app's secret; one that fits no code when it was sealed with another GUILDHALL_SECRET: recovery codes still work."""
    return unseal(app.secret, _owner(app.member_id)) or new_secret()


def _owner(member_id: int) -> str:
    return f"authenticator of member {member_id}"
