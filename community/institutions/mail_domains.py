"""The mail domains by which an institution knows its people: what may be one, and which address belongs to which."""

import unicodedata

from community.accounts.addresses import normal_address
from community.accounts.handles import skeleton
from community.institutions.public_mail import is_public
from community.text.gettext import _

# Second labels under which a country's schools and firms stand: "ac.ke" belongs to nobody alone.
_SHARED = frozenset(
    ("ac", "asso", "co", "com", "edu", "ed", "gob", "gouv", "gov", "go", "gv", "info", "int", "k12", "mil", "ne", "net", "nom",
     "or", "org", "sch", "school", "web")
)  # fmt: skip


def checked_domain(text: str) -> str:
    """The domain in lower-case ASCII (IDNA), from what a coordinator typed. Raises ValueError with a sentence."""
    typed = text.strip().rstrip(".").rpartition("@")[2].lower()
    try:
        domain = normal_address(f"a@{typed}").partition("@")[2]
    except ValueError:
        raise ValueError(_("Write the part after the @ of your addresses, for example school.edu")) from None
    if _mixes_scripts(domain):
        raise ValueError(_("This mixes letters of several scripts and could be taken for another name. Type it anew."))
    if is_public(domain):
        raise ValueError(_("Everybody can have an address there. Name a domain that only your institution gives addresses from."))
    if _is_shared(domain.split(".")):
        raise ValueError(
            _("Many institutions stand under this ending. Write yours in full, for example school.%(end)s") % {"end": domain}
        )
    return domain


def _is_shared(labels: list[str]) -> bool:
    return len(labels) == 2 and labels[0] in _SHARED and len(labels[1]) == 2


def _mixes_scripts(domain: str) -> bool:
    """Whether one label has letters of several scripts, such as a Cyrillic a among Latin letters."""
    return any(len(_scripts(label)) > 1 for label in _written(domain).split("."))


def _scripts(text: str) -> set[str]:
    """By the first word of the letters' Unicode names; those that Japanese and Korean mix count as one."""
    names = {unicodedata.name(char, "?").split()[0] for char in text if char.isalpha()}
    return {"CJK" if name in {"HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL"} else name for name in names}


def _written(domain: str) -> str:
    """An ASCII domain as people read it."""
    try:
        return domain.encode("ascii").decode("idna")
    except UnicodeError:
        return domain


def shown(domain: str) -> str:
    """As people write it; the ASCII form beside it where the two differ."""
    written = _written(domain)
    return domain if written == domain else f"{written} ({domain})"


def candidates(email: str) -> list[str]:
    """The domain of an address and all that it stands under, whole labels only: `attacker-school.edu` is not under `school.edu`."""
    labels = email.rpartition("@")[2].split(".")
    return [".".join(labels[at:]) for at in range(len(labels) - 1)]


def could_be_taken_for(domain: str, other: str) -> bool:
    """Whether two different domains look alike at a glance (after UTS 39), or differ by a hyphen or an ending."""
    if domain == other:
        return False
    return _glance(domain) == _glance(other) or _first(other) in _first(domain).split("-")


def _first(domain: str) -> str:
    return domain.partition(".")[0]


def _glance(domain: str) -> str:
    letters = (char for char in unicodedata.normalize("NFKD", _written(domain)) if not unicodedata.combining(char))
    return skeleton("".join(_LETTERS.get(char, char) for char in letters).replace("-", ""))


# Letters of Cyrillic and Greek that look Latin in most typefaces (from UTS 39's confusables).
_LETTERS = dict(zip("асеорхуіјѕԁһӏкмтвнгαοερικυνωτ", "aceopxyijsdhlkmtbhraoeplkuvwt", strict=True))
