"""The parent's side of a crawl: starts the child, streams its events, ends it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryFile
from threading import Timer
from typing import IO

import structlog

from crawlers import eventline
from crawlers.order import Order
from crawlers.secret import REVEAL
from crawlers.tally import Tally
from domain.errors import SourceMalformed
from domain.posts import CrawlEvent, CrawlOutcome, CrawlReport

_log = structlog.get_logger()
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR", "TMPDIR")
_ROOT = Path(__file__).resolve().parents[1]


def events_of(order: Order) -> Generator[CrawlEvent]:
    """The events of a child process, its report last, whatever happens to the child.

    Closing the generator kills the child and all of its own.
    """
    tally = Tally(order.source.name, order.now)
    deadline = order.politeness.deadline
    with TemporaryFile() as log:
        child = _started(log)
        timer = Timer(deadline, _kill, (child,))
        timer.daemon = True
        timer.start()
        try:
            _tell(child, order)
            report = yield from _streamed(child, tally)
            _kill(child)
            yield report or _broken(tally, log, deadline)
        finally:
            timer.cancel()
            _kill(child)
            _reap(child)


def _started(log: IO[bytes]) -> subprocess.Popen[bytes]:
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "-m", "crawlers.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        env=environment | {"PYTHONPATH": str(_ROOT), "PYTHONUTF8": "1"},
        start_new_session=True,
    )


def _tell(child: subprocess.Popen[bytes], order: Order) -> None:
    # A child that died at once is told by its missing report.
    with suppress(BrokenPipeError):
        _pipe(child.stdin).write(order.model_dump_json(context=REVEAL).encode())
        _pipe(child.stdin).close()


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise RuntimeError("the child was started without pipes")
    return pipe


def _streamed(
    child: subprocess.Popen[bytes], tally: Tally
) -> Generator[CrawlEvent, None, CrawlReport | None]:
    """Passes events on until the report, or until the child is silent for ever."""
    for line in _pipe(child.stdout):
        try:
            event = eventline.read(line)
        except ValueError as error:
            _log.warning("a child wrote no event", error=str(error)[:200])
            return None
        if isinstance(event, CrawlReport):
            return event
        tally.count(event)
        yield event
    return None


def _broken(tally: Tally, log: IO[bytes], deadline: float) -> CrawlReport:
    """The report that a child could not give: killed at its deadline, or crashed."""
    late = tally.elapsed() >= deadline
    what = f"stopped after {deadline:g} s" if late else f"the crawl broke: {_last_line(log)}"
    tally.fail("deadline" if late else "crash", SourceMalformed(what, where=tally.source))
    return replace(tally.report(), outcome=CrawlOutcome.FAILED)


def _last_line(log: IO[bytes]) -> str:
    size = log.seek(0, os.SEEK_END)
    log.seek(max(0, size - 2_000))
    lines = log.read().decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:500] if lines else "it said nothing"


def _kill(child: subprocess.Popen[bytes]) -> None:
    if child.returncode is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)


def _reap(child: subprocess.Popen[bytes]) -> None:
    for pipe in (child.stdin, child.stdout):
        with suppress(BrokenPipeError):
            _pipe(pipe).close()
    child.wait()
