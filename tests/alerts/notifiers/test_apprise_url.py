from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from alerts.notifiers import AppriseNotifier
from domain.alerts import Message
from domain.errors import NotifyError

Make = Callable[..., Message]


def test_subject_text_and_link_arrive(site: Any, make_message: Make) -> None:
    AppriseNotifier(url=f"json://127.0.0.1:{site.port}/room").send(make_message())
    ((path, _, body),) = site.got
    document = json.loads(body)
    assert path.rstrip("/") == "/room"
    assert document["title"] == make_message().subject
    assert make_message().text in document["message"]
    assert make_message().link in document["message"]


def test_the_persons_address_fills_its_place(site: Any, make_message: Make) -> None:
    notifier = AppriseNotifier(url=f"json://127.0.0.1:{site.port}/to/{{to}}")
    notifier.send(make_message(recipient="ana"))
    notifier.send(make_message(recipient="../x?method=GET&y#z"))
    paths = [path for path, _, _ in site.got]
    assert paths[0].rstrip("/") == "/to/ana"
    assert "method=GET" not in paths[1].partition("?")[2]


def test_the_url_may_stand_in_a_file(site: Any, make_message: Make, tmp_path: Path) -> None:
    (tmp_path / "url").write_text(f"json://127.0.0.1:{site.port}/filed\n")
    AppriseNotifier(url_file=tmp_path / "url").send(make_message())
    assert len(site.got) == 1


@pytest.mark.parametrize(
    ("status", "retryable"), [(400, False), (401, False), (404, False), (429, True), (500, True)]
)
def test_the_status_in_its_log_decides(
    site: Any, make_message: Make, status: int, retryable: bool
) -> None:
    site.status = status
    with pytest.raises(NotifyError, match=str(status)) as caught:
        AppriseNotifier(url=f"json://127.0.0.1:{site.port}").send(make_message())
    assert caught.value.retryable is retryable


def test_nobody_listening_is_retryable(make_message: Make) -> None:
    with pytest.raises(NotifyError, match="no answer") as caught:
        AppriseNotifier(url="json://127.0.0.1:9").send(make_message())
    assert caught.value.retryable


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"url": "nosuchservice://x"},
        {"url": "plainly wrong"},
        {"url": "json://a", "url_file": __file__},
    ],
)
def test_bad_settings(settings: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="url"):
        AppriseNotifier.model_validate(settings)


def test_an_address_that_makes_no_url_is_final(make_message: Make) -> None:
    notifier = AppriseNotifier(url="tgram://{to}/")
    with pytest.raises(NotifyError, match="does not understand") as caught:
        notifier.send(make_message(recipient="not a token"))
    assert not caught.value.retryable
