"""One form of a text to compare and sort by, so that every database agrees; and the names made from it."""

import re
import unicodedata

# Combining classes that belong to the letter: nukta, kana voicing, virama. Without them other words come out.
_PARTS_OF_LETTERS = frozenset((0, 7, 8, 9))


def fold(text: str) -> str:
    """NFKC, casefolded, without accents and vowel points: `Élan`, `ELAN` and `élan` are one.

    Vowel signs of Indic scripts and the voicing of kana stay, since they tell words apart.
    """
    opened = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    kept = "".join(char for char in opened if unicodedata.combining(char) in _PARTS_OF_LETTERS)
    return " ".join(unicodedata.normalize("NFKC", kept).split())


def slugify(text: str, limit: int = 60) -> str:
    """Folded letters and digits of any script joined by hyphens, for the readable end of an address. May be empty."""
    words = re.findall(r"[^\W_]+", fold(text))
    slug = ""
    for word in words:
        longer = f"{slug}-{word}" if slug else word
        if len(longer) > limit:
            break
        slug = longer
    return slug or "".join(words)[:limit]
