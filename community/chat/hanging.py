"""What hangs on messages below their words: files, and the card of a link."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from community.files.queries import FileLine, files_of_parts
from community.previews.queries import Card, cards_of


@dataclass(frozen=True, slots=True)
class Hanging:
    files: Sequence[FileLine] = ()
    card: Card | None = None

    def told(self) -> dict[str, Any]:
        """As a frame carries it: nothing where nothing hangs there."""
        files: dict[str, Any] = {"files": [_told(one) for one in self.files]} if self.files else {}
        return files | ({"previews": [self.card.told()]} if self.card else {})


NOTHING = Hanging()


async def hanging_on(messages: Iterable[Mapping[str, Any]]) -> dict[int, Hanging]:
    """By the id of each message on which something hangs; `messages` are rows with `id`, `attached` and `html`.

    Whoever may read a message may see its files: both are seen through the room. Where there are neither files nor links, nothing
    is asked.
    """
    by_source = {f"message:{one['id']}": one for one in messages}
    carrying = [source for source, one in by_source.items() if one["attached"]]
    files = await files_of_parts(carrying) if carrying else {}
    cards = await cards_of({source: one["html"] for source, one in by_source.items()})
    return {by_source[source]["id"]: Hanging(files.get(source, ()), cards.get(source)) for source in files.keys() | cards.keys()}


def _told(one: FileLine) -> dict[str, Any]:
    """`size` is in bytes, `width` and `height` those of a picture as it is shown."""
    told: dict[str, Any] = {"id": one.id, "name": one.name, "url": one.url, "type": one.media_type, "size": one.size}
    if one.is_image:
        told |= {"small": one.small_url or one.url, "width": one.shown_size[0], "height": one.shown_size[1]}
    return told | ({"seconds": one.seconds} if one.is_sound else {})
