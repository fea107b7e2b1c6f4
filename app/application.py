"""What every step is handed: settings, the store, the clock, and a way to say how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

from app.settings import Settings
from domain.analyses import Analysis
from domain.brands import Brand, ServiceStage
from domain.people import Person
from domain.posts import Post, Rejected
from nlp.settings import NlpSettings
from nlp.teaching import Taught
from storage import Store
from storage.unit import Unit


class Progress(Protocol):
    """Told of work as it goes on; ``total`` is None where it can't be known."""

    def __call__(self, task: str, done: int, total: int | None = None) -> None:
        """``done`` of ``total`` things of this task are finished."""


class Analyser(Protocol):
    """Who reads posts: a crew of worker processes, or in tests something simpler."""

    @property
    def version(self) -> str:
        """The version of the pipeline that reads."""

    def analyse(self, posts: Iterable[Post], now: datetime) -> Iterator[Analysis | Rejected]:
        """One answer for each post, in order."""


TAUGHT = "taught"
"""The name under which what people taught is kept."""

OpenWorkers = Callable[
    [NlpSettings, tuple[Brand, ...], tuple[ServiceStage, ...], Taught | None],
    AbstractContextManager[Analyser],
]


def _open_workers(
    settings: NlpSettings,
    brands: tuple[Brand, ...],
    stages: tuple[ServiceStage, ...],
    taught: Taught | None,
) -> AbstractContextManager[Analyser]:
    from nlp.workers import open_workers

    return open_workers(settings, brands, stages, taught)


def _silent(task: str, done: int, total: int | None = None) -> None:
    """Nobody is watching."""


def _wall_clock() -> datetime:
    return datetime.now(UTC)


@dataclass
class App:
    """A running Boca."""

    settings: Settings
    store: Store
    clock: Callable[[], datetime] = _wall_clock
    progress: Progress = _silent
    dry_run: bool = False
    open_workers: OpenWorkers = _open_workers
    pipeline_version: str | None = field(default=None, init=False)
    """The version of the pipeline, once it was opened: settings do not change under way."""

    brands: tuple[Brand, ...] = field(init=False)
    stages: tuple[ServiceStage, ...] = field(init=False)
    people: tuple[Person, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.brands = self.settings.brand_list()
        self.stages = self.settings.stage_list()
        self.people = self.settings.person_list()

    def oldest_kept(self, now: datetime) -> datetime | None:
        """The moment before which posts are erased; None where they are kept for good."""
        days = self.settings.storage.retention_days
        return now - timedelta(days=days) if days else None

    def deciding(self) -> AbstractContextManager[Unit]:
        """A transaction in which messages are written; thrown away at the end of a dry run."""
        return self.store.rehearsing() if self.dry_run else self.store.writing()

    @contextmanager
    def analysing(self) -> Iterator[Analyser]:
        """Workers that read posts. They take seconds and memory: open them only for work."""
        with self._reading(self._taught()) as workers:
            self.pipeline_version = workers.version
            yield workers

    def untaught(self) -> AbstractContextManager[Analyser]:
        """Workers that read as if no person had taught anything."""
        return self._reading(None)

    def _reading(self, taught: Taught | None) -> AbstractContextManager[Analyser]:
        return self.open_workers(self.settings.nlp, self.brands, self.stages, taught)

    def _taught(self) -> Taught | None:
        with self.store.reading() as unit:
            kept = unit.learned.get(TAUGHT)
        return Taught.decode(kept) if kept else None
