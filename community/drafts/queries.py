"""What the page of drafts shows, and what another device asks for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from community.audience import Viewer
from community.drafts.filling import NEVER_KEPT, Pairs, pairs_kept
from community.drafts.naming import Named, names_of
from community.storage import row, rows
from community.text.plain import excerpt


@dataclass(frozen=True)
class DraftRow:
    """`held` is the id of the post that waits, 0 for a draft; `url` is where to go on writing. `texts` is all that was written."""

    id: int
    held: int
    title: str
    lang: str
    kind: str
    words: str
    texts: tuple[str, ...]
    html: Markup
    returned_because: str
    url: str
    device: str
    updated_at: datetime


async def drafts_of(viewer: Viewer) -> list[DraftRow]:
    own = await rows("SELECT * FROM drafts WHERE member_id = :me ORDER BY updated_at DESC, id DESC LIMIT 200", me=viewer.member)
    names = await names_of(viewer, [_form_of(one["place"]) for one in own])
    return [_row(one, names.get(_form_of(one["place"]))) for one in own]


def _form_of(place: str) -> str:
    """The form that a text which waits, or has come back beside another, was written in: "thread:9:held:4" is of "thread:9"."""
    return place.partition(":held:")[0]


def _row(row: dict[str, Any], name: Named | None) -> DraftRow:
    """A draft for something that the member may no longer see keeps its text, and names nothing of the thing."""
    pairs = pairs_kept(row)
    return DraftRow(
        id=row["id"], held=row["held"] or 0, title=row["title"] or (name.title if name else ""),
        kind=name.title if name and row["title"] else "", lang=row["lang"] or "en",
        words=excerpt(row["source"], 300), texts=_texts(pairs),
        html=Markup(row["html"]), returned_because=row["returned_because"],  # noqa: S704 - rendered by us
        url=name.url if name else "", device=row["device"], updated_at=row["updated_at"],
    )  # fmt: skip


def _texts(pairs: Pairs) -> tuple[str, ...]:
    return tuple(value for name, value in pairs if name not in NEVER_KEPT and len(value) > 40)


@dataclass(frozen=True)
class KeptForm:
    mark: str
    at: datetime
    device: str
    pairs: Pairs


async def kept_form(viewer: Viewer, place: str) -> KeptForm | None:
    """What stands at a place for this member, if it can be gone on with."""
    found = await row(
        "SELECT * FROM drafts WHERE member_id = :me AND place = :place AND held IS NULL", me=viewer.member, place=place
    )
    return KeptForm(found["mark"], found["updated_at"], found["device"], pairs_kept(found)) if found else None
