"""Boca as it runs for good: rounds on a tick, and the page beside them."""

from __future__ import annotations

import signal
import threading
from types import FrameType

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from app.application import App
from app.cli.options import Options
from app.cli.terminal import out, say_run
from app.rounds import rounds
from app.serving import PageServer

log = structlog.get_logger()


def keep_running(options: Options, app: App) -> None:
    """Serve the page, run a round now and one at each tick, until told to stop.

    The scheduler is a tick only: what is due is a query that each step asks of storage.
    """
    stop = threading.Event()
    _on_signals(stop)
    server = PageServer(app)
    server.start()
    out.print(f"Boca is at [bold]{server.address}[/] — stop with Ctrl-C", highlight=False)
    scheduler = BackgroundScheduler(timezone="UTC")
    scheduler.add_job(
        lambda: _round(options, app, stop),
        "interval",
        seconds=app.settings.schedule.every.total_seconds(),
        next_run_time=app.clock(),
        max_instances=1,
        coalesce=True,
        misfire_grace_time=None,
    )
    scheduler.start()
    stop.wait()
    out.print("stopping …")
    server.stop()
    scheduler.shutdown(wait=True)


def _round(options: Options, app: App, stop: threading.Event) -> None:
    """One round; whatever goes wrong in it, the next one comes."""
    try:
        for run in rounds(app):
            say_run(run, options.json)
            if stop.is_set():
                return
    except Exception:
        log.exception("a round broke off; the next one goes on from what is stored")


def _on_signals(stop: threading.Event) -> None:
    def told(number: int, frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, told)
