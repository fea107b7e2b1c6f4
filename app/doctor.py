"""Check everything that can be wrong, and say what to do about it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path

from alerts.notifiers import AnyNotifier
from app.application import App
from app.serving import door_is_safe
from crawlers.crawl import probe
from crawlers.settings import SourceSettings
from domain.errors import BocaError
from domain.people import Author
from domain.posts import CrawlOutcome, CrawlReport, Post, PostKind

LOW_SPACE = 1 << 30


class Health(StrEnum):
    """How a thing was found."""

    GOOD = "good"
    POOR = "poor"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: how it is, and what to do where it is not good."""

    subject: str
    health: Health
    detail: str
    todo: str = ""


def examine(app: App) -> Iterator[Finding]:
    """Look at one thing after another: store, disk, model, sources, notifiers, page."""
    yield _tried("database", lambda: _database(app))
    yield _disk(app)
    yield _tried("model", lambda: _model(app))
    for source in app.settings.sources:
        yield _tried(f"source {source.name}", partial(_source, app, source))
    if not app.settings.sources:
        todo = "add one under sources, or run: boca simulate"
        yield Finding("sources", Health.POOR, "none is set", todo)
    yield from _notifiers(app)
    yield from _people(app)
    yield _tried("page", lambda: door_is_safe(app.settings.web))


def _tried(subject: str, look: Callable[[], str | Finding]) -> Finding:
    try:
        found = look()
    except BocaError as error:
        place = f" ({error.where})" if error.where else ""
        return Finding(subject, Health.BAD, f"{error.what}{place}", error.todo)
    return found if isinstance(found, Finding) else Finding(subject, Health.GOOD, found)


def _database(app: App) -> str:
    with app.store.writing() as unit:
        posts = unit.posts.count()
    return f"{posts:,} posts, can be written"


def _disk(app: App) -> Finding:
    """The disk that fills up: the database's, or, where a server has that, the one here."""
    backend, _, path = app.settings.storage.url.partition(":///")
    folder = Path(path).parent if backend.startswith("sqlite") else Path.cwd()
    free = shutil.disk_usage(folder).free
    said = f"{free / LOW_SPACE:.1f} GiB free"
    if free < LOW_SPACE:
        return Finding("disk", Health.POOR, said, "make room: imports stop when it is full")
    return Finding("disk", Health.GOOD, said)


def _model(app: App) -> str:
    author = Author("doctor", "doctor")
    text = "O técnico não veio e ninguém respondeu."
    post = Post("doctor", "1", PostKind.POST, text, app.clock(), author)
    with app.analysing() as readers:
        list(readers.analyse([post], app.clock()))
        return f"{app.settings.nlp.model} reads (pipeline {readers.version})"


def _source(app: App, source: SourceSettings) -> Finding:
    report = probe(source, politeness=app.settings.politeness, now=app.clock())
    subject = f"source {source.name}"
    if report.outcome is CrawlOutcome.OK:
        return Finding(subject, Health.GOOD, report.detail or "reachable and allowed")
    return Finding(subject, Health.BAD, report.detail or report.outcome.value, _todo(report))


def _todo(report: CrawlReport) -> str:
    if "forbidden_address" in report.errors:
        return "if it is yours, list its host:port under politeness.allow_private"
    return {
        CrawlOutcome.FORBIDDEN: "the site does not want to be read: ask its owner, or remove it",
        CrawlOutcome.UNREACHABLE: "check the address, and that this machine reaches it",
    }.get(report.outcome, "see the detail, and docs/sources.md")


def _notifiers(app: App) -> Iterator[Finding]:
    for name, settings in app.settings.alerts.notifiers.items():
        yield _tried(f"notifier {name}", partial(_notifier, settings))


def _notifier(notifier: AnyNotifier) -> str:
    notifier.check()
    return f"{notifier.kind} answers"


def _people(app: App) -> Iterator[Finding]:
    for person in app.people:
        if not person.channels:
            todo = f"give {person.id} an address under people.channels"
            yield Finding(f"person {person.id}", Health.POOR, "cannot be told anything", todo)
    if not app.people:
        yield Finding("people", Health.POOR, "nobody is told", "add someone under people")
