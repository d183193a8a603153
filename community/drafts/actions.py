"""Keeping what somebody has begun to write, and forgetting it."""

from collections.abc import Mapping
from dataclasses import dataclass

from community import clock
from community.audience import Viewer
from community.drafts.filling import Pairs, as_json, columns_of
from community.drafts.models import Draft, fresh_mark
from community.errors import Conflict, NotFound, Refused
from community.storage import execute, unit_of_work, value
from community.text.gettext import _

MOST_DRAFTS = 200


@dataclass(frozen=True)
class Typed:
    """A form as it stands. `html` is the preview of its text, if one was asked for; `device` is who sends it, in words, and `mark`
    is how it calls this state of the form.
    """

    place: str
    pairs: Pairs
    html: str = ""
    device: str = ""
    mark: str = ""


class KeptElsewhere(Conflict):
    """Another device has kept, sent or thrown away what stands at this place. `draft` is what stands there now, if anything."""

    def __init__(self, draft: Draft | None) -> None:
        super().__init__(
            _("Another device keeps a newer draft of this. You find it among your drafts. Press again to replace it.")
            if draft
            else _("This text was sent or removed on another device.")
        )
        self.draft = draft


async def keep_draft(actor: Viewer, typed: Typed, base: str) -> Draft | None:
    """Keep a form as it stands now; a blank one keeps nothing, and None comes back.

    `base` is the mark of the draft that the device has read, "" for none. Raises KeptElsewhere where another stands there now,
    Conflict while the text waits for a moderator (what they decide on must not change meanwhile), Refused("full").
    """
    async with unit_of_work():
        if not any(text.strip() for _name, text in typed.pairs):
            await execute(
                "DELETE FROM drafts WHERE member_id = :me AND place = :place AND mark = :base AND held IS NULL",
                me=actor.member, place=typed.place, base=base,
            )  # fmt: skip
            return None
        said = columns_of(typed.pairs) | {
            "me": actor.member, "place": typed.place, "html": typed.html, "filled": as_json(typed.pairs),
            "mark": typed.mark or fresh_mark(), "device": typed.device[:80], "at": clock.now(), "base": base,
        }  # fmt: skip
        stored = await execute(_REPLACE, **said) if base else await _begun(said)
        draft = await Draft.get_or_none(member_id=actor.member, place=typed.place)
    if stored or (draft and draft.filled == said["filled"] and draft.held is None):
        return draft
    if draft and draft.held:
        raise Conflict(_("Your text here waits for a moderator. You can write again once it was read."))
    raise KeptElsewhere(draft)


_REPLACE = """
    UPDATE drafts SET title = :title, source = :source, category = :category, kind = :kind, lang = :lang, tags = :tags,
        html = :html, filled = :filled, mark = :mark, device = :device, updated_at = :at
    WHERE member_id = :me AND place = :place AND mark = :base AND held IS NULL
"""

_BEGIN = """
    INSERT INTO drafts (member_id, place, title, source, category, kind, lang, tags, html, filled, mark, device, updated_at,
        returned_because)
    VALUES (:me, :place, :title, :source, :category, :kind, :lang, :tags, :html, :filled, :mark, :device, :at, '')
    ON CONFLICT (member_id, place) DO NOTHING
"""


async def _begun(said: Mapping[str, object]) -> int:
    if await value("SELECT COUNT(*) FROM drafts WHERE member_id = :me", me=said["me"]) >= MOST_DRAFTS:
        raise Refused("full", _("You keep very many drafts. Send or delete some first; this text is kept on your device."))
    return await execute(_BEGIN, **{name: one for name, one in said.items() if name != "base"})


async def forget_draft(actor: Viewer, kept: str | None) -> None:
    """A form was sent: the draft of this mark, which it was read from, has done its work. What another device kept there and nobody
    has read yet stays.
    """
    if kept:
        async with unit_of_work():
            await execute(
                "DELETE FROM drafts WHERE member_id = :me AND mark IN :marks AND held IS NULL",
                me=actor.member, marks=[mark for mark in kept.split(".") if mark],
            )  # fmt: skip


async def discard(actor: Viewer, draft_id: int) -> None:
    """Throw one of one's own away. Somebody else's answers like one that does not exist: NotFound."""
    async with unit_of_work():
        if not await Draft.filter(id=draft_id, member_id=actor.member, held=None).delete():
            raise NotFound
