"""Whether a page of another site sends a request: cookies travel with it, so its Origin decides."""

import re

from realtime.house import RequestHead

_ORIGIN = re.compile(r"(https?)://([a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::([0-9]{1,5}))?")
_PORT = {"http": "80", "https": "443"}


def is_same_origin(head: RequestHead, public_origin: str = "") -> bool:
    """Exactly one Origin, which is the public address, or, where none is set, the host that was asked.

    `null`, an absent one, and every spelling that is not scheme, host and port alone are another site's.
    """
    origins, hosts = head.values("origin"), head.values("host")
    if len(origins) != 1 or len(hosts) != 1:
        return False
    if public_origin:
        return (origin := _parted(origins[0])) is not None and origin == _parted(public_origin.lower())
    return is_of_host(origins[0], hosts[0])


def is_of_host(origin: str, host: str) -> bool:
    """Whether `origin` is spelt as a browser does and names the host and port of a Host header."""
    if (parted := _parted(origin)) is None:
        return False
    scheme, name, port = parted
    return host.lower() in {f"{name}:{port}"} | ({name} if port == _PORT[scheme] else set())


def _parted(origin: str) -> tuple[str, str, str] | None:
    found = _ORIGIN.fullmatch(origin)
    return (found[1], found[2], found[3] or _PORT[found[1]]) if found else None
