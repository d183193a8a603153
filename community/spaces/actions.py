"""Opening a space, keeping its face, and ending it."""

from dataclasses import dataclass
from secrets import token_hex
from uuid import UUID

from community import clock
from community.accounts.holders import holders
from community.audience import PUBLIC, Viewer, grant, member_key, narrow, revoke
from community.errors import Refused, ensure
from community.spaces.facts import KnockAnswered, SpaceChanged, SpaceLeft
from community.spaces.models import Knock, Space, Workshop
from community.spaces.policies import can_moderate_space, can_open_space
from community.storage import announce, once, unit_of_work
from community.text import fold, slugify
from community.text.gettext import _
from community.text.markdown import RENDER_VERSION, rendered


@dataclass(frozen=True)
class Face:
    """What a space shows of itself, checked by the form. `access` is "invite", "request" or "open"."""

    name: str
    about: str
    language: str
    access: str


async def open_space(actor: Viewer, face: Face, client_id: UUID) -> Space:
    """Open a space; whoever does moderates it. The end of its address is drawn, so that no address tells of a hidden one."""
    ensure(can_open_space(actor), "newcomer", _("You can open a space once a first contribution of yours was approved."))
    about = await rendered(face.about, actor, field="about")
    async with unit_of_work():
        space, new = await once(
            Space, actor, client_id, slug=f"{slugify(face.name, 40) or 'space'}-{token_hex(3)}", name=face.name,
            name_folded=fold(face.name), about=about.source, about_html=about.html, language=face.language, access=face.access,
            audience=PUBLIC, render_version=RENDER_VERSION,
        )  # fmt: skip
        if new:
            space.audience = face_audience(space)
            await space.save(update_fields=["audience"])
            await grant(space.key, member_key(actor.member or 0), "moderator")
            await announce(SpaceChanged(space.id))
    return space


def face_audience(space: Space) -> str:
    """Who sees that the space exists: everybody where one may ask to join, else its members."""
    return space.key if space.access == "invite" else PUBLIC


async def edit_space(actor: Viewer, space_id: int, face: Face) -> Space:
    about = await rendered(face.about, actor, field="about")
    async with unit_of_work():
        space = await Space.visible_to(actor).locked(space_id)
        ensure(can_moderate_space(actor, space))
        space.update_from_dict({
            "name": face.name, "name_folded": fold(face.name), "about": about.source, "about_html": about.html,
            "language": face.language, "access": face.access, "version": space.version + 1, "render_version": RENDER_VERSION,
        })  # fmt: skip
        await space.save()
        if space.audience != face_audience(space):
            await narrow(space, face_audience(space), [f"space:{space.id}"])
        await announce(SpaceChanged(space.id))
    return space


async def end_space(actor: Viewer, space_id: int) -> Space:
    """Everybody but its moderators goes, and nobody finds it any more. What was written stays with them, who may invite again.

    Whoever followed something inside hears nothing more within a second. Repeating it changes nothing.
    """
    async with unit_of_work():
        space = await Space.visible_to(actor).locked(space_id)
        ensure(can_moderate_space(actor, space))
        staying = set(await holders(space.key, "moderator"))
        for member_id in set(await holders(space.key)) - staying:
            await revoke(space.key, member_key(member_id))
            await announce(SpaceLeft(space.id, member_id))
        await _bolt(space)
        if space.access != "invite":
            space.access, space.version = "invite", space.version + 1
            await space.save(update_fields=["access", "version"])
            await narrow(space, face_audience(space), [f"space:{space.id}"])
            await announce(SpaceChanged(space.id))
    return space


async def _bolt(space: Space) -> None:
    """Who asks and who was invited get no answer any more, and the codes of workshops let nobody in."""
    for knock in await Knock.filter(space_id=space.id):
        await announce(KnockAnswered(knock.id))
        await knock.delete()
    await Workshop.filter(space_id=space.id, stopped_at=None).update(stopped_at=clock.now())


def ensure_somebody_remains(moderators: list[int], everybody: list[int], leaving: int) -> None:
    """The last moderator goes only with the last member. Raises Refused("last-moderator")."""
    if moderators == [leaving] and len(everybody) > 1:
        raise Refused("last-moderator", _("Make somebody else a moderator first: a space needs one."))
