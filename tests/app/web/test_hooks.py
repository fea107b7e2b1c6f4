"""Signed reports: sent to the real page as others would send them, with curl where there is one."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.application import App
from app.serving import PageServer, _context
from app.settings import Settings
from app.web import create_app
from app.web.doors import BODY_LIMIT
from storage import open_store
from storage.settings import StorageSettings

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
KEY = "muito-secreto"
REPORT = {
    "id": "r1",
    "text": "A entrega atrasou dez dias.",
    "created_at": "2026-11-20T10:00:00Z",
    "customer": "c-17",
    "stage": "delivery",
    "heard_from": "uma amiga",
    "outcome": "refunded",
    "rating": 2,
    "consent": True,
}
PAGE = Path(__file__).resolve().parents[3] / "docs" / "sources.md"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[App]:
    hook = {"kind": "webhook", "name": "reports", "secret": KEY, "brand": "loja"}
    settings = Settings.model_validate(
        {"brands": [{"id": "loja", "name": "Loja"}], "sources": [hook], "web": {"port": 8699}}
    )
    store = open_store(StorageSettings(url=f"sqlite:///{tmp_path / 'boca.db'}"))
    yield App(settings, store, clock=lambda: NOW)
    store.close()


@pytest.fixture
def client(house: App) -> Iterator[TestClient]:
    app = create_app(house.store, _context(house, None, "http://localhost"))
    with TestClient(app, base_url="http://localhost") as one:
        yield one


def signed(body: bytes, moment: datetime = NOW, key: str = KEY) -> dict[str, str]:
    at = str(int(moment.timestamp()))
    mark = hmac.new(key.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"Boca-Timestamp": at, "Boca-Signature": f"v1={mark}"}


def send(client: TestClient, given: Any, **changes: Any) -> Any:
    body = json.dumps(given).encode()
    headers = {**signed(body, **changes)}
    return client.post("/hooks/reports", content=body, headers=headers)


def stored(house: App) -> list[Any]:
    with house.store.reading() as unit:
        return list(unit.posts.get_many(list(range(1, 10))).values())


def test_a_report_becomes_a_post_once(client: TestClient, house: App) -> None:
    assert send(client, REPORT).json() == {"new": 1, "changed": 0, "rejected": 0}
    assert send(client, REPORT).json() == {"new": 0, "changed": 0, "rejected": 0}
    (post,) = stored(house)
    assert (post.source, post.external_id, post.text) == ("reports", "r1", REPORT["text"])
    assert post.author is not None and post.author.external_id == "c-17"
    assert post.labels == {"stage": "delivery", "heard_from": "uma amiga", "outcome": "refunded"}
    assert post.rating is not None and post.rating.share == 0.2
    with house.store.reading() as unit:
        assert [one.posts for one in unit.sources.crawls("reports")] == [1, 1]


def test_an_edited_report_is_a_new_version(client: TestClient) -> None:
    send(client, REPORT)
    again = {**REPORT, "text": "A entrega atrasou, mas resolveram."}
    assert send(client, again).json() == {"new": 0, "changed": 1, "rejected": 0}


@pytest.mark.parametrize("consent", [False, "no", "", None, "maybe"])
def test_without_consent_nothing_is_kept(client: TestClient, house: App, consent: Any) -> None:
    answer = send(client, [{**REPORT, "consent": consent}])
    assert answer.json() == {"new": 0, "changed": 0, "rejected": 1}
    assert stored(house) == []
    with house.store.reading() as unit:
        (row,) = unit.quarantine.list()
    assert row.code == "no_consent"
    assert "entrega" not in repr(row) and "c-17" not in repr(row)


def test_good_and_bad_reports_in_one_message(client: TestClient) -> None:
    bad = [{**REPORT, "id": "r2", "created_at": "sem hora"}, "nothing", {"id": "r3"}]
    assert send(client, [REPORT, *bad]).json() == {"new": 1, "changed": 0, "rejected": 3}


@pytest.mark.parametrize(
    "changes",
    [
        {"key": "another"},
        {"moment": NOW - timedelta(minutes=6)},
        {"moment": NOW + timedelta(minutes=6)},
    ],
)
def test_a_wrong_or_old_signature_is_refused(
    client: TestClient, house: App, changes: dict[str, Any]
) -> None:
    assert send(client, REPORT, **changes).status_code == 401
    assert stored(house) == []


def test_a_signature_is_good_for_its_own_body_and_time_only(client: TestClient) -> None:
    headers = signed(json.dumps(REPORT).encode())
    other = json.dumps({**REPORT, "id": "r9"}).encode()
    assert client.post("/hooks/reports", content=other, headers=headers).status_code == 401
    moved = {**headers, "Boca-Timestamp": str(int(NOW.timestamp()) + 1)}
    body = json.dumps(REPORT).encode()
    assert client.post("/hooks/reports", content=body, headers=moved).status_code == 401
    assert client.post("/hooks/reports", content=body).status_code == 401


def test_an_unknown_name_is_answered_like_a_wrong_key(client: TestClient) -> None:
    body = json.dumps(REPORT).encode()
    unknown = client.post("/hooks/nobody", content=body, headers=signed(body, key=""))
    wrong = client.post("/hooks/reports", content=body, headers=signed(body, key="x"))
    assert (unknown.status_code, unknown.text) == (wrong.status_code, wrong.text)


@pytest.mark.parametrize("claimed", [True, False])
def test_a_message_has_a_bounded_size(client: TestClient, claimed: bool) -> None:
    body = b"[" + b" " * BODY_LIMIT + b"]"
    content: Any = body if claimed else iter([body[:40_000], body[40_000:]])
    answer = client.post("/hooks/reports", content=content, headers=signed(body))
    assert answer.status_code == 413


def test_what_is_no_json_is_refused(client: TestClient) -> None:
    for body in (b"", b"{", b"[" * 30_000):
        answer = client.post("/hooks/reports", content=body, headers=signed(body))
        assert answer.status_code == 400


@pytest.mark.skipif(not shutil.which("curl") or not shutil.which("openssl"), reason="no curl")
def test_the_example_in_the_docs_works(house: App, tmp_path: Path) -> None:
    (example,) = [
        one
        for one in re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
        if "/hooks/" in one
    ]
    house.clock = lambda: datetime.now(UTC)
    server = PageServer(house)
    server.start()
    try:
        script = example.replace(
            "http://localhost:8600", f"http://127.0.0.1:{house.settings.web.port}"
        )
        done = subprocess.run(
            ["sh", "-euc", script],
            env={"PATH": "/usr/bin:/bin", "BOCA_KEY": KEY, "no_proxy": "*"},
            capture_output=True,
            timeout=30,
            check=True,
        )
    finally:
        server.stop()
    assert json.loads(done.stdout) == {"new": 1, "changed": 0, "rejected": 0}, done.stderr
