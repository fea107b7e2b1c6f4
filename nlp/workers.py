"""The parallel front: worker processes, each with a pipeline of its own, in order and safe.

A worker that dies, is silent for too long or takes too much memory is replaced while the
others go on. Its batch is then done again one post at a time, so that only the post that did
it is rejected: no post is tried more than twice.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from multiprocessing.connection import wait
from typing import Self

from domain.brands import Brand, ServiceStage
from domain.errors import ModelError
from domain.posts import Post
from nlp.batches import batches
from nlp.settings import NlpSettings
from nlp.teaching import Taught
from nlp.worker import PATIENCE_AT_START, Analyser, Batch, Told, Worker

_LENIENCE = 4.0
"""How many times the slowest batch so far a batch may take: other work may slow the machine."""
_AHEAD = 3  # batches kept in hand for each worker, so that none waits for a slow one


class Workers:
    """A crew of worker processes; use it as a context manager."""

    def __init__(self, load: Callable[[], Analyser], settings: NlpSettings) -> None:
        self._load = load
        self._settings = settings
        self._crew: list[Worker] = []
        self._version = ""
        self._slowest = 0.0

    def __enter__(self) -> Self:
        count = self._settings.workers or os.cpu_count() or 1
        try:
            self._crew = [Worker(self._load, self._settings.memory) for _ in range(count)]
            for worker in self._crew:
                self._version = worker.wait_until_loaded()
        except BaseException:
            self._dismiss()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._dismiss()

    @property
    def version(self) -> str:
        """The version of the pipelines."""
        return self._version

    @property
    def pids(self) -> tuple[int, ...]:
        """The process ids of the workers, for those who measure them."""
        return tuple(worker.pid for worker in self._crew)

    def analyse(self, posts: Iterable[Post], now: datetime) -> Iterator[Told]:
        """One answer for each post, in order; only a few batches are in hand at a time."""
        coming = (Batch(batch) for batch in batches(posts, self._settings))
        line: deque[Batch] = deque()
        while True:
            while len(line) < _AHEAD * len(self._crew) and (batch := next(coming, None)):
                line.append(batch)
            if not line:
                return
            self._hand_out(line, now)
            self._gather()
            while line:
                yield from line[0].give()
                if not line[0].done:
                    break
                line.popleft()

    def _hand_out(self, line: Iterable[Batch], now: datetime) -> None:
        busy = {id(worker.batch) for worker in self._crew if worker.batch}
        waiting = deque(batch for batch in line if not batch.done and id(batch) not in busy)
        for worker in self._crew:
            if worker.loaded and worker.batch is None and waiting:
                worker.take(waiting.popleft(), now)

    def _gather(self) -> None:
        """Wait for an answer, a death or a deadline, and deal with what came."""
        active = [worker for worker in self._crew if worker.batch or not worker.loaded]
        patience = min(worker.since + self._limit(worker) for worker in active)
        wait([worker.pipe for worker in active], timeout=max(0.0, patience - time.monotonic()))
        for worker in active:
            waited = time.monotonic() - worker.since
            if worker.answered():
                self._slowest = max(self._slowest, worker.took)
            elif worker.lost:
                self._replace(worker, "crashed", ChildProcessError("its worker died"))
            elif worker.error is not None:
                self._replace(worker, _code(worker.error), worker.error)
            elif waited >= self._limit(worker):
                self._replace(worker, "hung", TimeoutError(f"no answer in {waited:.0f} s"))

    def _limit(self, worker: Worker) -> float:
        """Seconds it may be silent; more on a machine that has shown to be slow."""
        if not worker.loaded:
            return PATIENCE_AT_START
        return max(self._settings.deadline, _LENIENCE * self._slowest)

    def _replace(self, worker: Worker, code: str, error: Exception) -> None:
        """Put a new worker in the place of a lost one; it loads while the others go on."""
        if not worker.loaded:
            raise ModelError(
                f"a worker did not load its models again: {error}",
                where="nlp.workers",
                todo="free some memory, or set `nlp.workers: 1`",
            )
        if worker.batch is not None:
            worker.batch.blame(code, error)
        worker.dismiss()
        self._crew[self._crew.index(worker)] = Worker(self._load, self._settings.memory)

    def _dismiss(self) -> None:
        for worker in self._crew:
            worker.dismiss()
        self._crew = []


def open_workers(
    settings: NlpSettings,
    brands: Sequence[Brand],
    stages: Sequence[ServiceStage],
    taught: Taught | None = None,
) -> Workers:
    """Workers that each hold ``load_pipeline(settings, brands, stages, taught)``."""
    return Workers(partial(_load, settings, tuple(brands), tuple(stages), taught), settings)


def _load(
    settings: NlpSettings,
    brands: Sequence[Brand],
    stages: Sequence[ServiceStage],
    taught: Taught | None,
) -> Analyser:
    from nlp.pipeline import load_pipeline  # heavy: only the workers need it

    return load_pipeline(settings, brands, stages, taught)


def _code(error: Exception) -> str:
    return "memory" if isinstance(error, MemoryError) else "failed"
