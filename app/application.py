"""What every step is handed: settings, the store, the clock, and a way to say how far it is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from app.settings import Settings
from domain.brands import Brand, ServiceStage
from domain.people import Person
from storage import Store
from storage.unit import Unit

if TYPE_CHECKING:
    from nlp.pipeline import Pipeline


class Progress(Protocol):
    """Told of work as it goes on; ``total`` is None where it can't be known."""

    def __call__(self, task: str, done: int, total: int | None = None) -> None:
        """``done`` of ``total`` things of this task are finished."""


def _silent(task: str, done: int, total: int | None = None) -> None:
    """Nobody is watching."""


def _wall_clock() -> datetime:
    return datetime.now(UTC)


@dataclass
class App:
    """A running Boca. The language pipeline is loaded when a step first needs it."""

    settings: Settings
    store: Store
    clock: Callable[[], datetime] = _wall_clock
    progress: Progress = _silent
    dry_run: bool = False
    brands: tuple[Brand, ...] = field(init=False)
    stages: tuple[ServiceStage, ...] = field(init=False)
    people: tuple[Person, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.brands = self.settings.brand_list()
        self.stages = self.settings.stage_list()
        self.people = self.settings.person_list()

    def deciding(self) -> AbstractContextManager[Unit]:
        """A transaction in which messages are written; thrown away at the end of a dry run."""
        return self.store.rehearsing() if self.dry_run else self.store.writing()

    @cached_property
    def pipeline(self) -> Pipeline:
        """The language pipeline: seconds to load, so only where it is needed."""
        from nlp.pipeline import load_pipeline

        return load_pipeline(self.settings.nlp, self.brands, self.stages)
