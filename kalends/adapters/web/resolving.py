"""Which addresses a name stands for, if all of them are out in the open."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from ipaddress import IPv6Address, IPv6Network, ip_address

from kalends.core.ports import WebRefused

Resolver = Callable[[str, int], Awaitable[list[str]]]
_HIDING_IPV4 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))


async def public_addresses(host: str, port: int) -> list[str]:
    """The addresses of the host, IPv4 first. Raises WebRefused when there are none or one is not public.

    One that is not public spoils all: a name that stands for both is an attempt to get in.
    """
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise WebRefused("the name of the server is not known") from None
    addresses = {str(answer[4][0]).partition("%")[0] for answer in found}
    if not addresses or not all(is_public(address) for address in addresses):
        raise WebRefused("the address does not lead to a public server")
    return sorted(addresses, key=lambda address: (":" in address, address))


def is_public(address: str) -> bool:
    """Whether anybody on the internet reaches it. Addresses that carry another one inside are not."""
    known = ip_address(address)
    if isinstance(known, IPv6Address) and _carries_another(known):
        return False
    return known.is_global and not known.is_multicast and not known.is_reserved


def _carries_another(address: IPv6Address) -> bool:
    inside = address.ipv4_mapped or address.sixtofour or address.teredo
    return inside is not None or any(address in network for network in _HIDING_IPV4)
