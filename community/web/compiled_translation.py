"""Constant texts are translated when a template is compiled, once a language; a sentence with values, once for the same values: a
call at run time costs 8 microseconds each.
"""

import json
import re
from collections.abc import Callable
from functools import lru_cache
from gettext import NullTranslations
from typing import Any

from jinja2.ext import Extension
from markupsafe import Markup

_CALL = re.compile(r"""\b_\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*\)""")


SHORT = 40


class ConstantTexts(Extension):
    """Turns `_("Save")` into the translated literal. A call with parameters stays a call."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002 - Jinja's signature
        translate = self.environment.constant_texts  # type: ignore[attr-defined]
        return _CALL.sub(lambda call: json.dumps(translate(_text(call[1])), ensure_ascii=False), source)


def _text(literal: str) -> str:
    return re.sub(r"\\(.)", lambda escape: {"n": "\n", "t": "\t"}.get(escape[1], escape[1]), literal[1:-1])


def sentences(words: NullTranslations) -> dict[str, Callable[..., Markup]]:
    """What `{% trans %}` calls, in the manner that Jinja names "newstyle": it puts the values in, each escaped.

    A sentence with numbers and short words is kept; longer words are what somebody wrote, and are not.
    """

    def gettext(text: str, /, **values: Any) -> Markup:
        return Markup(words.gettext(text)) % values  # noqa: S704 - written by us and by translators

    def ngettext(one: str, many: str, num: int, /, **values: Any) -> Markup:
        return Markup(words.ngettext(one, many, num)) % {"num": num, **values}  # noqa: S704 - written by us and by translators

    return {"gettext": _keeping(gettext), "ngettext": _keeping(ngettext)}


def _keeping(made: Callable[..., Markup]) -> Callable[..., Markup]:
    kept = lru_cache(maxsize=2048, typed=True)(made)  # typed, since markup equals the text that it is written with

    def sentence(*texts: Any, **values: Any) -> Markup:
        short = all(isinstance(value, int) or (isinstance(value, str) and len(value) <= SHORT) for value in values.values())
        return (kept if short else made)(*texts, **values)

    return sentence
