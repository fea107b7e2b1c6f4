"""Loopback receivers: a mail server and a web server that answer as they are told."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "boca", "pa55-never-shown"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@dataclass
class MailBox:
    """What a mail server got, and what it answers to DATA."""

    answer: str = "250 taken"
    goodbye: str = "221 bye"
    got: list[Envelope] = field(default_factory=list)
    logins: int = 0
    port: int = field(default_factory=_free_port)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:
        if self.answer.startswith("2"):
            self.got.append(envelope)
        return self.answer

    async def handle_QUIT(self, server: Any, *_: Any) -> str:
        if not self.goodbye:
            server.transport.abort()
        return self.goodbye

    def authenticate(self, *asked: Any) -> AuthResult:
        self.logins += 1
        right = (asked[-1].login, asked[-1].password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=right, handled=False)


@dataclass
class WebSite:
    """What a web server got, and what it answers."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    port: int = 0


def _serving(box: MailBox, **options: Any) -> Iterator[MailBox]:
    controller = Controller(
        box, hostname="127.0.0.1", port=box.port, authenticator=box.authenticate, **options
    )
    controller.start()
    yield box
    controller.stop()


@pytest.fixture
def mail() -> Iterator[MailBox]:
    yield from _serving(MailBox(), auth_require_tls=False)


@pytest.fixture
def starttls_mail(certificate: tuple[Path, Path]) -> Iterator[MailBox]:
    yield from _serving(MailBox(), tls_context=_server_context(certificate), require_starttls=True)


@pytest.fixture
def tls_mail(certificate: tuple[Path, Path]) -> Iterator[MailBox]:
    yield from _serving(MailBox(), ssl_context=_server_context(certificate), auth_require_tls=False)


@pytest.fixture
def site() -> Iterator[WebSite]:
    site = WebSite()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            site.got.append((self.path, dict(self.headers), body))
            self.send_response(site.status)
            for name, value in site.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_HEAD = do_POST

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield site
    server.shutdown()
    thread.join()
    server.server_close()


def _server_context(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A self-signed certificate for 127.0.0.1, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    certificate, private = folder / "cert.pem", folder / "key.pem"
    certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate, private
