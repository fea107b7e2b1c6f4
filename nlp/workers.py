"""The parallel front: worker processes, each with a pipeline of its own, in order and safe.

A worker that dies or is silent for too long is replaced. Its batch is then done again one
post at a time, so that only the post that did it is rejected.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Protocol, Self

from domain.analyses import Analysis
from domain.brands import Brand, ServiceStage
from domain.errors import ModelError
from domain.posts import Post, Rejected
from nlp.batches import batches
from nlp.rejections import rejected
from nlp.settings import NlpSettings

Told = Analysis | Rejected

_PATIENCE_AT_START = 120.0
_AHEAD = 3  # batches kept in hand for each worker, so that none waits for a slow one


class Analyser(Protocol):
    """What a worker runs."""

    version: str

    def analyse(self, posts: Iterable[Post], now: datetime) -> Iterator[Told]:
        """One answer for each post, in order."""


@dataclass(slots=True)
class _Batch:
    """Posts on their way: ``told`` fills up, ``careful`` after a worker was lost on them."""

    posts: list[Post]
    told: list[Told] = field(default_factory=list)
    careful: bool = False

    @property
    def done(self) -> bool:
        return len(self.told) == len(self.posts)

    def next(self) -> list[Post]:
        """What is to be analysed next: all of it, or with care one post."""
        at = len(self.told)
        return self.posts[at : at + 1] if self.careful else self.posts[at:]


class Workers:
    """A crew of worker processes; use it as a context manager."""

    def __init__(self, load: Callable[[], Analyser], settings: NlpSettings) -> None:
        self._load = load
        self._settings = settings
        self._crew: list[_Worker] = []
        self._version = ""

    def __enter__(self) -> Self:
        count = self._settings.workers or os.cpu_count() or 1
        try:
            self._crew = [_Worker(self._load) for _ in range(count)]
            for worker in self._crew:
                self._version = worker.ready()
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
        coming = (_Batch(batch) for batch in batches(posts, self._settings))
        line: deque[_Batch] = deque()
        while True:
            while len(line) < _AHEAD * len(self._crew) and (batch := next(coming, None)):
                line.append(batch)
            if not line:
                return
            self._hand_out(line, now)
            self._gather()
            while line and line[0].done:
                yield from line.popleft().told

    def _hand_out(self, line: Iterable[_Batch], now: datetime) -> None:
        busy = {id(worker.batch) for worker in self._crew if worker.batch}
        waiting = deque(batch for batch in line if not batch.done and id(batch) not in busy)
        for worker in self._crew:
            if worker.batch is None and waiting:
                worker.take(waiting.popleft(), now)

    def _gather(self) -> None:
        """Wait for an answer, a death or a deadline, and deal with what came."""
        busy = [worker for worker in self._crew if worker.batch]
        limit = self._settings.deadline
        patience = min(worker.since for worker in busy) + limit - time.monotonic()
        wait([worker.pipe for worker in busy], timeout=max(0.0, patience))
        for worker in busy:
            if worker.answered():
                continue
            if worker.lost:
                self._replace(worker, "crashed", ChildProcessError("its worker died"))
            elif time.monotonic() - worker.since >= limit:
                self._replace(worker, "hung", TimeoutError(f"no answer in {limit:g} s"))

    def _replace(self, worker: _Worker, code: str, error: Exception) -> None:
        """Put a new worker in the place of a lost one; the post that did it is rejected."""
        batch = worker.batch
        worker.dismiss()
        replacement = _Worker(self._load)
        self._crew[self._crew.index(worker)] = replacement
        replacement.ready()
        if batch is None:
            return
        if len(batch.next()) == 1:
            batch.told.append(rejected(batch.next()[0], code, "worker", error))
        batch.careful = True

    def _dismiss(self) -> None:
        for worker in self._crew:
            worker.dismiss()
        self._crew = []


class _Worker:
    """One process and the pipe to it. It has at most one batch at a time."""

    def __init__(self, load: Callable[[], Analyser]) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.batch: _Batch | None = None
        self.since = 0.0
        self.lost = False
        self._process: BaseProcess = context.Process(
            target=_work, args=(theirs, load), daemon=True, name="boca-nlp"
        )
        self._process.start()
        theirs.close()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid or 0

    def ready(self) -> str:
        """Wait until it has loaded; its version. ModelError if it cannot."""
        try:
            if self.pipe.poll(_PATIENCE_AT_START):
                told = self.pipe.recv()
                if isinstance(told, str):
                    return told
                raise told
        except (EOFError, OSError) as error:
            raise ModelError(
                "a worker died while it loaded its models",
                where="nlp.workers",
                todo="free some memory, or set `nlp.workers: 1`",
            ) from error
        raise ModelError("a worker did not load its models in time", where="nlp.workers")

    def take(self, batch: _Batch, now: datetime) -> None:
        """Start on a batch, or on the next post of one that needs care."""
        self.batch, self.since = batch, time.monotonic()
        try:
            self.pipe.send((batch.next(), now))
        except OSError:
            self.lost = True

    def answered(self) -> bool:
        """Whether the answer is here; it is then written into the batch."""
        try:
            if self.lost or self.batch is None or not self.pipe.poll():
                return False
            self.batch.told.extend(self.pipe.recv())
        except (EOFError, OSError):
            self.lost = True
            return False
        self.batch = None
        return True

    def dismiss(self) -> None:
        """End the process, whatever it does."""
        self.pipe.close()
        self._process.kill()
        self._process.join()
        self._process.close()


def open_workers(
    settings: NlpSettings, brands: Sequence[Brand], stages: Sequence[ServiceStage]
) -> Workers:
    """Workers that each hold ``load_pipeline(settings, brands, stages)``."""
    return Workers(partial(_load, settings, tuple(brands), tuple(stages)), settings)


def _load(
    settings: NlpSettings, brands: Sequence[Brand], stages: Sequence[ServiceStage]
) -> Analyser:
    from nlp.pipeline import load_pipeline  # heavy: only the workers need it

    return load_pipeline(settings, brands, stages)


def _work(pipe: Connection, load: Callable[[], Analyser]) -> None:
    """A worker's life: load, then answer batches until the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    try:
        analyser = load()
    except Exception as error:
        pipe.send(error)
        return
    pipe.send(analyser.version)
    try:
        while True:
            posts, now = pipe.recv()
            pipe.send(list(analyser.analyse(posts, now)))
    except (EOFError, BrokenPipeError):
        return
