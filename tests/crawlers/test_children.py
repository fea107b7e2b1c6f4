"""Child processes of crawls: crashes, deadlines, and what a child may know."""

from __future__ import annotations

import os
import signal
import time
from contextlib import closing
from datetime import datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import pytest

from crawlers import parent
from crawlers.crawl import crawl, preview
from crawlers.order import Order
from crawlers.sources.feed import FeedSettings
from domain.posts import CrawlOutcome, CrawlReport, Post
from tests.crawlers.feeding import Manners, item, rss


def endless(site: Any) -> Any:
    """Comment feeds that follow each other slowly and never end."""
    numbers = count(100)
    site.routes["/feed"] = rss(
        *(item(n, f"<wfw:commentRss>/c{n}</wfw:commentRss>") for n in range(50))
    )
    for number in range(50):

        def slow(handler: Any) -> None:
            site.stop.wait(0.3)
            _, _, body = rss(item(next(numbers)))
            handler.send_response(200)
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body)

        site.routes[f"/c{number}"] = slow


def test_a_killed_child_is_a_failed_crawl_that_keeps_its_posts(
    site: Any, feed: FeedSettings, manners: Manners, now: datetime, children: list[Any]
) -> None:
    endless(site)
    seen: list[Any] = []
    for event in crawl(feed, {}, politeness=manners(), now=now):
        seen.append(event)
        if len(seen) == 52:
            os.kill(children[0].pid, signal.SIGKILL)
    report = seen[-1]
    assert report.outcome is CrawlOutcome.FAILED
    assert report.errors == {"crash": 1}
    assert report.posts == len([one for one in seen if isinstance(one, Post)]) >= 50


def test_a_crawl_ends_at_its_deadline(
    site: Any, feed: FeedSettings, manners: Manners, now: datetime, children: list[Any]
) -> None:
    endless(site)
    began = time.monotonic()
    events = list(crawl(feed, {}, politeness=manners(deadline=4), now=now))
    assert time.monotonic() - began < 8
    assert events[-1].outcome is CrawlOutcome.FAILED
    assert events[-1].errors == {"deadline": 1}
    assert events[-1].posts >= 50


def test_a_closed_crawl_kills_its_child_at_once(
    site: Any, feed: FeedSettings, manners: Manners, now: datetime, children: list[Any]
) -> None:
    endless(site)
    with closing(crawl(feed, {}, politeness=manners(), now=now)) as events:
        next(events)
        assert children[0].poll() is None
    assert children[0].returncode == -signal.SIGKILL


def test_a_preview_takes_the_first_and_stops(
    site: Any, feed: FeedSettings, manners: Manners, now: datetime, children: list[Any]
) -> None:
    endless(site)
    seen = preview(feed, politeness=manners(), now=now, limit=3)
    assert [one.title for one in seen if isinstance(one, Post)] == ["n0", "n1", "n2"]
    assert len(children) == 1


def test_a_child_knows_no_secret_of_its_parent(
    site: Any, feed: FeedSettings, manners: Manners, now: datetime, children: list[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("BOCA_SMTP_PASSWORD", "hunter2")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    endless(site)
    with closing(crawl(feed, {}, politeness=manners(), now=now)) as events:
        next(events)
        known = Path(f"/proc/{children[0].pid}/environ").read_bytes()
        said = Path(f"/proc/{children[0].pid}/cmdline").read_bytes()
    assert b"PATH=" in known
    assert b"hunter2" not in known + said
    assert b"PROXY" not in known


def test_a_child_whose_parent_is_gone_ends_itself(
    site: Any, feed: FeedSettings, manners: Manners, now: datetime
) -> None:
    endless(site)
    with TemporaryFile() as log:
        child = parent._started(log)
        order = Order(source=feed, cursor={}, politeness=manners(), now=now)
        assert child.stdin is not None and child.stdout is not None
        child.stdin.write(order.model_dump_json().encode())
        child.stdin.close()
        child.stdout.readline()
        child.stdout.close()
        assert child.wait(timeout=10) == 1


def test_a_child_that_cannot_start_is_told(
    feed: FeedSettings, manners: Manners, now: datetime, monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:  # fmt: skip
    monkeypatch.setattr(parent, "_ROOT", tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(parent, "_PASSED_ON", ())
    monkeypatch.setattr(parent.sys, "executable", "/bin/false")
    (report,) = crawl(feed, {}, politeness=manners(), now=now)
    assert isinstance(report, CrawlReport)
    assert (report.outcome, report.errors) == (CrawlOutcome.FAILED, {"crash": 1})
