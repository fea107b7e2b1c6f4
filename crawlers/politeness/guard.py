"""The network guard: which addresses may be spoken to.

An explicit list of what is private or special, because ``ipaddress.is_global`` lets
NAT64, 6to4, ``::127.0.0.1``, 192.0.0.8 and multicast pass. Addresses that carry an IPv4
address inside are judged by that one too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_DENIED_V4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "168.63.129.16/32",  # the platform address of a large cloud
    )
)
_GLOBAL_V6 = IPv6Network("2000::/3")
_DENIED_V6 = tuple(
    IPv6Network(network)
    for network in (
        "2001:1::/32",
        "2001:2::/48",
        "2001:3::/32",
        "2001:4:112::/48",
        "2001:10::/28",
        "2001:20::/28",
        "2001:30::/28",
        "2001:db8::/32",
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)
_MAPPED = IPv6Network("::ffff:0:0/96")
_NAT64 = IPv6Network("64:ff9b::/96")
_SIX_TO_FOUR = IPv6Network("2002::/16")
_TEREDO = IPv6Network("2001::/32")
_ISATAP = frozenset({0x00005EFE, 0x02005EFE})


def is_public(address: str) -> bool:
    """Whether an address, given in digits, belongs to the open internet."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, IPv4Address):
        return _is_public_v4(parsed)
    embedded = list(_embedded(parsed))
    if not all(_is_public_v4(inner) for inner in embedded):
        return False
    if parsed in _MAPPED or parsed in _NAT64:
        return True
    return parsed in _GLOBAL_V6 and not any(parsed in network for network in _DENIED_V6)


def _is_public_v4(address: IPv4Address) -> bool:
    return not any(address in network for network in _DENIED_V4)


def _embedded(address: IPv6Address) -> Iterator[IPv4Address]:
    """Every IPv4 address that an IPv6 address carries."""
    number = int(address)
    if address in _MAPPED or address in _NAT64:
        yield IPv4Address(number & 0xFFFFFFFF)
    if address in _SIX_TO_FOUR:
        yield IPv4Address((number >> 80) & 0xFFFFFFFF)
    if address in _TEREDO:
        yield IPv4Address((number >> 64) & 0xFFFFFFFF)
        yield IPv4Address(~number & 0xFFFFFFFF)
    if (number >> 32) & 0xFFFFFFFF in _ISATAP:
        yield IPv4Address(number & 0xFFFFFFFF)


class Guard:
    """Permits public addresses, and the exact host:port pairs that the user allows."""

    def __init__(self, allow_private: Iterable[str] = ()) -> None:
        self._allowed = frozenset(allow_private)

    def permits(self, host: str, port: int, address: str) -> bool:
        """Whether a URL's host and port may be answered from this address."""
        name = f"[{host}]" if ":" in host else host
        return f"{name.lower()}:{port}" in self._allowed or is_public(address)
