"""Where the house may fetch from: public addresses and nothing else.

The lists are those of IANA's special-purpose registries (RFC 6890 and later), written out, since `is_global` has changed its mind
between releases of Python. Ways to write an IPv4 address inside an IPv6 one are refused as a whole: nobody's page needs them.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
MayAsk = Callable[[Address, int], bool]

PORTS = frozenset((80, 443))
_NOT_PUBLIC = tuple(
    ip_network(block)
    for block in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        # Of IPv6 only 2000::/3 is given out; inside it Teredo, ORCHID, benchmarking, documentation, 6to4 and their like are not.
        "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
    )
)  # fmt: skip
_GIVEN_OUT = ip_network("2000::/3")


class Forbidden(Exception):
    """An address that this house does not ask."""


class NoNetwork(Exception):
    """Nothing can be resolved or reached from here."""


def is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address) and address not in _GIVEN_OUT:
        return False
    return not any(address.version == block.version and address in block for block in _NOT_PUBLIC)


def is_public_place(address: Address, port: int) -> bool:
    return port in PORTS and is_public(address)


async def resolved(host: str, port: int) -> Sequence[str]:
    """What the system makes of a name, or of a number in any of the spellings that it knows. Raises NoNetwork, Forbidden."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    except socket.gaierror as error:
        raise (NoNetwork if error.errno == socket.EAI_AGAIN else Forbidden)(error.errno) from None
    return list(dict.fromkeys(str(one[4][0]) for one in found))


async def checked_addresses(host: str, port: int, resolve: Resolve, may_ask: MayAsk) -> list[str]:
    """The addresses of a host, each of them allowed: what is connected to is one of these, and never the name again.

    Raises Forbidden when a single one is not: a name that is public and private at once is no accident.
    """
    found = [ip_address(one.partition("%")[0]) for one in await resolve(host, port)]
    if not found or not all(may_ask(one, port) for one in found):
        raise Forbidden(host)
    return [str(one) for one in sorted(found, key=lambda one: one.version)]
