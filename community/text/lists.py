"""Several things in one line of text, as the language of the page writes them."""

from collections.abc import Iterable

from community.text.gettext import language

_COMMAS = {"ar": "، ", "zh": "、"}


def listed(things: Iterable[object]) -> str:
    """What is not empty, with the commas of the language: "Amman, Jordan"; "عمّان، الأردن"."""
    comma = _COMMAS.get(language().partition("-")[0], ", ")
    return comma.join(str(thing) for thing in things if thing)
