"""A round: every step once, in the order in which data flows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

import structlog

from app.application import App
from app.steps.analyse import analyse
from app.steps.choose import choose
from app.steps.crawl import crawl
from app.steps.deliver import deliver
from app.steps.digest import digest
from app.steps.group import group
from app.steps.measure import link, measure
from app.steps.people import people
from app.steps.stories import stories
from app.steps.tidy import tidy
from app.steps.topics import topics
from app.steps.watch import watch
from app.steps.weigh import weigh
from domain.errors import BocaError
from domain.runs import Run, RunOutcome

log = structlog.get_logger()

Step = Callable[[App, datetime], Run]

STEPS: Mapping[str, Step] = {
    "crawl": crawl,
    "analyse": analyse,
    "stories": stories,
    "topics": topics,
    "link": link,
    "measure": measure,
    "people": people,
    "group": group,
    "weigh": weigh,
    "choose": choose,
    "watch": watch,
    "digest": digest,
    "deliver": deliver,
    "tidy": tidy,
}


def execute(step: Step, app: App) -> Run:
    """Run one step and remember that it ran, and how."""
    now = app.clock()
    try:
        run = step(app, now)
    except BocaError as error:
        log.error("step failed", step=step.__name__, reason=error.what)
        run = Run(step.__name__, now, app.clock(), RunOutcome.FAILED, detail=str(error))
        _remember(app, run)
        raise
    _remember(app, run)
    log.info("step done", step=run.step, outcome=run.outcome.value, **run.counts)
    return run


def rounds(app: App) -> Iterator[Run]:
    """One round: each step's run as it ends. A step that fails does not stop the next."""
    for step in STEPS.values():
        try:
            yield execute(step, app)
        except BocaError as error:
            now = app.clock()
            yield Run(step.__name__, now, now, RunOutcome.FAILED, detail=str(error))


def _remember(app: App, run: Run) -> None:
    with app.store.writing() as unit:
        unit.runs.add(run)
