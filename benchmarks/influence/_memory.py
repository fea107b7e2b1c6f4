"""Time, and memory moved beside what this machine moves at its best: the same in each benchmark."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

_Found = TypeVar("_Found")

_PERSON, _WALK = 48, 80
"""Bytes of a person met on a walk (queue, stamp, a row's ends, ceiling, neighbour, sums) and of
beginning one."""


@dataclass(frozen=True)
class Taken(Generic[_Found]):
    """The least seconds and processor seconds that some work took, and what it gave."""

    seconds: float
    processor: float
    found: _Found


def best(times: int, work: Callable[[], _Found]) -> Taken[_Found]:
    """The best of so many runs; processor seconds, of all threads, tell of a busy machine."""
    runs = []
    for _ in range(times):
        begin, used = time.perf_counter(), time.process_time()
        found = work()
        runs.append((time.perf_counter() - begin, time.process_time() - used))
    return Taken(min(one for one, _ in runs), min(one for _, one in runs), found)


def walked(walks: float, people: float) -> float:
    """Bytes moved by so many walks over a graph that met so many people."""
    return walks * _WALK + people * _PERSON


def told(moved: float, copies: float) -> str:
    """Bytes a second moved, beside those that copying moves, and how busy the machine is."""
    load = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    return f"about {moved / 1e9:.1f} GB/s moved; memory copies {copies / 1e9:.1f} GB/s; {load}"


def bandwidth(threads: int = 2, megabytes: int = 256) -> float:
    """Bytes a second of ``a[:] = b`` on so many threads: the best of five, read and written."""
    size = megabytes << 17
    source, target = np.ones(size), np.empty(size)
    parts = [slice(size * i // threads, size * (i + 1) // threads) for i in range(threads)]

    def copy(part: slice) -> None:
        np.copyto(target[part], source[part])

    fastest = float("inf")
    with ThreadPoolExecutor(threads) as pool:
        for _ in range(5):
            begin = time.perf_counter()
            list(pool.map(copy, parts))
            fastest = min(fastest, time.perf_counter() - begin)
    return 2 * source.nbytes / fastest
