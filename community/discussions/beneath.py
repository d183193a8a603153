"""What stands beneath the opening of a thread, or under a practice, that was made of messages: a later slice says what.

It is asked only of what is marked `harvested`, and reads through the viewer like everything else. No word of it is stored with the
thread: so no list, feed, letter or search holds it.
"""

from collections.abc import Awaitable, Callable

from markupsafe import Markup

from community.audience import Viewer

Beneath = Callable[[Viewer, str], Awaitable[Markup]]

_providers: list[Beneath] = []


def shows_beneath(provider: Beneath) -> Beneath:
    """Register `async def quoted(viewer, "thread:9") -> Markup`, empty where there is nothing for this viewer."""
    _providers[:] = [provider]
    return provider


async def beneath(viewer: Viewer, root: str) -> Markup:
    return Markup().join([await provider(viewer, root) for provider in _providers])
