"""Uploading, posting and forgetting files."""

import asyncio
from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID, uuid4

from community import clock
from community.audience import Viewer, member_key
from community.errors import Invalid, ensure
from community.files import blobs
from community.files.jobs import sweep_blobs
from community.files.kinds import kind_of
from community.files.models import File
from community.files.names import safe_name
from community.files.pictures import redrawn
from community.files.policies import can_upload
from community.files.sounds import rewritten
from community.storage import enqueue, execute, once, rows, unit_of_work, value
from community.text.gettext import _

MOST_BYTES = 10 * 1024 * 1024
MOST_BYTES_A_DAY = 50 * 1024 * 1024
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
        await _ensure_room(actor, own, described["size"], client_id)
        file, _is_new = await once(File, actor, client_id, root=own, audience=own, **described)
    return file


async def _ensure_room(actor: Viewer, own: str, size: int, client_id: UUID) -> None:
    """Raises Invalid("file") for one file too many, or too much in a day; not for one that is sent up once more."""
    if await value("SELECT id FROM files WHERE author_id = :me AND client_id = :id", me=actor.member, id=client_id):
        return
    if await File.visible_to(actor).filter(author_id=actor.member, root=own).count() >= MOST_UNPOSTED:
        raise Invalid("file", _("You have 50 files that are in no post yet. Post or remove some first."))
    sent = await value(
        "SELECT SUM(size) AS sent FROM files WHERE author_id = :me AND created_at > :since",
        me=actor.member, since=clock.now() - timedelta(days=1),
    )  # fmt: skip
    if (sent or 0) + size > MOST_BYTES_A_DAY:
        raise Invalid("file", _("You can send up 50 MB in a day. Send the rest tomorrow, or link to it."))


def _kept(content: bytes, name: str) -> dict[str, Any]:
    kind = kind_of(content, name)
    if kind.is_sound:
        sound = rewritten(content)
        return {
            "name": safe_name(name, sound.ending), "media_type": sound.media_type, "seconds": sound.seconds,
            "digest": blobs.keep(sound.content), "size": len(sound.content),
        }  # fmt: skip
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


async def attach(actor: Viewer, file_ids: Iterable[int], root: str, audience: str, part: str = "") -> list[File]:
    """Post one's own files with `root` ("thread:9"): from now on they are seen by whoever sees it. Inside a unit of work.

    `part` is the child of the root that they hang on ("message:7") and are forgotten with. They are shown in the order of
    `file_ids`: their ids tell only whose upload ended first. Files of others, and those posted elsewhere already, stay as they
    are: naming them shows nobody more.
    """
    own = member_key(actor.member or 0)
    wanted = list(file_ids)
    found = await File.visible_to(actor).filter(id__in=wanted, author_id=actor.member, root=own)
    files = sorted(found, key=lambda file: wanted.index(file.id))
    for place, file in enumerate(files):
        file.root, file.audience, file.part, file.place = root, audience, part, place
        await file.save(update_fields=["root", "audience", "part", "place"])
    return files


async def not_one_s_own(actor: Viewer, file_ids: Collection[int]) -> set[int]:
    """Those that are not the actor's own, are in a post already, or do not exist: the three are never told apart.

    Inside a unit of work; the others are locked until it ends, so that no file is posted twice.
    """
    own = File.visible_to(actor).filter(id__in=sorted(file_ids), author_id=actor.member, root=member_key(actor.member or 0))
    return set(file_ids) - {file.id for file in await own.order_by("id").select_for_update()}


async def copy_files(part: str, root: str, audience: str) -> None:
    """What hangs on a part once more with `root`, for who sees the copy alone; the bytes are kept once. In a unit of work."""
    kept = "place, name, media_type, is_image, digest, small_digest, size, width, height, seconds, author_id, created_at"
    for row in await rows("SELECT id FROM files WHERE part = :part ORDER BY id", part=part):
        await execute(
            f"""INSERT INTO files (client_id, root, part, audience, {kept})
                SELECT :client_id, :root, :root, :audience, {kept} FROM files WHERE id = :id""",
            client_id=uuid4(), root=root, audience=audience, id=row["id"],
        )  # fmt: skip


async def forget_files_of(root: str) -> None:
    """Remove the files of what was deleted; the bytes follow once nothing names them. Inside a unit of work."""
    await _forget("root", root)


async def forget_files_of_part(part: str) -> None:
    """The same for a child of a root, such as "message:7"."""
    await _forget("part", part)


async def _forget(column: str, name: str) -> None:
    if await execute(f"DELETE FROM files WHERE {column} = :name", name=name):
        await enqueue(sweep_blobs)
        await enqueue(sweep_blobs, run_at=clock.now() + timedelta(seconds=blobs.GRACE_SECONDS + 60))  # for what is younger


async def forget_file(actor: Viewer, file_id: int) -> None:
    """Remove one's own file that is in no post. Raises NotFound."""
    async with unit_of_work():
        file = await File.visible_to(actor).one(id=file_id, author_id=actor.member, root=member_key(actor.member or 0))
        await file.delete()
        await enqueue(sweep_blobs)
