"""Expected reach of every author: how fast, how true, and against a networkx Monte-Carlo.

    python benchmarks/influence/reach.py [--quick] [--seed 1]

Worlds are made in which the truth is known: a power-law audience for each author, a true
probability for each edge, posts that really spread by the independent cascade with a coin
for each edge, every act logged. Reach is learned from the log alone and compared with a
forward Monte-Carlo on the true probabilities.

Speed is taken on the sparse world (ten acts an author). There the median author has been
acted on three times or so, which bounds how well anyone can rank them; the rank correlation
that has a target is that of the rich world (a hundred acts an author). Both are printed.

The peer is the loop that people write over a ``networkx.DiGraph``, on the same learned
graph. It is timed on a sample of roots and scaled to all authors, with as many cascades from
each as it needs to come as close as ours does (median relative error in the top decile).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from functools import partial

from _memory import Taken, bandwidth, best, told, walked
from _towns import NOW, World, make_world
from _verdicts import SETTINGS, Peer, Score, score, time_peer
from rich.console import Console
from rich.table import Table

from graph.measure import Measures, measure
from graph.reach import Expected, expected_reach


def time_ours(world: World, times: int) -> tuple[Taken[Measures], Taken[Expected]]:
    """All measures from the log, and expected reach alone from what was learned of the edges."""
    measure(world.log, SETTINGS, NOW)
    whole = best(times, partial(measure, world.log, SETTINGS, NOW))
    return whole, best(times, partial(expected_reach, whole.found.learned, SETTINGS))


def start_seconds() -> tuple[float, float]:
    """A new process that measures two acts: with no kernel compiled yet, and with all of them."""
    code = (
        "import datetime as d; from graph.actions import ActionLog;"
        "from graph.measure import measure; from graph.settings import GraphSettings;"
        "log = ActionLog.build([[(1, 2, 0.0, 9, 8, 'reply'), (1, 3, 0.0, 7, 8, 'reply')]], []);"
        "measure(log, GraphSettings(), d.datetime.now(d.UTC))"
    )
    taken = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(2):
            begin = time.perf_counter()
            where = os.environ | {"NUMBA_CACHE_DIR": folder}
            subprocess.run([sys.executable, "-c", code], check=True, env=where)
            taken.append(time.perf_counter() - begin)
    return taken[0], taken[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the size")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    scale = 10 if chosen.quick else 1
    cold, cached = start_seconds()
    sparse = make_world(100_000 // scale, 1_000_000 // scale, chosen.seed)
    whole, reach = time_ours(sparse, 5)
    peer = time_peer(whole.found.learned, chosen.seed, 300, 20)
    scores = [score(sparse, whole.found, 2_000, chosen.seed)]
    rich = make_world(10_000 // scale, 1_000_000 // scale, chosen.seed)
    scores.append(score(rich, measure(rich.log, SETTINGS, NOW), 20_000, chosen.seed))
    met = SETTINGS.samples * float(reach.found.value.sum())
    moved = walked(SETTINGS.samples * sparse.log.authors, met) / reach.seconds
    copies = bandwidth()
    table = _speeds(sparse, whole, reach, peer)
    table.add_row("a new process, kernels compiled", f"{cached:.1f}", "", "two acts, with imports")
    table.add_row("the very first process", f"{cold:.1f}", "", "compiles every kernel")
    table.caption = f"{SETTINGS.threads} threads; {told(moved, copies)}"
    console = Console(width=110)
    console.print(table)
    console.print(_scores(scores))
    memory = {"bytes_per_second": round(moved), "memory_bandwidth": round(copies)}
    print(json.dumps(_line(whole, reach, peer, scores) | memory))


def _speeds(world: World, whole: Taken[Measures], reach: Taken[Expected], peer: Peer) -> Table:
    table = Table(title=f"{world.log.authors:,} authors, {world.log.acts:,} acts")
    for name in ("what", "seconds", "processor", "how"):
        table.add_column(name, justify="left" if name in ("what", "how") else "right")
    error = f"median error of the top decile {peer.error:.1%}"
    for name, one, how in (
        ("log to all measures", whole, "learning and vouched reach included, best of 5"),
        ("expected reach alone", reach, f"{SETTINGS.samples} samples; {error}"),
    ):
        table.add_row(name, f"{one.seconds:.2f}", f"{one.processor:.2f}", how)
    how = f"{peer.cascades} cascades an author; scaled from {peer.roots} random roots"
    table.add_row("networkx Monte-Carlo", f"{peer.seconds:,.0f}", f"{peer.processor:,.0f}", how)
    return table


def _scores(scores: list[Score]) -> Table:
    table = Table(title="Against the truth: Spearman over authors with 5 posts or more")
    names = ("world", "posts", "acts", "expected reach", "acts/posts", "PageRank", "degree")
    for name in (*names, "80 % covers", "bias"):
        table.add_column(name, justify="left" if name == "world" else "right")
    for name, one in zip(("sparse", "rich"), scores, strict=True):
        ranks = (f"{value:.3f}" for value in (one.reach, one.rate, one.pagerank, one.degree))
        rest = f"{one.covered:.1%}", f"{one.bias:+.1%}"
        table.add_row(name, f"{one.posts:.0f}", f"{one.acts:.0f}", *ranks, *rest)
    table.caption = "posts and acts: median an author has to be judged by"
    return table


def _line(
    whole: Taken[Measures], reach: Taken[Expected], peer: Peer, scores: list[Score]
) -> dict[str, object]:
    ratio = peer.seconds / reach.seconds
    true = scores[1].reach >= 0.95 and all(0.75 <= one.covered <= 0.85 for one in scores)
    return {
        "name": "influence_reach", "value": round(reach.seconds, 3), "unit": "s", "target": 1.5,
        "value_from_log": round(whole.seconds, 3), "processor": round(reach.processor, 3),
        "peer": round(peer.seconds, 1), "ratio": round(ratio), "target_ratio": 1_000,
        "ratio_processor": round(peer.processor / reach.processor),
        "error": round(peer.error, 4), "target_error": 0.1,
        "spearman": round(scores[1].reach, 4), "target_spearman": 0.95,
        "spearman_sparse": round(scores[0].reach, 4),
        "pass": bool(reach.seconds <= 1.5 and ratio >= 1_000 and peer.error <= 0.1 and true),
    }  # fmt: skip


if __name__ == "__main__":
    main()
