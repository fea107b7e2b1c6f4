"""Hundreds of ways to lead a crawler astray: with the guard nobody is reached, without it all are.

Whatever address is dialled leads to one listener that counts, so a vector that passes the
guard is heard, wherever it meant to go.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_network
from typing import Any, Self

import httpcore
import pytest

from crawlers.crawl import crawl
from crawlers.politeness.errors import FetchError
from crawlers.politeness.gate import Gate
from crawlers.politeness.guard import Guard
from crawlers.politeness.settings import PolitenessSettings
from crawlers.sources.feed import FeedSettings
from crawlers.sources.schema_org import SchemaOrgSettings
from domain.posts import CrawlReport

Manners = Callable[..., PolitenessSettings]
PUBLIC = "93.184.216.34"
PRIVATE_V4 = """
0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24
192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24
224.0.0.0/4 240.0.0.0/4 168.63.129.16/32 169.254.169.254/32
""".split()  # noqa: SIM905 - a table reads better
PRIVATE_V6 = """
::/128 ::1/128 64:ff9b:1::/48 100::/64 2001:db8::/32 2001:10::/28 2001:20::/28 3fff::/20
5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8
""".split()  # noqa: SIM905 - a table reads better
LITERALS = """
localhost LOCALHOST localhost. 127.0.0.1 127.0.0.1. 127.1 127.0.1 0x7f.1 0x7f.0.0.1 0x7F000001
0x7f.0x0.0x0.0x1 0177.0.0.1 0177.1 017700000001 00000177.0.0.1 2130706433 127.0.0.01
127.000.000.001 0 0.0.0.0 00.0.0.0 0x0 127.255.255.254 10.1 0xa.0x0.0x0.0x1 012.0.0.1 167772161
192.168.257 0xc0a80101 0300.0250.1.1 3232235777 169.254.43518 0xa9fea9fe 2852039166
0251.0376.0251.0376
①②⑦.⓪.⓪.① １２７.０.０.１ 127。0。0。1 127．0．0．1 ⓛocalhost 𝟏𝟐𝟕.𝟎.𝟎.𝟏 ₁₂₇.₀.₀.₁
[::1]
[0:0:0:0:0:0:0:1] [::] [::ffff:127.0.0.1] [::ffff:7f00:1] [0:0:0:0:0:ffff:127.0.0.1]
[::127.0.0.1] [64:ff9b::127.0.0.1] [64:ff9b::7f00:1] [2002:7f00:1::] [fe80::1] [fd00::1]
[::ffff:10.0.0.1] [::ffff:a9fe:a9fe] [0000:0000:0000:0000:0000:ffff:0a00:0001]
""".split()  # noqa: SIM905 - a table reads better


def ends(network: IPv4Network | IPv6Network) -> list[str]:
    last = network.num_addresses - 1
    return list(dict.fromkeys(str(network[place]) for place in (0, last // 2, last)))


def wrapped(address: str) -> Iterator[str]:
    """Every way to carry an IPv4 address in an IPv6 one."""
    number = int(IPv4Address(address))
    high, low = number >> 16, number & 0xFFFF
    turned = number ^ 0xFFFFFFFF
    yield from (f"::ffff:{address}", f"::{high:x}:{low:x}", f"64:ff9b::{high:x}:{low:x}")
    yield from (f"2002:{high:x}:{low:x}::1", f"64:ff9b:1::{high:x}:{low:x}")
    yield f"2001:0:808:808::{turned >> 16:x}:{turned & 0xFFFF:x}"
    yield f"2606:4700::5efe:{high:x}:{low:x}"


def answers() -> list[str]:
    """Addresses that a name server may answer with, and that nobody may be led to."""
    four = [one for name in PRIVATE_V4 for one in ends(IPv4Network(name))]
    six = [one for name in PRIVATE_V6 for one in ends(IPv6Network(name))]
    return list(dict.fromkeys([*four, *six, *(one for v4 in four for one in wrapped(v4))]))


HOSTILE = answers()
UNKNOWN = {"forbidden_url", "unreachable", "robots_unreachable"}
"""What becomes of a spelling that is no URL, or that the C library does not know."""


def test_the_table_is_long_enough_to_mean_something() -> None:
    assert len(HOSTILE) + len(LITERALS) >= 300
    assert len(LITERALS) == len(set(LITERALS))


class Trap:
    """Listens on loopback; counts who connects and notes what they ask for."""

    def __init__(self) -> None:
        self.connections = 0
        self.asked: set[str] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        head = await reader.readuntil(b"\r\n\r\n")
        self.asked.add(head.split()[1].decode())
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()


class Stream(httpcore.AsyncNetworkStream):
    """A connection that says it was made to the address dialled."""

    def __init__(self, stream: httpcore.AsyncNetworkStream, address: str) -> None:
        self._stream, self._address = stream, address
        self.read, self.write, self.aclose = stream.read, stream.write, stream.aclose

    def get_extra_info(self, info: str) -> Any:
        own = info == "server_addr"
        return (self._address, 80) if own else self._stream.get_extra_info(info)


class Detour(httpcore.AsyncNetworkBackend):
    """Every address leads to a trap: public ones to the first, all others to the second."""

    def __init__(self, outside: Trap, inside: Trap) -> None:
        self._traps = {True: outside, False: inside}

    async def connect_tcp(self, host: str, *args: Any, **kwargs: Any) -> Any:
        port = self._traps[host == PUBLIC].port
        return Stream(await httpcore.AnyIOBackend().connect_tcp("127.0.0.1", port), host)


async def by_libc(host: str, port: int) -> list[str]:
    """What the C library makes of a host written in digits; it never asks a name server."""
    if host.rstrip(".").lower() == "localhost":
        return ["127.0.0.1", "::1"]
    found = socket.getaddrinfo(host, port, flags=socket.AI_NUMERICHOST)
    return [str(entry[4][0]) for entry in found]


def named(address: str) -> Callable[[str, int], Awaitable[list[str]]]:
    """A name server that answers every name with this address."""

    async def lookup(host: str, port: int) -> list[str]:
        return [address]

    return lookup


def turning(address: str) -> Callable[[str, int], Awaitable[list[str]]]:
    """A name that is public when it is first looked up, and turns private afterwards."""
    told = [[PUBLIC]]

    async def lookup(host: str, port: int) -> list[str]:
        return told.pop() if told else [address]

    return lookup


Vector = tuple[str, Callable[[str, int], Awaitable[list[str]]]]


def vectors() -> dict[str, Vector]:
    """Each vector by the path it asks for: a URL, and the name server it meets."""
    found: dict[str, Vector] = {}
    for number, host in enumerate(LITERALS):
        found[f"/literal{number}"] = f"http://{host}:8080/literal{number}", by_libc
    for number, address in enumerate(HOSTILE):
        found[f"/name{number}"] = f"http://n{number}.example/name{number}", named(address)
    for number, address in enumerate(HOSTILE[:60]):
        found[f"/turn{number}"] = f"http://t{number}.example/turn{number}", turning(address)
    return found


async def attack(settings: PolitenessSettings) -> tuple[Trap, dict[str, str]]:
    """Asks for every vector; the trap that none may reach, and what became of each."""
    ended: dict[str, str] = {}
    async with Trap() as outside, Trap() as inside:
        for path, (url, lookup) in vectors().items():
            gate = Gate(settings, lookup=lookup, network=Detour(outside, inside))
            try:
                ended[path] = str((await gate.fetch(url)).status)
            except FetchError as error:
                ended[path] = error.code
            finally:
                await gate.close()
    return inside, ended


def test_no_vector_reaches_anybody(manners: Manners) -> None:
    trap, ended = asyncio.run(attack(manners(allow_private=())))
    assert trap.connections == 0
    unheard_of = {path for path, code in ended.items() if code in UNKNOWN}
    assert all(path.startswith("/literal") for path in unheard_of), ended
    assert {ended[path] for path in ended.keys() - unheard_of} == {"forbidden_address"}
    assert len(ended) - len(unheard_of) >= 300


def test_without_the_guard_they_arrive(manners: Manners, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves that the test above can fail, vector by vector."""
    monkeypatch.setattr(Guard, "permits", lambda *_: True)
    trap, ended = asyncio.run(attack(manners(allow_private=())))
    heard = trap.asked - {"/robots.txt"}
    assert trap.connections >= 300
    lost = vectors().keys() - heard
    assert {ended[path] for path in lost} <= UNKNOWN, {path: ended[path] for path in lost}
    assert len(lost) <= len(LITERALS) // 4


@pytest.mark.parametrize("guarded", [True, False])
def test_redirects_lead_nowhere_either(
    guarded: bool, site: Any, manners: Manners, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not guarded:
        monkeypatch.setattr(Guard, "permits", lambda *_: True)
    heard = asyncio.run(_redirected(site, manners(), HOSTILE[::6]))
    assert heard == (0 if guarded else len(HOSTILE[::6]))


async def _redirected(site: Any, settings: PolitenessSettings, addresses: list[str]) -> int:
    async with Trap() as inside:
        for number, address in enumerate(addresses):
            host = f"[{address}]" if ":" in address else address
            site.routes[f"/go{number}"] = (302, {"Location": f"http://{host}/in{number}"}, b"")
            gate = Gate(settings, network=_OnlyTheSite(site.port, inside))
            try:
                await gate.fetch(f"{site.url}/go{number}")
            except FetchError as error:
                assert error.code == "forbidden_address"
            await gate.close()
        return len(inside.asked - {"/robots.txt"})


class _OnlyTheSite(httpcore.AsyncNetworkBackend):
    """The site's own port is itself; everything else is the trap."""

    def __init__(self, port: int, trap: Trap) -> None:
        self._port, self._trap = port, trap

    async def connect_tcp(self, host: str, port: int, *args: Any, **kwargs: Any) -> Any:
        real = httpcore.AnyIOBackend()
        if port == self._port:
            return await real.connect_tcp("127.0.0.1", port)
        return Stream(await real.connect_tcp("127.0.0.1", self._trap.port), host)


def test_feeds_and_sitemaps_lead_nowhere_either(
    site: Any, listener: Any, manners: Manners, now: Any
) -> None:
    """In child processes, with nothing replaced: what a document names is not followed."""
    inside = f"http://127.0.0.1:{listener.port}"
    space = 'xmlns:wfw="http://wellformedweb.org/CommentAPI/"'
    comments = f"<wfw:commentRss>{inside}/c</wfw:commentRss><link>{inside}/l</link>"
    body = f"<item><guid>1</guid><title>t</title>{comments}</item>"
    feed = f'<rss version="2.0" {space}><channel>{body}</channel></rss>'.encode()
    urls = "".join(f"<url><loc>{inside}/{n}</loc></url>" for n in range(20))
    more = f"<sitemap><loc>{inside}/sitemap.xml</loc></sitemap>"
    site.routes |= {
        "/feed": (200, {"Content-Type": "application/rss+xml"}, feed),
        "/sitemap.xml": (200, {}, f"<urlset>{urls}{more}</urlset>".encode()),
    }
    sources = (
        FeedSettings(kind="feed", name="f", url=f"{site.url}/feed"),
        SchemaOrgSettings(kind="schema_org", name="s", sitemap=f"{site.url}/sitemap.xml"),
    )
    for source in sources:
        events = list(crawl(source, {}, politeness=manners(), now=now))
        assert isinstance(events[-1], CrawlReport)
    assert listener.connections == 0


def test_every_special_network_is_refused_from_end_to_end() -> None:
    for name in (*PRIVATE_V4, *PRIVATE_V6):
        for address in ends(ip_network(name)):
            assert not Guard().permits("name.example", 80, address), address
