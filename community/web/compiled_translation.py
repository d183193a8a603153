"""Constant texts are translated when a template is compiled, once a language: a call at run time costs 8 microseconds each."""

import json
import re

from jinja2.ext import Extension

_CALL = re.compile(r"""\b_\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*\)""")


class ConstantTexts(Extension):
    """Turns `_("Save")` into the translated literal. A call with parameters stays a call."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002 - Jinja's signature
        translate = self.environment.constant_texts  # type: ignore[attr-defined]
        return _CALL.sub(lambda call: json.dumps(translate(_text(call[1])), ensure_ascii=False), source)


def _text(literal: str) -> str:
    return re.sub(r"\\(.)", lambda escape: {"n": "\n", "t": "\t"}.get(escape[1], escape[1]), literal[1:-1])
