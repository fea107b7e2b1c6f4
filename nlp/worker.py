"""One worker process: what it is given, and how it lives and dies."""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Protocol

from domain.analyses import Analysis
from domain.errors import ModelError
from domain.posts import Post, Rejected
from nlp.packing import pack_quickly
from nlp.rejections import rejected

Told = Analysis | Rejected

pack_quickly()

PATIENCE_AT_START = 120.0
_SAID = 500  # characters of an error that are told on


class Analyser(Protocol):
    """What a worker runs."""

    version: str

    def analyse(self, posts: Iterable[Post], now: datetime) -> Iterator[Told]:
        """One answer for each post, in order."""


@dataclass(slots=True)
class Batch:
    """Posts on their way: ``told`` fills up, ``careful`` after a worker was lost on them."""

    posts: list[Post]
    told: list[Told] = field(default_factory=list)
    given: int = 0
    careful: bool = False

    @property
    def done(self) -> bool:
        """Whether every post has its answer."""
        return len(self.told) == len(self.posts)

    def next(self) -> list[Post]:
        """What is to be analysed next: all of it, or with care one post."""
        at = len(self.told)
        return self.posts[at : at + 1] if self.careful else self.posts[at:]

    def give(self) -> list[Told]:
        """The answers that were not given out yet."""
        fresh = self.told[self.given :]
        self.given = len(self.told)
        return fresh

    def blame(self, code: str, error: Exception) -> None:
        """A worker was lost on it: a post alone is to blame, of several none is known yet."""
        at_fault = self.next()
        if len(at_fault) == 1:
            self.told.append(rejected(at_fault[0], code, "worker", error))
        self.careful = True


class Worker:
    """One process and the pipe to it. It has at most one batch at a time."""

    def __init__(self, load: Callable[[], Analyser], memory: int) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["nlp.pipeline"])  # so that a new worker starts at once
        self.pipe, theirs = context.Pipe()
        self.batch: Batch | None = None
        self.since = time.monotonic()
        self.took = 0.0
        self.loaded = False
        self.lost = False
        self.error: Exception | None = None
        self._process: BaseProcess = context.Process(
            target=_work, args=(theirs, load, memory), daemon=True, name="boca-nlp"
        )
        self._process.start()
        theirs.close()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid or 0

    def wait_until_loaded(self) -> str:
        """Wait until it has loaded; its version. ModelError if it cannot."""
        try:
            if self.pipe.poll(PATIENCE_AT_START):
                told = self.pipe.recv()
                if isinstance(told, str):
                    self.loaded = True
                    return told
                raise told
        except (EOFError, OSError) as error:
            raise ModelError(
                "a worker died while it loaded its models",
                where="nlp.workers",
                todo="free some memory, or set `nlp.workers: 1`",
            ) from error
        raise ModelError("a worker did not load its models in time", where="nlp.workers")

    def take(self, batch: Batch, now: datetime) -> None:
        """Start on a batch, or on the next post of one that needs care."""
        self.batch, self.since = batch, time.monotonic()
        try:
            self.pipe.send((batch.next(), now))
        except OSError:
            self.lost = True

    def answered(self) -> bool:
        """Whether the answer is here; it is then written into the batch."""
        try:
            if self.lost or not self.pipe.poll():
                return False
            told = self.pipe.recv()
        except (EOFError, OSError):
            self.lost = True
            return False
        if isinstance(told, Exception):
            self.error = told
        elif self.batch is None:
            self.loaded = True
        else:
            answers, self.took = told
            self.batch.told.extend(answers)
            self.batch = None
            return True
        return False

    def dismiss(self) -> None:
        """End the process, whatever it does."""
        self.pipe.close()
        self._process.kill()
        self._process.join()
        self._process.close()


def _work(pipe: Connection, load: Callable[[], Analyser], memory: int) -> None:
    """A worker's life: load, then answer batches until the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    try:
        analyser = load()
    except Exception as error:
        pipe.send(error)
        return
    _settle()
    _bound_memory(memory)
    try:
        pipe.send(analyser.version)
        while True:
            posts, now = pipe.recv()
            started = time.monotonic()
            pipe.send((list(analyser.analyse(posts, now)), time.monotonic() - started))
    except (EOFError, BrokenPipeError):
        return
    except Exception as error:
        pipe.send(_told(error))


def _settle() -> None:
    """Hand back the memory that loading took, and look for no garbage in what is loaded."""
    gc.collect()
    gc.freeze()
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        trim(0)


def _told(error: Exception) -> Exception:
    """An error that survives the pipe, whatever it holds."""
    plain = MemoryError if isinstance(error, MemoryError) else RuntimeError
    return plain(f"{type(error).__name__}: {error}"[:_SAID])


def _bound_memory(megabytes: int) -> None:
    """Let it take that much more than it has; asking for more is then a MemoryError."""
    status = Path("/proc/self/status")
    if not status.exists():  # only Linux says what a process holds
        return
    held = next(line for line in status.read_text().splitlines() if line.startswith("VmData:"))
    most = int(held.split()[1]) * 1024 + megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_DATA, (most, resource.getrlimit(resource.RLIMIT_DATA)[1]))
