"""One guarded GET: addresses, redirects, sizes, times, certificates."""

from __future__ import annotations

import asyncio
import gzip
import ssl
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpcore
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from crawlers.pages import Response
from crawlers.politeness.errors import FetchError
from crawlers.politeness.gate import Gate
from crawlers.politeness.guard import Guard
from crawlers.politeness.settings import PolitenessSettings
from crawlers.politeness.wire import plain_url

PUBLIC = "93.184.216.34"
Manners = Callable[..., PolitenessSettings]


def fetch(url: str, settings: PolitenessSettings, **parts: Any) -> Response:
    async def once() -> Response:
        gate = Gate(settings, **parts)
        try:
            return await gate.fetch(url)
        finally:
            await gate.close()

    return asyncio.run(once())


def refusal(url: str, settings: PolitenessSettings, **parts: Any) -> FetchError:
    with pytest.raises(FetchError) as caught:
        fetch(url, settings, **parts)
    return caught.value


def test_a_page_comes_with_its_headers(site: Any, manners: Manners) -> None:
    site.routes["/a"] = (200, {"X-Thing": "Yes"}, b"hello")
    page = fetch(f"{site.url}/a", manners())
    assert (page.status, page.body, page.headers["x-thing"]) == (200, b"hello", "Yes")
    assert site.headers[-1]["user-agent"] == "Boca/0.1 (+https://example.org/boca)"
    assert "cookie" not in site.headers[-1]


def test_a_private_address_is_refused_without_a_connection(listener: Any, manners: Manners) -> None:
    error = refusal(f"http://127.0.0.1:{listener.port}/", manners())
    assert (error.code, listener.connections) == ("forbidden_address", 0)


@pytest.mark.parametrize("host", ["localhost", "127.1", "0x7f.1", "2130706433", "①②⑦.⓪.⓪.①"])
def test_other_ways_to_write_loopback_are_refused(
    host: str, listener: Any, manners: Manners
) -> None:
    error = refusal(f"http://{host}:{listener.port}/", manners())
    assert error.code in {"forbidden_address", "unreachable"}
    assert listener.connections == 0


def test_a_redirect_to_a_private_address_is_refused(
    site: Any, listener: Any, manners: Manners
) -> None:
    site.routes["/go"] = (302, {"Location": f"http://127.0.0.1:{listener.port}/secret"}, b"")
    error = refusal(f"{site.url}/go", manners())
    assert (error.code, listener.connections) == ("forbidden_address", 0)


def test_without_the_guard_the_same_redirect_arrives(
    site: Any, listener: Any, manners: Manners, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves that the test above can fail."""
    monkeypatch.setattr(Guard, "permits", lambda *_: True)
    site.routes["/go"] = (302, {"Location": f"http://127.0.0.1:{listener.port}/secret"}, b"")
    fetch(f"{site.url}/go", manners())
    assert listener.connections > 0


def test_a_robots_txt_that_redirects_to_a_private_address_is_refused(
    site: Any, listener: Any, manners: Manners
) -> None:
    site.routes["/robots.txt"] = (301, {"Location": f"http://127.0.0.1:{listener.port}/"}, b"")
    site.routes["/a"] = (200, {}, b"hello")
    assert refusal(f"{site.url}/a", manners()).code == "forbidden_address"
    assert listener.connections == 0
    assert "/a" not in site.asked


class Dialled(httpcore.AsyncNetworkBackend):
    """Remembers who was dialled; ``detour`` is the port on loopback it leads to, if any."""

    def __init__(self, detour: int = 0) -> None:
        self.addresses: list[str] = []
        self._detour = detour

    async def connect_tcp(self, host: str, *args: Any, **kwargs: Any) -> Any:
        self.addresses.append(host)
        if not self._detour:
            raise httpcore.ConnectError("nobody there")
        return await httpcore.AnyIOBackend().connect_tcp("127.0.0.1", self._detour)


def test_a_name_that_turns_private_is_refused_when_connecting(
    listener: Any, manners: Manners
) -> None:
    answers = [[PUBLIC], ["127.0.0.1"]]

    async def rebinding(host: str, port: int) -> list[str]:
        return answers.pop(0)

    network = Dialled()
    settings = manners(retries=1, longest_wait=10)
    url = f"http://rebind.test:{listener.port}/robots.txt"

    async def twice() -> list[str]:
        gate = Gate(settings, lookup=rebinding, network=network)
        codes = []
        for _ in range(2):
            with pytest.raises(FetchError) as caught:
                await gate._wire.send(url, {})
            codes.append(caught.value.code)
        await gate.close()
        return codes

    assert asyncio.run(twice()) == ["unreachable", "forbidden_address"]
    assert network.addresses == [PUBLIC]
    assert listener.connections == 0


def test_of_several_addresses_only_the_public_ones_are_dialled(manners: Manners) -> None:
    async def mixed(host: str, port: int) -> list[str]:
        return ["10.0.0.1", PUBLIC, "::1"]

    network = Dialled()
    refusal("http://mixed.test/", manners(), lookup=mixed, network=network)
    assert set(network.addresses) == {PUBLIC}


def test_the_peer_itself_is_checked_before_a_word_is_said(listener: Any, manners: Manners) -> None:
    async def public(host: str, port: int) -> list[str]:
        return [PUBLIC]

    network = Dialled(detour=listener.port)
    error = refusal("http://liar.test/", manners(), lookup=public, network=network)
    assert error.code == "forbidden_address"
    assert "127.0.0.1" in error.detail
    assert listener.heard == b""


def test_proxies_of_the_environment_are_not_asked(
    site: Any, listener: Any, manners: Manners, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "https_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{listener.port}")
    site.routes["/a"] = (200, {}, b"direct")
    assert fetch(f"{site.url}/a", manners()).body == b"direct"
    assert listener.connections == 0


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.org/",
        "gopher://example.org/",
        "data:text/plain,x",
        "s3://bucket/key",
        "http://",
        "http:///path",
        "http://user:secret@example.org/",
        "http://example.org:99999/",
        "//example.org/",
        "example.org",
        "",
        "javascript:alert(1)",
    ],
)
def test_only_plain_web_addresses_are_asked(url: str) -> None:
    with pytest.raises(FetchError) as caught:
        plain_url(url)
    assert caught.value.code == "forbidden_url"


def test_a_redirect_to_a_file_is_refused(site: Any, manners: Manners) -> None:
    site.routes["/go"] = (302, {"Location": "file:///etc/passwd"}, b"")
    assert refusal(f"{site.url}/go", manners()).code == "forbidden_url"


def test_five_redirects_are_followed_and_six_are_not(site: Any, manners: Manners) -> None:
    for step in range(7):
        site.routes[f"/{step}"] = (302, {"Location": f"/{step + 1}"}, b"")
    site.routes["/7"] = (200, {}, b"there")
    assert fetch(f"{site.url}/2", manners()).body == b"there"
    assert refusal(f"{site.url}/1", manners()).code == "too_many_redirects"


def test_a_circle_of_redirects_ends(site: Any, manners: Manners) -> None:
    site.routes["/round"] = (302, {"Location": "/round"}, b"")
    assert refusal(f"{site.url}/round", manners()).code == "too_many_redirects"


def test_a_gzip_bomb_is_refused(site: Any, manners: Manners) -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    site.routes["/bomb"] = (200, {"Content-Encoding": "gzip"}, bomb)
    assert refusal(f"{site.url}/bomb", manners(max_bytes=1_000_000)).code == "too_large"


def test_a_page_just_within_the_limit_comes_whole(site: Any, manners: Manners) -> None:
    body = b"ab" * 5_000
    site.routes["/a"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(body))
    assert fetch(f"{site.url}/a", manners(max_bytes=10_000)).body == body
    site.routes["/b"] = (200, {"Content-Encoding": "deflate"}, zlib.compress(body))
    assert fetch(f"{site.url}/b", manners(max_bytes=10_000)).body == body
    assert refusal(f"{site.url}/a", manners(max_bytes=9_999)).code == "too_large"


def test_a_large_page_is_refused(site: Any, manners: Manners) -> None:
    site.routes["/large"] = (200, {}, b"x" * 200_000)
    assert refusal(f"{site.url}/large", manners(max_bytes=100_000)).code == "too_large"


@pytest.mark.parametrize("packing", ["gzip", "br", "gzip, gzip"])
def test_what_cannot_be_unpacked_is_told(packing: str, site: Any, manners: Manners) -> None:
    site.routes["/a"] = (200, {"Content-Encoding": packing}, b"not packed at all")
    assert refusal(f"{site.url}/a", manners()).code == "bad_answer"


def test_a_dripping_answer_ends_at_the_timeout(site: Any, manners: Manners) -> None:
    def drip(handler: Any) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        while not site.stop.wait(0.05):
            handler.wfile.write(b".")

    site.routes["/slow"] = drip
    assert refusal(f"{site.url}/slow", manners(timeout=0.5)).code == "timeout"


def test_what_is_not_http_is_told(site: Any, manners: Manners) -> None:
    site.routes["/a"] = lambda handler: handler.wfile.write(b"SSH-2.0-nothing\r\n\r\n")
    assert refusal(f"{site.url}/a", manners()).code == "bad_answer"


def test_a_server_that_hangs_up_without_a_word_is_unreachable(site: Any, manners: Manners) -> None:
    site.routes["/a"] = lambda handler: None
    assert refusal(f"{site.url}/a", manners()).code == "unreachable"


def test_a_certificate_that_nobody_signed_is_refused(
    site: Any, manners: Manners, tmp_path: Path
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_self_signed(tmp_path))
    site.server.socket = context.wrap_socket(
        site.server.socket, server_side=True, do_handshake_on_connect=False
    )
    error = refusal(f"https://127.0.0.1:{site.port}/", manners())
    assert "certificate" in str(error).lower()


def _self_signed(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    start = datetime.now(UTC) - timedelta(days=1)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, start, start + timedelta(days=9))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path
