"""Killed at any moment and started again: nothing is lost, nothing is doubled."""

from __future__ import annotations

import os
import random
import signal
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from alerts.notifiers.notifier import reference
from app.application import App
from app.rounds import rounds
from domain.alerts import Delivery
from domain.influence import EXPECTED_REACH
from domain.posts import Post
from domain.runs import RunOutcome
from storage.unit import Unit
from tests.app.small import NOW, OpenApp, Sink, conversation, write_posts

KILLS_A_STORE = 6
LATER = NOW + timedelta(minutes=6)
"""What was claimed and not sent is due again by then."""
EPOCH = NOW - timedelta(days=10_000)


def forked(work: Callable[[], None]) -> int:
    """Do the work in a child process; its pid. It ends with 1 where the work raises."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        work()
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def killed_after(pid: int, seconds: float) -> bool:
    """Kill a process at that time; whether it was still at work."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            assert status == 0, "a round failed: its traceback is below"
            return False
        time.sleep(0.002)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return True


@dataclass(frozen=True)
class Boca:
    """A small Boca on a database of its own; every round is a process of its own."""

    open_app: OpenApp
    folder: Path
    url: str | None

    def start(self, now: datetime = NOW) -> int:
        """Begin a round; its pid."""
        return forked(lambda: self.round(now))

    def round(self, now: datetime) -> None:
        """One round by a clock that begins at ``now``."""
        app, began = self.open_app(self.folder, now, self.url), time.monotonic()
        app.clock = lambda: now + timedelta(seconds=time.monotonic() - began)
        runs = list(rounds(app))
        app.store.close()
        assert [run for run in runs if run.outcome is not RunOutcome.OK] == []

    def finish(self) -> None:
        """Run undisturbed until nothing is left to do."""
        for now in (NOW, LATER):
            assert os.waitpid(self.start(now), 0)[1] == 0

    def facts(self) -> dict[str, object]:
        """What must be the same whether or not it was killed on the way."""
        app = self.open_app(self.folder, LATER, self.url)
        with app.store.reading() as unit:
            found = facts(app, unit)
        app.store.close()  # no connection may be open while the process forks
        return found

    def sent(self) -> set[str]:
        """The references of all messages, every one of which was sent."""
        app = self.open_app(self.folder, LATER, self.url)
        with app.store.reading() as unit:
            messages = unit.outbox.list(limit=1_000)
        app.store.close()
        assert {message.state for message in messages} == {Delivery.SENT}
        return {reference(message.key) for message in messages}


def facts(app: App, unit: Unit) -> dict[str, object]:
    """All that was found out, by the ids of the source: our own numbers may have gaps."""
    names = {post.id: post.external_id for post in stored(unit)}
    acts = [act for batch in unit.interactions.log(None) for act in batch]
    told = [one for batch in unit.experiences.active(EPOCH) for one in batch]
    return {
        "posts": sorted(names.values()),
        "read": sorted(names[one] for one in unit.analyses.get_many(names)),
        "acts": sorted((names[post], names.get(on), kind) for *_, post, on, kind in acts),
        "measured": unit.influence.count(EXPECTED_REACH),
        "experiences": sorted(
            (one.brand, one.stage, *(names[post] for post in one.post_ids)) for one in told
        ),
        "alerts": sorted(
            (alert.rule, alert.brand, *(names[post] for post in alert.post_ids))
            for alert in unit.alerts.recent(500)
        ),
        "digests": sorted(digest.subject for digest in unit.digests.list()),
        "messages": sorted((one.recipient, one.subject) for one in unit.outbox.list(limit=1_000)),
    }


def stored(unit: Unit) -> Iterator[Post]:
    for post in conversation():
        found = unit.posts.by_key(post.source, post.external_id)
        assert found is not None
        yield found


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize(("database", "kills"), [("sqlite", 50), ("postgresql", 20)])
def test_kill_nine_at_any_moment(
    database: str,
    kills: int,
    tmp_path: Path,
    open_app: OpenApp,
    sink: Sink,
    request: pytest.FixtureRequest,
) -> None:
    postgres = database == "postgresql"
    new_database = request.getfixturevalue("make_database") if postgres else lambda: None
    posts, dice = conversation(), random.Random(7)

    def boca(name: str) -> Boca:
        path = tmp_path / name
        path.mkdir()
        write_posts(path, posts)
        return Boca(open_app, path, new_database())

    reference_one = boca("reference")
    reference_one.round(NOW)  # in this process, so that each child finds everything loaded
    reference_one.finish()
    expected, whole = reference_one.facts(), reference_one.sent()
    assert expected["posts"] == sorted(post.external_id for post in posts)
    assert set(sink.by_key()) == whole != set()
    usual = min(duration_of(boca(name)) for name in ("clock", "watch"))

    done = stores = 0
    while done < kills:
        sink.received.clear()
        one, stores = boca(f"killed-{stores}"), stores + 1
        for _ in range(KILLS_A_STORE):
            if not killed_after(one.start(), dice.uniform(0.0, usual)):
                break
            done += 1
        one.finish()
        assert one.facts() == expected
        received = sink.by_key()
        assert set(received) == one.sent()
        assert {len(bodies) for bodies in received.values()} == {1}


def duration_of(boca: Boca) -> float:
    """Seconds that a whole round takes in a process of its own."""
    began = time.monotonic()
    assert os.waitpid(boca.start(), 0)[1] == 0
    return time.monotonic() - began
