"""Looking links up, after the commit and never in a request."""

import logging
import time
from collections import defaultdict, deque
from datetime import timedelta
from typing import ClassVar
from urllib.parse import urlsplit

from community import clock
from community.previews.fetching import Fetcher, Unreadable
from community.previews.guarding import Forbidden, NoNetwork
from community.previews.links import digest_of, first_link
from community.previews.models import Declined, Preview
from community.previews.reading import Said, said_by
from community.previews.sources import Standing, texts_of
from community.settings import settings
from community.storage import enqueue, execute, job, row, unit_of_work
from community.text.references import add_reference

log = logging.getLogger(__name__)

KEPT = timedelta(days=7)
KEPT_NOTHING = timedelta(days=1)  # where nothing could be shown, or nobody answered
MOST_TOGETHER = 2  # of the four jobs that run side by side
MOST_A_MINUTE = 10  # of one host, by this process
MOST_TRIES = 30
PAUSE_S = 600.0  # after finding that nothing can be reached from here


class _State:
    """Of this process: how many links are being looked up, when each host was asked, and until when there is no network."""

    looking = 0
    asked: ClassVar[defaultdict[str, deque[float]]] = defaultdict(deque)
    paused_until = 0.0


def fetcher() -> Fetcher:
    """The one that asks the world. Tests put another in its place."""
    origin = settings().public_origin
    return Fetcher(agent=f"Guildhall/1 (card for a link; +{origin})", own_host=urlsplit(origin).hostname or "")


@job
async def look_up(source: str, tries: int = 0) -> None:
    """Give a text the card of its first link, as the text stands now. What had to wait so often gets none."""
    texts, number = texts_of(source)
    standing = await texts.standing(number)
    address = first_link(standing.html) if standing else ""
    if not address or not settings().previews or tries > MOST_TRIES or await Declined.filter(source=source).exists():
        return
    found = await _kept(digest_of(address))
    if found is None and (later := _must_wait(address)):
        async with unit_of_work():
            await enqueue(look_up, source=source, tries=tries + 1, run_at=clock.now() + later)
        return
    if found is None:
        found = await _looked_up(address)
    if found:
        await _show(source, address, found)


async def _kept(digest: str) -> int | None:
    """The id of what was found lately, 0 where nothing was."""
    found = await row("SELECT id, title, fetched_at FROM link_previews WHERE digest = :digest", digest=digest)
    if found is None or found["fetched_at"] < clock.now() - (KEPT if found["title"] else KEPT_NOTHING):
        return None
    return int(found["id"]) if found["title"] else 0


def _must_wait(address: str) -> timedelta | None:
    if _State.looking >= MOST_TOGETHER:
        return timedelta(seconds=3)
    now, asked = time.monotonic(), _State.asked[urlsplit(address).netloc]
    while asked and asked[0] < now - 60:
        asked.popleft()
    if len(asked) >= MOST_A_MINUTE:
        return timedelta(minutes=1)
    asked.append(now)
    return None


async def _looked_up(address: str) -> int:
    """Ask for the page and keep what it says of itself; the id, 0 where there is nothing to show."""
    if time.monotonic() < _State.paused_until:
        return 0
    said = Said()
    _State.looking += 1
    try:
        said = said_by(await fetcher().fetch(address))
    except (Forbidden, Unreadable) as why:
        log.info("no card: %s", type(why).__name__)
    except NoNetwork:
        _State.paused_until = time.monotonic() + PAUSE_S
        log.warning("no cards for ten minutes: nothing can be reached from here (GUILDHALL_PREVIEWS=false turns them off)")
        return 0
    finally:
        _State.looking -= 1
        if len(_State.asked) > 1000:
            _State.asked.clear()
    return await _keep(digest_of(address), said)


async def _keep(digest: str, said: Said) -> int:
    async with unit_of_work():
        await _forget_unshown()
        await execute(
            """INSERT INTO link_previews (digest, title, description, site, fetched_at)
               VALUES (:digest, :title, :description, :site, :now)
               ON CONFLICT (digest) DO UPDATE SET title = excluded.title, description = excluded.description, site = excluded.site,
                   fetched_at = excluded.fetched_at""",
            digest=digest, title=said.title, description=said.description, site=said.site, now=clock.now(),
        )  # fmt: skip
        kept = await Preview.get(digest=digest)
    return int(kept.id) if kept.title else 0


async def _forget_unshown() -> None:
    await execute(
        """DELETE FROM link_previews WHERE fetched_at < :before
           AND NOT EXISTS (SELECT 1 FROM text_references AS r WHERE r.target = 'preview:' || link_previews.id)""",
        before=clock.now() - KEPT,
    )  # fmt: skip


async def _show(source: str, address: str, preview_id: int) -> None:
    """Unless the text says something else by now, or its author wants no card."""
    texts, number = texts_of(source)
    async with unit_of_work():
        standing: Standing | None = await texts.standing(number, lock=True)
        if standing is None or first_link(standing.html) != address or await Declined.filter(source=source).exists():
            return
        if await add_reference(source, standing.version, f"preview:{preview_id}"):
            await texts.changed(number)
