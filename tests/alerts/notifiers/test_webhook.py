from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from alerts.notifiers import NotifierBusy, WebhookNotifier
from alerts.notifiers.webhook import signature
from domain.alerts import Message
from domain.errors import NotifyError

Make = Callable[..., Message]


def _notifier(site: Any, **changes: Any) -> WebhookNotifier:
    url = f"http://127.0.0.1:{site.port}/hook?token=t0p"
    return WebhookNotifier.model_validate({"url": url, "timeout_seconds": 5, **changes})


def test_the_body_is_a_versioned_document(site: Any, make_message: Make) -> None:
    _notifier(site).send(make_message())
    ((path, headers, body),) = site.got
    document = json.loads(body)
    assert path == "/hook?token=t0p"
    assert headers["Content-Type"] == "application/json"
    assert document["schema"] == "boca.message/1"
    assert document["key"] == make_message().key
    assert document["alert"] == make_message().alert_key
    assert document["subject"] == make_message().subject
    assert document["payload"] == {"priority": 41.5}
    assert document["created_at"] == "2026-03-10T12:00:00+00:00"


def test_the_signature_covers_time_and_body(site: Any, make_message: Make) -> None:
    _notifier(site, secret="k3y").send(make_message())
    ((_, headers, body),) = site.got
    signed = headers["Boca-Timestamp"].encode() + b"." + body
    expected = hmac.new(b"k3y", signed, hashlib.sha256).hexdigest()
    assert headers["Boca-Signature"] == f"v1={expected}"
    assert signature("k3y", "1", body) != signature("k3y", "2", body)


def test_no_secret_no_signature(site: Any, make_message: Make) -> None:
    _notifier(site).send(make_message())
    assert "Boca-Signature" not in site.got[0][1]


def test_secrets_may_stand_in_files(site: Any, make_message: Make, tmp_path: Path) -> None:
    (tmp_path / "url").write_text(f"http://127.0.0.1:{site.port}/filed\n")
    (tmp_path / "key").write_text("k3y\n")
    notifier = WebhookNotifier(url_file=tmp_path / "url", secret_file=tmp_path / "key")
    notifier.send(make_message())
    ((path, headers, body),) = site.got
    assert path == "/filed"
    assert headers["Boca-Signature"] == f"v1={signature('k3y', headers['Boca-Timestamp'], body)}"


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_passing_troubles(site: Any, make_message: Make, status: int) -> None:
    site.status = status
    with pytest.raises(NotifyError, match=str(status)) as caught:
        _notifier(site).send(make_message())
    assert caught.value.retryable


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 413, 422])
def test_lasting_troubles(site: Any, make_message: Make, status: int) -> None:
    site.status = status
    with pytest.raises(NotifyError, match=str(status)) as caught:
        _notifier(site).send(make_message())
    assert not caught.value.retryable


def test_redirects_are_not_followed(site: Any, make_message: Make) -> None:
    site.status, site.headers = 307, {"Location": f"http://127.0.0.1:{site.port}/elsewhere"}
    with pytest.raises(NotifyError, match="redirects are not followed") as caught:
        _notifier(site).send(make_message())
    assert not caught.value.retryable
    assert len(site.got) == 1


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("120", 120, 120),
        ("0", 0, 0),
        ("99999999999999999999", 86400, 86400),
    ],
)
def test_the_wait_asked_for(
    site: Any, make_message: Make, header: str, least: int, most: int
) -> None:
    site.status, site.headers = 429, {"Retry-After": header}
    with pytest.raises(NotifierBusy) as caught:
        _notifier(site).send(make_message())
    assert least <= caught.value.rest.total_seconds() <= most


@pytest.mark.parametrize(("hours", "least", "most"), [(1, 3000, 3600), (-1, 0, 0)])
def test_the_wait_until_a_moment(
    site: Any, make_message: Make, hours: int, least: int, most: int
) -> None:
    moment = datetime.now(UTC) + timedelta(hours=hours)
    site.status, site.headers = 429, {"Retry-After": format_datetime(moment)}
    with pytest.raises(NotifierBusy) as caught:
        _notifier(site).send(make_message())
    assert least <= caught.value.rest.total_seconds() <= most


@pytest.mark.parametrize("header", ["soon", "-5", "Tue, 99 Foo 2026"])
def test_a_wait_that_cannot_be_read_is_ignored(site: Any, make_message: Make, header: str) -> None:
    site.status, site.headers = 503, {"Retry-After": header}
    with pytest.raises(NotifyError) as caught:
        _notifier(site).send(make_message())
    assert caught.value.retryable
    assert not isinstance(caught.value, NotifierBusy)


def test_nobody_listening_is_retryable_and_names_only_the_host(make_message: Make) -> None:
    notifier = WebhookNotifier(url="http://127.0.0.1:9/hook?token=t0p")
    with pytest.raises(NotifyError, match="no answer") as caught:
        notifier.send(make_message())
    assert caught.value.retryable
    assert "t0p" not in str(caught.value)


def test_the_address_is_not_logged(
    site: Any, make_message: Make, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        _notifier(site).send(make_message())
    assert "t0p" not in caplog.text


@pytest.mark.parametrize(
    ("settings", "rule"),
    [
        ({}, "write url or url_file"),
        ({"url": "ftp://example.com"}, "http"),
        ({"url": "https://"}, "name a host"),
        ({"url": "http://[::1"}, "name a host"),
        ({"url": "https://example.com", "url_file": __file__}, "not both"),
        ({"url": "https://example.com", "secret": "x", "secret_file": __file__}, "not both"),
        ({"url": "https://example.com", "per_minute": 0}, "per_minute"),
    ],
)
def test_bad_settings(settings: dict[str, Any], rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        WebhookNotifier.model_validate(settings)


def test_a_file_without_an_address_is_told(tmp_path: Path, make_message: Make) -> None:
    (tmp_path / "url").write_text("not an address")
    with pytest.raises(NotifyError, match="holds no address") as caught:
        WebhookNotifier(url_file=tmp_path / "url").send(make_message())
    assert not caught.value.retryable


def test_a_secret_file_that_vanished_is_retryable(
    site: Any, tmp_path: Path, make_message: Make
) -> None:
    key = tmp_path / "key"
    key.write_text("k3y")
    notifier = _notifier(site, secret_file=key)
    key.unlink()
    with pytest.raises(NotifyError, match="cannot be read") as caught:
        notifier.send(make_message())
    assert caught.value.retryable
    assert not site.got
