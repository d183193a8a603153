"""What becomes of bytes that nothing names any more."""

import asyncio

from community.files import blobs
from community.files.models import File
from community.storage import job


@job
async def sweep_blobs() -> None:
    """Remove blobs of which no file knows. Those of the last hour are left, since their row may be on its way."""
    old = await asyncio.to_thread(lambda: list(blobs.old_digests()))
    for start in range(0, len(old), 500):
        page = old[start : start + 500]
        named = set(await File.filter(digest__in=page).values_list("digest", flat=True))
        named |= set(await File.filter(small_digest__in=page).values_list("small_digest", flat=True))
        for digest in set(page) - named:
            await asyncio.to_thread(blobs.forget, digest)
