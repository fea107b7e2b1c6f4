"""Expected reach of everyone at 1,000,000 authors / 10,000,000 acts, and memory at 5M / 50M.

    python benchmarks/influence/scale.py [--quick] [--seed 1]

Acts are made up (power laws); the chance of an edge is half the actor's share of acts, so that a
set in motion goes on to one more on the average and to two in all. Each size runs in a process of
its own: seconds are from loose arrays to the reach of all, kernels compiled before; memory is the
most that the process held, the arrays of acts included. The error is the median, over the top
decile, of the difference from twice as many samples under another seed (itself subtracted
in quadrature: half the variance of ours).
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from dataclasses import dataclass

import numpy as np
from _memory import bandwidth, told, walked
from _worlds import interactions
from rich.console import Console
from rich.table import Table

from graph.csr import Csr
from graph.grouping import grouped
from graph.reach import sampled_reach
from graph.settings import GraphSettings

SETTINGS = GraphSettings()
CHANCE, CLOSER = 0.5, 2


@dataclass(frozen=True)
class Taken:
    """What one size took: seconds, gigabytes, error (None where not asked), mean reach."""

    people: int
    acts: int
    seconds: float
    gigabytes: float
    error: float | None
    mean: float
    moved: float


def built(people: int, acts: int, seed: int) -> tuple[float, Csr]:
    """Seconds to build, and the graph: every act an edge."""
    speaker, actor, _ = interactions(people, acts, seed)
    begin = time.perf_counter()
    listens = np.bincount(actor, minlength=people)
    chance = (CHANCE / listens[actor]).astype(np.float32)
    graph = grouped(speaker, actor, chance, people, SETTINGS.threads)
    return time.perf_counter() - begin, graph


def run(people: int, acts: int, seed: int, judged: bool) -> Taken:
    """Reach of everyone of one size."""
    _, small = built(1_000, 10_000, seed)
    sampled_reach(small, np.ones(1_000), 8, seed, SETTINGS.threads)
    spent, graph = built(people, acts, seed)
    ones = np.ones(people)
    begin = time.perf_counter()
    reach, _ = sampled_reach(graph, ones, SETTINGS.samples, seed, SETTINGS.threads)
    spent += time.perf_counter() - begin
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    walks = SETTINGS.samples * people
    moved = walked(walks, walks * (1 + reach.mean())) / spent
    error = _error(graph, ones, reach, seed) if judged else None
    return Taken(people, acts, spent, held, error, float(reach.mean()), float(moved))


def _error(graph: Csr, ones: np.ndarray, reach: np.ndarray, seed: int) -> float:
    closer, _ = sampled_reach(graph, ones, CLOSER * SETTINGS.samples, seed + 1, SETTINGS.threads)
    top = closer >= np.quantile(closer, 0.9)
    apart = float(np.median(np.abs(reach - closer)[top] / closer[top]))
    return apart / float(np.sqrt(1 + 1 / CLOSER))


def aside(people: int, seed: int, judged: bool) -> Taken:
    """One size in a process of its own."""
    asked = [sys.executable, __file__, "--people", str(people), "--seed", str(seed)]
    told = subprocess.run(
        [*asked, *(["--judged"] if judged else [])], check=True, capture_output=True, text=True
    )
    return Taken(**json.loads(told.stdout))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="a hundredth of the size")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--people", type=int, help="one size, told as JSON")
    parser.add_argument("--judged", action="store_true", help="with the error")
    chosen = parser.parse_args()
    if chosen.people:
        print(json.dumps(vars(run(chosen.people, 10 * chosen.people, chosen.seed, chosen.judged))))
        return
    scale = 100 if chosen.quick else 1
    small, large = (
        aside(size // scale, chosen.seed, size == 1_000_000) for size in (1_000_000, 5_000_000)
    )
    copies = bandwidth()
    table = Table(title=f"Reach of everyone, {SETTINGS.samples} samples, from loose arrays")
    for name in ("authors", "acts", "seconds", "most memory, GB", "error", "mean reach", "GB/s"):
        table.add_column(name, justify="right")
    for one in (small, large):
        error = "" if one.error is None else f"{one.error:.1%}"
        table.add_row(
            f"{one.people:,}", f"{one.acts:,}", f"{one.seconds:.1f}", f"{one.gigabytes:.1f}",
            error, f"{one.mean:.2f}", f"{one.moved / 1e9:.1f}",
        )  # fmt: skip
    table.caption = told(small.moved, copies)
    Console().print(table)
    close = small.error is not None and small.error <= 0.1
    print(json.dumps({
        "name": "influence_scale", "value": round(small.seconds, 2), "unit": "s", "target": 30.0,
        "error": round(small.error or 0.0, 4), "target_error": 0.1,
        "gigabytes": round(large.gigabytes, 2), "target_gigabytes": 12.0,
        "seconds_large": round(large.seconds, 1), "peer": None, "ratio": None,
        "bytes_per_second": round(small.moved), "memory_bandwidth": round(copies),
        "pass": bool(small.seconds <= 30 and large.gigabytes <= 12 and close),
    }))  # fmt: skip


if __name__ == "__main__":
    main()
