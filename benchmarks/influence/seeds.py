"""The best set of fifty: how fast, and how good by independent simulation, beside simple picks.

    python benchmarks/influence/seeds.py [--quick] [--seed 1] [--graphs FOLDER]

Speed on made-up interactions (weighted cascade: each person's shares of acts as probabilities),
arrays built. Quality on public graphs where a folder with them is given (nethept.txt.gz,
netphy.txt.gz: a line "nodes edges", then "u v", taken both ways, each pair once): published
spreads for 50 seeds are 957 and 1,355. The peers are the 50 of greatest degree and of greatest
PageRank; every spread is from the same forward simulation, which the choice has not seen.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import time
from pathlib import Path

import numpy as np
from _memory import bandwidth
from _worlds import interactions
from rich.console import Console
from rich.table import Table

from graph.columns import Nodes
from graph.csr import Csr
from graph.grouping import grouped
from graph.pagerank import rank_flow
from graph.seeds import Seeds, choose_seeds
from graph.simulate import simulated_spread
from graph.sketches import Backwards

KNOWN = {"nethept": 957.0, "netphy": 1_355.0}
COUNT = 50


def weighted_cascade(speaker: Nodes, actor: Nodes, people: int) -> Csr:
    """Each pair once, with the probability that is the actor's share."""
    key = np.unique(speaker.astype(np.int64) * people + actor)
    speaker, actor = (key // people).astype(np.int32), (key % people).astype(np.int32)
    listens = np.bincount(actor, minlength=people)
    return grouped(speaker, actor, (1 / listens[actor]).astype(np.float32), people, 2)


def public(path: Path) -> Csr:
    """A public graph, both ways."""
    with gzip.open(path, "rt") as lines:
        rows = [line.split() for line in lines]
    u, v = np.array(rows[1:], np.int64).T
    people = int(rows[0][0])
    return weighted_cascade(np.concatenate([u, v]), np.concatenate([v, u]).astype(np.int32), people)


def timed(backwards: Backwards, epsilon: float, seed: int, times: int) -> tuple[float, Seeds]:
    """The best of so many runs."""
    best, found = float("inf"), None
    for _ in range(times):
        begin = time.perf_counter()
        found = choose_seeds(backwards, COUNT, epsilon=epsilon, seed=seed, threads=2)
        best = min(best, time.perf_counter() - begin)
    assert found is not None
    return best, found


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="100,000 people instead of 1,000,000")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--graphs", type=Path, help="a folder with nethept.txt.gz, netphy.txt.gz")
    return parser.parse_args()


def main() -> None:
    chosen = _asked()
    people = 100_000 if chosen.quick else 1_000_000
    speaker, actor, _ = interactions(people, 10 * people, chosen.seed)
    graphs = {f"{people:,} people": weighted_cascade(speaker, actor, people)}
    known = KNOWN if chosen.graphs else {}
    graphs |= {name: public(chosen.graphs / f"{name}.txt.gz") for name in known}
    table = Table(title=f"{COUNT} seeds, arrays built; spread by simulation, ± one standard error")
    for name in ("graph", "pick", "seconds", "spread", "±", "proven", "sets"):
        table.add_column(name, justify="left" if name in ("graph", "pick") else "right")
    seconds: dict[float, float] = {}
    close = True
    for name, graph in graphs.items():
        runs = 500 if graph.nodes >= 100_000 else 20_000
        backwards, made = Backwards.of(graph), name not in KNOWN

        def spread(nodes: np.ndarray, graph: Csr = graph, runs: int = runs) -> tuple[float, float]:
            found = simulated_spread(graph, nodes, runs, chosen.seed + 99, threads=2)
            return found.mean, found.error

        for epsilon in (0.1, 0.01):
            taken, found = timed(backwards, epsilon, chosen.seed, 3 if made else 1)
            mean, error = spread(found.nodes)
            if made:
                seconds[epsilon] = taken
            elif epsilon == 0.01:
                close = close and mean >= 0.99 * KNOWN[name]
            proven = f"{found.at_least:.1%}", f"{found.sets:,}"
            row = f"epsilon {epsilon}", f"{taken:.2f}", f"{mean:,.1f}", f"{error:.1f}"
            table.add_row(name, *row, *proven)
        flow = grouped(graph.rows(), graph.neighbour, graph.probability, graph.nodes, 2)
        for pick, score in (("degree", np.diff(graph.starts)), ("PageRank", rank_flow(flow))):
            mean, error = spread(np.argsort(-score, kind="stable")[:COUNT])
            table.add_row(name, pick, "", f"{mean:,.1f}", f"{error:.1f}", "", "")
    copies = bandwidth() / 1e9
    load = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    table.caption = f"published: {KNOWN}; memory copies {copies:.1f} GB/s; {load}"
    Console().print(table)
    print(json.dumps({
        "name": "influence_seeds", "value": round(seconds[0.1], 3), "unit": "s", "target": 0.5,
        "value_close": round(seconds[0.01], 3), "target_close": 10.0,
        "within_1_percent_of_published": close if chosen.graphs else None,
        "peer": "published spreads", "ratio": None, "memory_bandwidth": round(copies * 1e9),
        "pass": bool(seconds[0.1] <= 0.5 and seconds[0.01] <= 10 and close),
    }))  # fmt: skip


if __name__ == "__main__":
    main()
