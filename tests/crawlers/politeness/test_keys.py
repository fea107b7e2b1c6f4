"""Keys and logins: they go to the site they are for, and nowhere else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any

from crawlers.politeness.gate import Gate
from crawlers.politeness.settings import PolitenessSettings
from tests.crawlers.conftest import Site

KEY = {"Authorization": "Bearer segredo"}
Manners = Callable[..., PolitenessSettings]


def fetched(manners: PolitenessSettings, url: str, body: bytes | None = None) -> Any:
    async def go() -> Any:
        gate = Gate(manners)
        try:
            return await gate.fetch(url, KEY, body)
        finally:
            await gate.close()

    return asyncio.run(go())


def redirect(to: str) -> Any:
    return (302, {"Location": to}, b"")


def test_a_redirect_to_another_site_does_not_get_the_key(site: Site, manners: Manners) -> None:
    other = Site()
    try:
        other.routes["/there"] = (200, {}, b"ok")
        site.routes["/here"] = redirect(f"{other.url}/there")
        allowed = (f"127.0.0.1:{site.port}", f"127.0.0.1:{other.port}")
        assert fetched(manners(allow_private=allowed), f"{site.url}/here").body == b"ok"
        assert not any("authorization" in headers for headers in other.headers)
        sent = dict(zip(site.asked, site.headers, strict=True))
        assert sent["/here"]["authorization"] == "Bearer segredo"
        assert "authorization" not in sent["/robots.txt"]
    finally:
        other.close()


def test_a_redirect_within_the_site_keeps_it(site: Site, manners: Manners) -> None:
    site.routes["/here"] = redirect("/there")
    site.routes["/there"] = (200, {}, b"ok")
    assert fetched(manners(), f"{site.url}/here").status == 200
    sent = dict(zip(site.asked, site.headers, strict=True))
    assert sent["/there"]["authorization"] == "Bearer segredo"


def test_a_login_is_posted_and_not_sent_on(site: Site, manners: Manners) -> None:
    heard: list[bytes] = []

    def do_post(handler: BaseHTTPRequestHandler) -> None:
        heard.append(handler.rfile.read(int(handler.headers["Content-Length"])))
        handler.send_response(302)
        handler.send_header("Location", "/elsewhere")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    site.server.RequestHandlerClass.do_POST = do_post  # type: ignore[attr-defined]
    answer = fetched(manners(), f"{site.url}/login", b'{"a": 1}')
    assert (answer.status, heard) == (302, [b'{"a": 1}'])
    assert "/elsewhere" not in site.asked
