"""One spelling of an e-mail address, to store, to find and to count by."""

import re

from community.text.cleaning import clean_line
from community.text.gettext import _

MAX_CHARACTERS = 254  # RFC 5321 4.5.3.1.3
_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def normal_address(text: str) -> str:
    """The address in lower case, its domain in ASCII (IDNA). Raises ValueError with a sentence."""
    address = clean_line(text).lower()
    local, at, domain = address.rpartition("@")
    domain = _ascii_domain(domain)
    labels = domain.split(".")
    plausible = at and len(local) <= 64 and _LOCAL.fullmatch(local) and len(labels) > 1 and all(map(_LABEL.fullmatch, labels))
    if not plausible or len(address) > MAX_CHARACTERS or labels[-1].isdigit():
        raise ValueError(_("Write the whole address, for example name@school.edu"))
    return f"{local}@{domain}"


def counted_as(text: str) -> str:
    """What a throttle counts an address by: spellings that may reach the same mailbox (dots, +tags, case) are one. Two people whose
    addresses differ by a dot share a throttle, and nothing else: see `same_mailbox`.
    """
    local, _at, domain = text.strip().lower().rpartition("@")
    return f"{local.split('+')[0].replace('.', '')}@{domain}"[:MAX_CHARACTERS]


_DOTLESS = frozenset({"gmail.com", "googlemail.com"})


def same_mailbox(one: str, other: str) -> bool:
    """Whether two addresses surely reach one person: case and +tags aside. Dots count, but where they are known not to."""
    return _mailbox(one) == _mailbox(other)


def _mailbox(text: str) -> tuple[str, str]:
    local, _at, domain = text.strip().lower().rpartition("@")
    local = local.split("+")[0]
    return local.replace(".", "") if domain in _DOTLESS else local, domain


def _ascii_domain(domain: str) -> str:
    try:
        return domain.encode("idna").decode("ascii") if domain else ""
    except UnicodeError:
        return ""
