"""The page as a server of its own thread, or of the whole process."""

from __future__ import annotations

import ipaddress
import socket
import threading
import time

import uvicorn

from app.application import App
from app.receiving import hooks_of
from app.settings import WebSettings
from app.web.app import create_app
from app.web.context import WebContext
from domain.errors import UsageError

START_DEADLINE = 20.0


class PageServer:
    """Serves the page on the address of the settings; refuses an open door without a token."""

    def __init__(self, app: App) -> None:
        web = app.settings.web
        door_is_safe(web)
        token = _token(web)
        self.address = web.address
        self._socket = _bound(web.host, web.port)
        config = uvicorn.Config(
            create_app(app.store, _context(app, token, self.address)),
            log_level="warning",
            access_log=False,
            server_header=False,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, name="page", daemon=True)

    def _serve(self) -> None:
        self._server.run(sockets=[self._socket])

    def start(self) -> None:
        """Serve in a thread; returns once the page answers."""
        self._thread.start()
        deadline = time.monotonic() + START_DEADLINE
        while not self._server.started and time.monotonic() < deadline:
            time.sleep(0.02)

    def serve(self) -> None:
        """Serve until the process is told to stop."""
        self._serve()

    def stop(self) -> None:
        """Finish the requests under way and stop."""
        self._server.should_exit = True
        self._thread.join(timeout=10)


def door_is_safe(web: WebSettings) -> str:
    """Say how the page is guarded; raises UsageError if anyone could walk in."""
    if _token(web) is not None:
        return f"{web.address}, with a token"
    if _on_loopback(web.host):
        return f"{web.address}, this machine only"
    raise UsageError(
        f"the page would be open to everyone on {web.host}",
        where="web.host",
        todo="set web.token (or token_file), or listen on 127.0.0.1",
    )


def _context(app: App, token: str | None, address: str) -> WebContext:
    return WebContext(
        brands=app.brands,
        stages=app.stages,
        people=app.people,
        base_url=address,
        zone=app.settings.web.zone,
        token=token,
        topics=app.settings.topics,
        hooks=hooks_of(app),
        clock=app.clock,
    )


def _token(web: WebSettings) -> str | None:
    if web.token is not None:
        return web.token.get_secret_value()
    if web.token_file is None:
        return None
    try:
        return web.token_file.read_text(encoding="utf-8").strip() or None
    except OSError as error:
        raise UsageError(
            f"the token cannot be read: {error.strerror}",
            where=str(web.token_file),
            todo="correct web.token_file, or who may read it",
        ) from error


def _on_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _bound(host: str, port: int) -> socket.socket:
    """A listening socket, taken before anything else starts, so that a clash is told at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise UsageError(
            f"the page cannot listen there: {error.strerror}",
            where=f"{host}:{port}",
            todo="choose another with --port, or stop what uses it",
        ) from error
    return listener
