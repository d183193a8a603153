"""An invented language that shows, in tests, which texts never went through gettext and which boxes are too small."""

import gettext as gnu
import re

PSEUDO = "en-XA"
_ACCENTED = str.maketrans("aceinosuyACEINOSUY", "áçéíñöšúýÁÇÉÍÑÖŠÚÝ")
# Placeholders and markup stay as they are: %(n)s, %s, {name}, <b>, &amp;
_KEPT = re.compile(r"(%\(\w+\)[sd]|%[sd%]|\{\w*\}|<[^>]+>|&\w+;)")


def pseudo(message: str) -> str:
    """`Sign in` -> `[Šígñ íñ ~~]`: accented, and a third longer, as Russian and French are."""
    parts = [part if _KEPT.fullmatch(part) else part.translate(_ACCENTED) for part in _KEPT.split(message)]
    return f"[{''.join(parts)} {'~' * max(1, len(message) // 3)}]"


class PseudoTranslations(gnu.NullTranslations):
    """Every message in the invented language."""

    def gettext(self, message: str) -> str:
        return pseudo(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return pseudo(msgid1 if n == 1 else msgid2)
