"""What a member says of themselves."""

from collections.abc import Sequence
from dataclasses import dataclass

from community.accounts.models import Member
from community.audience import MEMBERS, PUBLIC, Viewer, member_key, withhold
from community.errors import NotFound, ensure
from community.members.facts import ProfileChanged
from community.members.models import Detail
from community.members.policies import can_edit_profile
from community.storage import announce, unit_of_work
from community.text import fold
from community.text.markdown import RENDER_VERSION, rendered

BIOGRAPHY = "biography"


@dataclass(frozen=True)
class Statement:
    """One thing a member says. `tier` is "public", "members" or "me"; `note` a CEFR level; `lang` BCP 47."""

    kind: str
    value: str
    tier: str
    note: str = ""
    lang: str = "en"


def tier_key(tier: str, member_id: int) -> str:
    return {"public": PUBLIC, "members": MEMBERS}.get(tier, member_key(member_id))


def document_keys(member_id: int) -> list[str]:
    """The search documents of a member: one a tier that others can read."""
    return [f"member:{member_id}:{PUBLIC}", f"member:{member_id}:{MEMBERS}"]


async def save_profile(actor: Viewer, member_id: int, name: str, statements: Sequence[Statement]) -> None:
    """Write a profile anew. Until the index has followed, search finds nothing of what was there before.

    Raises NotFound, Refused, Invalid for a biography that cannot be rendered.
    """
    ensure(can_edit_profile(actor, member_id))
    html = {
        one: (await rendered(one.value, actor, field=BIOGRAPHY)).html for one in statements if one.kind == BIOGRAPHY and one.value
    }
    async with unit_of_work():
        member = await Member.filter(id=member_id).select_for_update().first()
        if member is None:
            raise NotFound
        await Detail.visible_to(actor).filter(member_id=member_id).delete()
        await Detail.bulk_create(
            [_detail(member_id, one, position, html.get(one, "")) for position, one in enumerate(statements) if one.value]
        )
        await Member.filter(id=member_id).update(name=name, name_folded=fold(name), version=member.version + 1)
        await withhold(document_keys(member_id))
        await announce(ProfileChanged(member_id))


def _detail(member_id: int, one: Statement, position: int, html: str) -> Detail:
    return Detail(
        member_id=member_id, audience=tier_key(one.tier, member_id), kind=one.kind, value=one.value,
        value_folded=fold(one.value)[:300], note=one.note, html=html, lang=one.lang, position=position,
        render_version=RENDER_VERSION if html else 0,
    )  # fmt: skip
