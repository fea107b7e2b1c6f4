"""A guarded connection for places that speak something other than HTTP requests."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import httpcore

from crawlers.politeness.errors import FetchError
from crawlers.politeness.guard import Guard
from crawlers.politeness.settings import PolitenessSettings
from crawlers.politeness.wire import GuardedNetwork, Resolve, resolve

_AT_ONCE = 65_536


class Line:
    """An open connection to a permitted address; every wait on it has an end."""

    def __init__(self, stream: httpcore.AsyncNetworkStream, where: str, timeout: float) -> None:
        self._stream, self._timeout = stream, timeout
        self.where = where

    async def read(self, timeout: float | None = None) -> bytes:
        """Some bytes; none at the end. Raises FetchError ``timeout`` where nothing comes."""
        with _told(self.where):
            return await self._stream.read(_AT_ONCE, timeout or self._timeout)

    async def write(self, data: bytes) -> None:
        """Sends all of it."""
        with _told(self.where):
            await self._stream.write(data, self._timeout)


@asynccontextmanager
async def opened(
    settings: PolitenessSettings, host: str, port: int, *, tls: bool, lookup: Resolve = resolve
) -> AsyncIterator[Line]:
    """A connection to a host, past the same guard as every page; certificates are verified.

    Raises FetchError where the address is refused, or nobody answers.
    """
    where = f"{host}:{port}"
    network = GuardedNetwork(Guard(settings.allow_private), lookup, httpcore.AnyIOBackend())
    with _told(where):
        stream = await network.connect_tcp(host, port, settings.connect_timeout)
        if tls:
            context = ssl.create_default_context()
            stream = await stream.start_tls(context, host, settings.connect_timeout)
    try:
        yield Line(stream, where, settings.timeout)
    finally:
        await stream.aclose()


@contextmanager
def _told(where: str) -> Iterator[None]:
    try:
        yield
    except httpcore.TimeoutException as error:
        raise FetchError("timeout", where, str(error)) from error
    except (httpcore.NetworkError, OSError) as error:
        raise FetchError("unreachable", where, str(error)) from error
