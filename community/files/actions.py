"""Uploading, posting and forgetting files."""

import asyncio
from collections.abc import Iterable
from typing import Any, Protocol
from uuid import UUID

from community.audience import Viewer, member_key
from community.errors import Invalid, ensure
from community.files import blobs
from community.files.jobs import sweep_blobs
from community.files.kinds import kind_of
from community.files.models import File
from community.files.names import safe_name
from community.files.pictures import redrawn
from community.files.policies import can_upload
from community.storage import enqueue, execute, once, unit_of_work
from community.text.gettext import _

MOST_BYTES = 10 * 1024 * 1024
MOST_UNPOSTED = 50


class Upload(Protocol):
    """What a form brings: the name the sender gave and the bytes."""

    filename: str | None

    async def read(self, size: int = -1) -> bytes: ...


async def store_upload(actor: Viewer, upload: Upload, client_id: UUID) -> File:
    """Keep an upload for its author alone until it is posted.

    Pictures are drawn anew, at most 1600 pixels long. Raises Invalid("file") for what is too large, unreadable or of no kind
    that is shared here. The same client_id gives the first file back.
    """
    ensure(can_upload(actor))
    content = await upload.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise Invalid("file", _("This file is larger than 10 MB. Make it smaller, or link to it."))
    described = await asyncio.to_thread(_kept, content, upload.filename or "")
    async with unit_of_work():
        own = member_key(actor.member or 0)
        if await File.visible_to(actor).filter(author_id=actor.member, root=own).count() >= MOST_UNPOSTED:
            raise Invalid("file", _("You have 50 files that are in no post yet. Post or remove some first."))
        file, _is_new = await once(File, actor, client_id, root=own, audience=own, **described)
    return file


def _kept(content: bytes, name: str) -> dict[str, Any]:
    kind = kind_of(content, name)
    if not kind.is_image:
        return {
            "name": safe_name(name, kind.ending), "media_type": kind.media_type,
            "digest": blobs.keep(content), "size": len(content),
        }  # fmt: skip
    picture = redrawn(content)
    return {
        "name": safe_name(name, picture.ending), "media_type": picture.media_type, "is_image": True,
        "digest": blobs.keep(picture.content), "size": len(picture.content),
        "small_digest": blobs.keep(picture.small) if picture.small else "", "width": picture.width, "height": picture.height,
    }  # fmt: skip


async def attach(actor: Viewer, file_ids: Iterable[int], root: str, audience: str) -> list[File]:
    """Post one's own files with `root` ("thread:9"): from now on they are seen by whoever sees it. Inside a unit of work.

    Files of others, and those posted elsewhere already, stay as they are: naming them shows nobody more.
    """
    own = member_key(actor.member or 0)
    files = await File.visible_to(actor).filter(id__in=list(file_ids), author_id=actor.member, root=own)
    for file in files:
        file.root, file.audience = root, audience
        await file.save(update_fields=["root", "audience"])
    return files


async def forget_files_of(root: str) -> None:
    """Remove the files of what was deleted; the bytes follow once nothing names them. Inside a unit of work."""
    if await execute("DELETE FROM files WHERE root = :root", root=root):
        await enqueue(sweep_blobs)


async def forget_file(actor: Viewer, file_id: int) -> None:
    """Remove one's own file that is in no post. Raises NotFound."""
    async with unit_of_work():
        file = await File.visible_to(actor).one(id=file_id, author_id=actor.member, root=member_key(actor.member or 0))
        await file.delete()
        await enqueue(sweep_blobs)
