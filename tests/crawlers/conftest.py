"""A small site on loopback, recordings to replay, and the manners of a test."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from crawlers import parent
from crawlers.pages import Request, Response
from crawlers.politeness.optout import withheld
from crawlers.politeness.settings import PolitenessSettings
from crawlers.sources.feed import FeedSettings

RECORDINGS = Path(__file__).parent / "recordings"
Answer = tuple[int, dict[str, str], bytes] | Callable[[BaseHTTPRequestHandler], None]


class Site:
    """An HTTP server on loopback; ``routes`` maps a path to an answer or a function."""

    def __init__(self) -> None:
        self.routes: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.stop = threading.Event()
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site.asked.append(self.path)
                site.headers.append({key.lower(): value for key, value in self.headers.items()})
                answer = site.routes.get(self.path) or site.routes.get(self.path.split("?")[0])
                try:
                    _send(self, answer or (404, {}, b""))
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.block_on_close = False
        self.port = self.server.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.stop.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def _send(handler: BaseHTTPRequestHandler, answer: Answer) -> None:
    if callable(answer):
        handler.close_connection = True
        answer(handler)
        return
    status, headers, body = answer
    handler.send_response(status)
    for name, value in {"Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


@pytest.fixture
def site() -> Iterator[Site]:
    """A site that answers 404 until its routes are set."""
    one = Site()
    yield one
    one.close()


class Listener:
    """A port that counts who connects and keeps what they say."""

    def __init__(self) -> None:
        self.connections = 0
        self.heard = b""
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(0.05)
        self.port = int(self._socket.getsockname()[1])
        self._open = True
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while self._open:
            try:
                connection, _ = self._socket.accept()
            except TimeoutError:
                continue
            self.connections += 1
            with connection:
                connection.settimeout(0.3)
                try:
                    self.heard += connection.recv(4096)
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                except OSError:
                    pass

    def close(self) -> None:
        self._open = False
        self._thread.join()
        self._socket.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    """A private service that nobody may reach."""
    one = Listener()
    yield one
    one.close()


@pytest.fixture
def now() -> datetime:
    """Sunday, 22 November 2026, noon UTC."""
    return datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def manners(site: Site) -> Callable[..., PolitenessSettings]:
    """Quick manners that allow the test site, and what is changed in them."""

    def made(**changes: Any) -> PolitenessSettings:
        given: dict[str, Any] = {
            "user_agent": "Boca/0.1 (+https://example.org/boca)",
            "allow_private": (f"127.0.0.1:{site.port}",),
            "pace": 0,
            "timeout": 2,
            "retries": 0,
            "deadline": 30,
        }
        return PolitenessSettings.model_validate(given | changes)

    return made


def recorded(kind: str) -> dict[str, Response]:
    """The recordings of a kind of source, by URL."""
    pages = {}
    for path in sorted((RECORDINGS / kind).glob("*.http")):
        head, _, body = path.read_bytes().partition(b"\n\n")
        url, status, *lines = head.decode().splitlines()
        headers = dict(line.split(": ", 1) for line in lines)
        pages[url] = Response(url, int(status), headers, body)
    return pages


def _find(url: str, pages: dict[str, Response]) -> Response:
    """The recording of the same path whose query says most of what is asked."""
    asked = urlsplit(url)
    query = set(parse_qsl(asked.query))
    fitting = [
        (len(parse_qsl(urlsplit(key).query)), page)
        for key, page in pages.items()
        if urlsplit(key)[:3] == asked[:3] and set(parse_qsl(urlsplit(key).query)) <= query
    ]
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else Response(url, 404, {}, b"")


@pytest.fixture
def replay() -> Callable[..., list[Any]]:
    """Runs a source over recordings, first asked first read; everything but requests."""

    def run(
        source: Any,
        kind: str,
        pages: dict[str, Response] | None = None,
        first: Iterable[Request] | None = None,
    ) -> list[Any]:
        pages = recorded(kind) if pages is None else pages
        queue, found = list(source.requests() if first is None else first), []
        while queue:
            request: Request = queue.pop(0)
            page = _find(request.url, pages)
            if page.status < 400:
                page = Response(request.url, page.status, page.headers, page.body, request.context)
                results = withheld("example", page, request.then)
            else:
                assert request.otherwise, f"{request.url} is not recorded"
                results = request.otherwise(request.status(page))
            for one in results:
                (queue if isinstance(one, Request) else found).append(one)
        return found

    return run


@pytest.fixture
def feed(site: Any) -> FeedSettings:
    return FeedSettings(kind="feed", name="loja", url=f"{site.url}/feed")


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """The child processes started during a test."""
    started: list[Any] = []
    start = parent._started

    def remembered(log: Any) -> Any:
        started.append(start(log))
        return started[-1]

    monkeypatch.setattr(parent, "_started", remembered)
    yield started
    assert all(child.returncode is not None for child in started), "a child was left behind"
