from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from app.web import WebContext, create_app
from app.web.guard import Guard, host_name
from storage import Store

TOKEN = "correct horse battery staple"


@pytest.fixture
def locked(filled: Store, context: WebContext) -> TestClient:
    app = create_app(filled, replace(context, token=TOKEN))
    return TestClient(app, base_url="http://boca.example")


@pytest.mark.parametrize(
    "path", ["/", "/nope", "/queue?offset=-1", "/api/queue", "/api/nope", "/healthz", "/login",
             "/digests/1", "/static/boca.css", "/static/nope", "/experiences/2"]
)  # fmt: skip
def test_every_answer_is_protected(page: TestClient, path: str) -> None:
    headers = page.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe-eval" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "set-cookie" not in headers or "httponly" in headers["set-cookie"].casefold()


def test_only_letters_may_hold_styles_and_nothing_may_hold_scripts(page: TestClient) -> None:
    assert "style-src 'self'" in page.get("/").headers["content-security-policy"]
    for path in ("/", "/experiences/1", "/experiences/2", "/authors/1", "/sources", "/alerts"):
        text = page.get(path).text
        assert "<script" not in text
        assert not re.search(r"<[^>]+\sstyle=", text), path
        assert not re.search(r"<[^>]+\son\w+=", text), path


def test_even_a_broken_page_is_protected(filled: Store, context: WebContext) -> None:
    app = create_app(filled, context)

    @app.get("/broken")
    def broken() -> None:
        raise ZeroDivisionError

    client = TestClient(app, base_url="http://localhost", raise_server_exceptions=False)
    answer = client.get("/broken")
    assert answer.status_code == 500
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "ZeroDivision" not in answer.text


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io", ""])
def test_a_foreign_name_for_loopback_is_refused(page: TestClient, host: str) -> None:
    for path in ("/", "/api/queue", "/static/boca.css", "/login"):
        assert page.get(path, headers={"host": host}).status_code == 421, path


@pytest.mark.parametrize(
    "host", ["localhost:8600", "LOCALHOST", "127.0.0.1:1", "[::1]:8600", "::1"]
)
def test_loopback_names_are_served(page: TestClient, host: str) -> None:
    expected = 200 if host != "::1" else 421
    assert page.get("/queue", headers={"host": host}).status_code == expected


def test_a_base_url_names_a_host_too(filled: Store, context: WebContext) -> None:
    app = create_app(filled, replace(context, base_url="https://boca.example/"))
    answer = TestClient(app, base_url="https://boca.example").get("/")
    assert answer.status_code == 200
    assert "secure" in answer.headers["set-cookie"].casefold()


def test_host_names_are_read_without_port_and_brackets() -> None:
    assert host_name("[::1]:80") == "::1"
    assert host_name("Boca.Example.:443") == "boca.example"


def test_without_the_token_nothing_is_shown(locked: TestClient) -> None:
    assert locked.get("/api/queue").status_code == 401
    assert locked.get("/api/openapi.json").status_code == 401
    assert locked.post("/incidents/1/resolve").status_code == 401
    answer = locked.get("/queue?brand=nimbus", follow_redirects=False)
    assert answer.headers["location"] == "/login?to=%2Fqueue%3Fbrand%3Dnimbus"
    assert locked.get("/healthz").json() == {"status": "ok"}


@pytest.mark.parametrize(
    ("header", "status"),
    [
        (f"Bearer {TOKEN}", 200),
        (f"bearer  {TOKEN}", 200),
        (f"Bearer {TOKEN}x", 401),
        ("Bearer ", 401),
        (f"Basic {TOKEN}", 401),
        (TOKEN, 401),
    ],
)
def test_a_bearer_of_the_token_is_let_in(locked: TestClient, header: str, status: int) -> None:
    assert locked.get("/api/queue", headers={"authorization": header}).status_code == status


def login(client: TestClient, key: str) -> int:
    shown = client.get("/login?to=/queue").text
    form = re.search(r'name="token" value="(\w+)"', shown)
    assert form
    data = {"token": form[1], "key": key, "to": "/queue"}
    origin = {"origin": "http://boca.example"}
    return client.post("/login", data=data, headers=origin, follow_redirects=False).status_code


def test_logging_in_opens_a_session(locked: TestClient) -> None:
    assert login(locked, "wrong") == 401
    assert locked.get("/api/queue").status_code == 401
    assert login(locked, TOKEN) == 303
    assert locked.get("/api/queue").status_code == 200


def test_sessions_end_and_cannot_be_forged(context: WebContext, now: datetime) -> None:
    guard = Guard(replace(context, token=TOKEN))
    session = guard.open_session(now)
    assert guard.knows_session(session, now + timedelta(days=13))
    assert not guard.knows_session(session, now + timedelta(days=15))
    other = Guard(replace(context, token="another"))
    assert not other.knows_session(session, now)
    end, _, signature = session.partition(".")
    for forged in (f"9{end}.{signature}", "", ".", f"{end}.", "x.y", f"{end}.é", "é.é"):
        assert not guard.knows_session(forged, now), forged


def test_a_link_in_a_mail_asks_again_from_here(locked: TestClient) -> None:
    answer = locked.get("/queue", headers={"sec-fetch-site": "cross-site"}, follow_redirects=False)
    assert 'http-equiv="refresh"' in answer.text
    again = locked.get("/queue", headers={"sec-fetch-site": "same-origin"}, follow_redirects=False)
    assert again.headers["location"].startswith("/login")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "null"},
        {"origin": "https://evil.example"},
        {"origin": "http://localhost", "sec-fetch-site": "cross-site"},
        {"origin": "http://localhost", "sec-fetch-site": "same-site"},
        {"sec-fetch-site": "same-origin"},
        {"origin": "http://localhost"},
    ],
)
@pytest.mark.parametrize("honest", [True, False])
def test_forms_of_other_sites_are_refused(
    page: TestClient, headers: dict[str, str], honest: bool
) -> None:
    found = re.search(r'name="token" value="(\w+)"', page.get("/").text)
    assert found
    ours = headers in ({"sec-fetch-site": "same-origin"}, {"origin": "http://localhost"})
    given = found[1] if honest else "0" * 64
    for path in ("/preferences", "/incidents/1/acknowledge", "/posts/1/corrections", "/login"):
        data = {"token": given, "label": "stage", "value": "", "key": "x"}
        answer = page.post(path, data=data, headers=headers)
        assert (answer.status_code != 403) == (ours and honest), path


def test_a_form_of_another_browser_is_refused(page: TestClient) -> None:
    found = re.search(r'name="token" value="(\w+)"', page.get("/").text)
    assert found
    page.cookies.clear()
    headers = {"origin": "http://localhost"}
    assert page.post("/preferences", data={"token": found[1]}, headers=headers).status_code == 403


def test_too_much_is_not_read(page: TestClient) -> None:
    def endless() -> object:
        for _ in range(100):
            yield b"a=" + b"x" * 10_000 + b"&"

    headers = {"origin": "http://localhost"}
    assert page.post("/preferences", content=b"x" * 100_000, headers=headers).status_code == 413
    assert page.post("/preferences", content=endless(), headers=headers).status_code == 413
