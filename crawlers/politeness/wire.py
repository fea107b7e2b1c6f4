"""One HTTP request, guarded: to a permitted address, in time, within a size.

Proxies of the environment are never asked, certificates are always verified.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Awaitable, Callable, Iterable, Mapping
from socket import SOCK_STREAM, gaierror
from typing import Any
from urllib.parse import urlsplit

import httpcore
from w3lib.url import safe_url_string

from crawlers.pages import Response
from crawlers.politeness.errors import FetchError
from crawlers.politeness.guard import Guard
from crawlers.politeness.settings import PolitenessSettings

Resolve = Callable[[str, int], Awaitable[list[str]]]
_PACKINGS = {"gzip": 47, "x-gzip": 47, "deflate": 47}  # wbits: 32 + 15 finds gzip and zlib


async def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host, in the system's order."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class GuardedNetwork(httpcore.AsyncNetworkBackend):
    """Connects to permitted addresses only.

    A host is looked up once for each connection and the address found is the one dialled,
    so a name cannot change its mind in between; then the peer itself is asked who it is.
    """

    def __init__(
        self, guard: Guard, lookup: Resolve, network: httpcore.AsyncNetworkBackend
    ) -> None:
        self._guard, self._lookup, self._network = guard, lookup, network

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to the first permitted address that answers."""
        failure: Exception = httpcore.ConnectError("it has no address")
        for address in await self._permitted(host, port):
            try:
                stream = await self._network.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
                continue
            await self._check_peer(stream, host, port)
            return stream
        raise failure

    async def _permitted(self, host: str, port: int) -> list[str]:
        try:
            addresses = await self._lookup(host, port)
        except (gaierror, UnicodeError) as error:
            raise httpcore.ConnectError(f"no such host: {error}") from error
        permitted = [one for one in addresses if self._guard.permits(host, port, one)]
        if addresses and not permitted:
            raise FetchError("forbidden_address", f"{host}:{port}", ", ".join(addresses))
        return permitted

    async def _check_peer(self, stream: httpcore.AsyncNetworkStream, host: str, port: int) -> None:
        peer = stream.get_extra_info("server_addr")
        address = str(peer[0]) if peer else "unknown"
        if not self._guard.permits(host, port, address):
            await stream.aclose()
            raise FetchError("forbidden_address", f"{host}:{port}", f"the peer is {address}")


class Wire:
    """Sends single requests: no redirects, no retries, no cookies."""

    def __init__(
        self,
        settings: PolitenessSettings,
        *,
        lookup: Resolve = resolve,
        network: httpcore.AsyncNetworkBackend | None = None,
    ) -> None:
        self._settings = settings
        guard = Guard(settings.allow_private)
        self._pool = httpcore.AsyncConnectionPool(
            max_connections=32,
            max_keepalive_connections=8,
            keepalive_expiry=4.0,  # less than most servers keep theirs
            network_backend=GuardedNetwork(guard, lookup, network or httpcore.AnyIOBackend()),
        )

    async def send(
        self, url: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Response:
        """The answer to a GET, or to a POST of some JSON, whatever its status.

        Raises FetchError where there is none.
        """
        address = plain_url(url)
        try:
            async with asyncio.timeout(self._settings.timeout):
                return await self._send(address, headers, body)
        except (TimeoutError, httpcore.TimeoutException) as error:
            raise FetchError("timeout", address, f"{self._settings.timeout:g} s") from error
        except (httpcore.NetworkError, OSError) as error:
            raise FetchError("unreachable", address, str(error)) from error
        except (httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
            # A kept connection that the server has closed meanwhile is no fault of its answer.
            code = "unreachable" if "disconnected" in str(error) else "bad_answer"
            raise FetchError(code, address, str(error)) from error

    async def close(self) -> None:
        """Closes every connection."""
        await self._pool.aclose()

    async def _send(self, url: str, headers: Mapping[str, str], body: bytes | None) -> Response:
        sent: list[tuple[bytes | str, bytes | str]] = [
            ("Host", urlsplit(url).netloc),
            ("User-Agent", self._settings.user_agent),
            ("Accept", "*/*"),
            ("Accept-Encoding", "gzip, deflate"),
            *headers.items(),
        ]
        method = "GET" if body is None else "POST"
        if body is not None:
            sent += [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        given: dict[str, Any] = {"headers": sent, "content": body}
        given["extensions"] = {"timeout": {"connect": self._settings.connect_timeout}}
        async with self._pool.stream(method, url, **given) as answer:
            received = _headers(answer.headers)
            unpacked = await self._body(answer, received.get("content-encoding", ""), url)
        return Response(url, answer.status, received, unpacked)

    async def _body(self, answer: httpcore.Response, packing: str, url: str) -> bytes:
        """The unpacked body; what grows beyond the limit, packed or unpacked, is refused."""
        unpack = _unpacker(packing, url)
        body, packed, limit = bytearray(), 0, self._settings.max_bytes
        async for chunk in answer.aiter_stream():
            packed += len(chunk)
            try:
                body += unpack(chunk, limit + 1 - len(body))
            except zlib.error as error:
                raise FetchError("bad_answer", url, f"{packing}: {error}") from error
            if max(packed, len(body)) > limit:
                raise FetchError("too_large", url, f"more than {limit} bytes")
        return bytes(body)


def _headers(given: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers by lower-case name; what comes several times has a line for each."""
    headers: dict[str, str] = {}
    for name, value in given:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        headers[key] = f"{headers[key]}\n{text}" if key in headers else text
    return headers


def plain_url(url: str) -> str:
    """The URL in ASCII, if it is an http or https one that names no user."""
    try:
        address = safe_url_string(url.strip())
        parts = urlsplit(address)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except (ValueError, UnicodeError) as error:
        raise FetchError("forbidden_url", url[:500], str(error)) from error
    if not usable or parts.username is not None or parts.password is not None:
        raise FetchError("forbidden_url", url[:500])
    return address.partition("#")[0]


def _unpacker(packing: str, url: str) -> Callable[[bytes, int], bytes]:
    names = [name.strip().lower() for name in packing.split(",") if name.strip()]
    names = [name for name in names if name != "identity"]
    if not names:
        return lambda chunk, room: chunk
    if len(names) > 1 or names[0] not in _PACKINGS:
        raise FetchError("bad_answer", url, f"packed as {packing[:80]}")
    unpacking = zlib.decompressobj(_PACKINGS[names[0]])
    return lambda chunk, room: unpacking.decompress(chunk, max(room, 1))
