"""Weighted PageRank from loose arrays, against scipy, igraph and networkx.

    python benchmarks/influence/pagerank.py [--quick] [--seed 1]

Every number includes building the graph from the same three arrays. igraph runs where it is
installed (it is no dependency); networkx runs on a tenth of the acts and is scaled up by ten,
in its favour, unless --quick makes the whole small enough. All stop at a total change of 1e-6
(igraph at its own, closer criterion); the results are compared.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from functools import partial

import networkx as nx
import numpy as np
from _memory import bandwidth, best, told
from _worlds import interactions
from rich.console import Console
from rich.table import Table
from scipy.sparse import csr_matrix

from graph.columns import Floats, Nodes, Singles
from graph.grouping import grouped
from graph.pagerank import DAMPING, TOLERANCE, rank_flow

Ranker = Callable[[Nodes, Nodes, Singles, int], Floats]


def ours(speaker: Nodes, actor: Nodes, weight: Singles, people: int) -> Floats:
    return rank_flow(grouped(speaker, actor, weight, people, threads=2), threads=2)


def with_scipy(speaker: Nodes, actor: Nodes, weight: Singles, people: int) -> Floats:
    flow = csr_matrix((weight.astype(np.float64), (speaker, actor)), (people, people))
    given = np.asarray(flow.sum(axis=0)).ravel()
    portion = np.divide(1, given, out=np.zeros(people), where=given > 0)
    rank = np.full(people, 1 / people)
    while True:
        base = (1 - DAMPING + DAMPING * rank[given == 0].sum()) / people
        fresh = base + DAMPING * (flow @ (rank * portion))
        change, rank = np.abs(fresh - rank).sum(), fresh
        if change < TOLERANCE:
            return rank


def with_igraph(speaker: Nodes, actor: Nodes, weight: Singles, people: int) -> Floats:
    import igraph

    made = igraph.Graph(n=people, edges=np.stack([actor, speaker], axis=1), directed=True)
    return np.asarray(made.pagerank(damping=DAMPING, weights=weight.tolist()))


def with_networkx(speaker: Nodes, actor: Nodes, weight: Singles, people: int) -> Floats:
    made = nx.MultiDiGraph()
    made.add_nodes_from(range(people))
    made.add_weighted_edges_from(
        zip(actor.tolist(), speaker.tolist(), weight.tolist(), strict=True)
    )
    found = nx.pagerank(made, alpha=DAMPING, tol=TOLERANCE / people, max_iter=1_000)
    return np.array([found[one] for one in range(people)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="20,000 people, 200,000 acts")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    people = 20_000 if chosen.quick else 1_000_000
    acts, share = 10 * people, 1 if chosen.quick else 10
    world = (*interactions(people, acts, chosen.seed), people)
    small = (*interactions(people // share, acts // share, chosen.seed), people // share)
    ours(*small)
    mine = best(9, partial(ours, *world))
    seconds, rank = mine.seconds, mine.found
    table = Table(title=f"PageRank of {people:,} people, {acts:,} acts, from arrays")
    for name in ("engine", "seconds", "processor", "× ours", "total difference"):
        table.add_column(name, justify="left" if name == "engine" else "right")
    table.add_row("ours, two threads", f"{seconds:.2f}", f"{mine.processor:.2f}", "1", "")
    peers: dict[str, float] = {}
    for name, ranker in (("scipy", with_scipy), ("igraph", with_igraph)):
        try:
            peer = best(1, partial(ranker, *world))
        except ImportError:
            table.add_row(name, "not installed", "", "", "")
            continue
        peers[name] = peer.seconds
        table.add_row(
            name, f"{peer.seconds:.2f}", f"{peer.processor:.2f}", f"{peer.seconds / seconds:.0f}",
            f"{np.abs(peer.found - rank).sum():.1e}",
        )  # fmt: skip
    peer = best(1, partial(with_networkx, *small))
    peers["networkx"] = share * peer.seconds
    scaled = f"{peers['networkx']:.1f}", f"{share * peer.processor:.1f}"
    note = f"scaled from {acts // share:,} acts" if share > 1 else ""
    table.add_row("networkx", *scaled, f"{peers['networkx'] / seconds:.0f}", note)
    moved = (20 * 12 + 40) * acts / seconds
    copies = bandwidth()
    table.caption = told(moved, copies)
    Console().print(table)
    wins = all(
        peers[name] >= factor * seconds
        for name, factor in (("igraph", 3), ("networkx", 100))
        if name in peers
    )
    print(json.dumps({
        "name": "influence_pagerank", "value": round(seconds, 3), "unit": "s", "target": 1.0,
        "processor": round(mine.processor, 3),
        "peer": {name: round(one, 2) for name, one in peers.items()},
        "ratio": {name: round(one / seconds, 1) for name, one in peers.items()},
        "bytes_per_second": round(moved), "memory_bandwidth": round(copies),
        "pass": bool(seconds <= 1.0 and wins),
    }))  # fmt: skip


if __name__ == "__main__":
    main()
