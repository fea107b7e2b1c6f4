"""Killed at any moment and started again: nothing is lost, nothing is doubled."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.application import App
from app.rounds import rounds
from domain.alerts import Delivery
from domain.influence import EXPECTED_REACH
from tests.app.small import NOW, OpenApp, Sink, conversation, write_posts

KILLS = 50
ROUNDS_A_STORE = 6


def forked(work: Callable[[], None]) -> int:
    """Do the work in a child process; its pid."""
    pid = os.fork()
    if pid:
        return pid
    try:
        work()
    finally:
        os._exit(0)


def one_round(open_app: OpenApp, folder: Path, now: datetime) -> None:
    for _ in rounds(open_app(folder, now)):
        pass


def kill_after(pid: int, seconds: float) -> bool:
    """Whether the kill came before the end."""
    time.sleep(seconds)
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status)


def facts(app: App) -> dict[str, object]:
    """What must be the same whether or not it was killed on the way."""
    with app.store.reading() as unit:
        return {
            "posts": unit.posts.count(),
            "read": sorted(unit.analyses.get_many(range(1, 500))),
            "acts": sorted(act for batch in unit.interactions.log(None) for act in batch),
            "measured": unit.influence.count(EXPECTED_REACH),
            "experiences": sorted(
                (one.key, one.post_ids) for b in unit.experiences.active(EPOCH) for one in b
            ),
            "alerts": sorted(alert.group for alert in unit.alerts.recent(500)),
            "digests": sorted(digest.subject for digest in unit.digests.list()),
        }


EPOCH = NOW - timedelta(days=10_000)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_kill_nine_at_fifty_moments(tmp_path: Path, open_app: OpenApp, sink: Sink) -> None:
    posts, dice = conversation(), random.Random(7)
    later = NOW + timedelta(minutes=6)  # what was claimed and not sent is due again by then

    def folder(name: str) -> Path:
        path = tmp_path / name
        path.mkdir()
        write_posts(path, posts)
        return path

    def finish(path: Path) -> dict[str, object]:
        for now in (NOW, later):
            os.waitpid(forked(lambda now=now: one_round(open_app, path, now)), 0)
        return facts(open_app(path, later))

    started = time.monotonic()
    expected = finish(folder("reference"))
    usual = time.monotonic() - started
    whole = sink.by_key()
    assert expected["posts"] == len(posts)
    assert whole

    kills = stores = 0
    while kills < KILLS:
        sink.received.clear()
        path, stores = folder(f"killed-{stores}"), stores + 1
        for _ in range(ROUNDS_A_STORE):
            pid = forked(lambda path=path: one_round(open_app, path, NOW))
            kills += kill_after(pid, dice.uniform(0.0, usual / 2))
        assert finish(path) == expected
        _nothing_lost_or_doubled(open_app(path, later), sink, set(whole))
    assert kills >= KILLS


def _nothing_lost_or_doubled(app: App, sink: Sink, whole: set[str]) -> None:
    with app.store.reading() as unit:
        messages = unit.outbox.list(limit=1_000)
    assert {message.state for message in messages} == {Delivery.SENT}
    received = sink.by_key()
    assert set(received) == whole
    assert {len(bodies) for bodies in received.values()} == {1}
