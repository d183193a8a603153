"""Opening a space, and keeping its face."""

from dataclasses import dataclass
from secrets import token_hex
from uuid import UUID

from community.audience import PUBLIC, Viewer, grant, member_key, narrow
from community.errors import Refused, ensure
from community.spaces.facts import SpaceChanged
from community.spaces.models import Space
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


def ensure_somebody_remains(moderators: list[int], everybody: list[int], leaving: int) -> None:
    """The last moderator goes only with the last member. Raises Refused("last-moderator")."""
    if moderators == [leaving] and len(everybody) > 1:
        raise Refused("last-moderator", _("Make somebody else a moderator first: a space needs one."))
