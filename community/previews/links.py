"""Which link of a text gets a card: the first that leads elsewhere."""

import re
from hashlib import sha256
from html import unescape
from urllib.parse import urlsplit

from community.settings import settings
from community.text.plain import without_quotations

LINKING = '<a href="http'
_LINK = re.compile(r'<a href="(https?://[^"]{1,2000})"')


def first_link(html: str) -> str:
    """The address of the first link of our own safe HTML that leads elsewhere, outside quotations; "" without one.

    Pages of this site get no card: who reads them may see less than who wrote, and a link that is read is one press away.
    """
    if LINKING not in html:
        return ""
    own = urlsplit(settings().public_origin).netloc
    addresses = (unescape(found) for found in _LINK.findall(without_quotations(html)))
    return next((address for address in addresses if urlsplit(address).netloc != own), "")


def digest_of(address: str) -> str:
    """What stands for an address: without its fragment, which is no part of what is asked for."""
    return sha256(address.partition("#")[0].encode()).hexdigest()
