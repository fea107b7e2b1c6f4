"""Who will carry the next cascades? Credit learned from past ones, against degree and PageRank.

    python benchmarks/influence/cascades.py [--quick] [--data FOLDER]

Everything is learned on the training and validation cascades; the test cascades are judged once.
*Share* is the part of their credit that the top fifty of a ranking earn: each who acts gives
equal shares to the neighbours who acted before, who pass it on (no decay, so that no ranking's
own formula is the judge). *Spearman* is that of the seed's score with the final size of the
cascade. Degree is taken both ways and, as the graph is one of acquaintance, undirected; PageRank
is taken both ways too. ``--quick`` learns on the training cascades alone and judges the
validation cascades.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from scipy.stats import spearmanr

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from graph.cascadefiles import CascadeRow, read_cascades  # noqa: E402
from graph.casts import Acquaintance, Cast  # noqa: E402
from graph.credit import credit  # noqa: E402
from graph.standing import merged_acts  # noqa: E402

Floats = NDArray[np.float64]
TOP = 50


def cascades_of(folder: Path, names: Sequence[str]) -> list[CascadeRow]:
    rows = (one for name in names for one in read_cascades(folder / f"{name}.txt"))
    return [one for one in rows if isinstance(one, CascadeRow)]


def plain_credit(
    cascades: Sequence[CascadeRow], near: nx.Graph, index: Mapping[str, int]
) -> Floats:
    """Credit in equal shares, passed on: the judge. A row for each cascade."""
    earned = np.zeros((len(cascades), len(index)))
    for row, one in zip(earned, cascades, strict=True):
        order = [one.seed, *one.people]
        place = {who: number for number, who in enumerate(order)}
        carried = [1.0] * len(order)
        for who in reversed(order):
            known = near.adj.get(who, ())
            before = [place[x] for x in known if place.get(x, len(order)) < place[who]]
            for spot in before:
                carried[spot] += carried[place[who]] / len(before)
            if who in index:
                row[index[who]] = carried[place[who]] - 1
    return earned


def share(score: Floats, future: Floats) -> float:
    top = np.argsort(-score, kind="stable")[:TOP]
    return float(future[top].sum() / future.sum())


def lead(score: Floats, other: Floats, judge: Floats) -> tuple[float, float]:
    """The 80 % interval of how much more of the credit one ranking's top earns than another's.

    Bootstrap over the cascades that are judged, both rankings by the same draws.
    """
    chance = np.random.default_rng(1)
    drawn = chance.multinomial(len(judge), np.full(len(judge), 1 / len(judge)), size=2_000)
    ours, theirs = (judge[:, np.argsort(-x, kind="stable")[:TOP]].sum(1) for x in (score, other))
    leads = drawn @ (ours - theirs) / (drawn @ judge.sum(1))
    low, high = np.quantile(leads, [0.1, 0.9])
    return float(low), float(high)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="judge the validation cascades")
    shared = Path(os.environ.get("BOCA_SHARED", ROOT.parent / "shared"))
    folder = shared / "data/cascades/stackexchange-android"
    parser.add_argument("--data", type=Path, default=folder)
    chosen = parser.parse_args()
    past, future = (["train"], ["val"]) if chosen.quick else (["train", "val"], ["test"])
    seen, later = cascades_of(chosen.data, past), cascades_of(chosen.data, future)
    directed = nx.read_edgelist(chosen.data / "graph.txt", create_using=nx.DiGraph)
    names = list(directed)
    index = {name: number for number, name in enumerate(names)}
    ends = np.array([(index[u], index[v]) for u, v in directed.edges], np.int32)
    met = Acquaintance.of(ends[:, 0], ends[:, 1], len(names))
    actor, speaker = ends.T
    ties = merged_acts(speaker, actor, np.ones(len(ends), np.float32), len(names))
    found = credit(Cast.of(seen, index), ties)
    forward, backward = (nx.pagerank(one) for one in (directed, directed.reverse()))
    scores: dict[str, Floats] = {
        "credit": found.carried,
        "credit-each": found.each[0],
        "credit-total": found.total[0],
        "degree": np.diff(met.starts).astype(float),
        "out-degree": np.bincount(ends[:, 0], minlength=len(names)).astype(float),
        "in-degree": np.bincount(ends[:, 1], minlength=len(names)).astype(float),
        "PageRank": np.array([forward[name] for name in names]),
        "reverse PageRank": np.array([backward[name] for name in names]),
    }
    judge = plain_credit(later, directed.to_undirected(), index)
    earned = judge.sum(axis=0)
    known = [one for one in later if one.seed in index]
    size = [len(one.people) for one in known]
    seeds = [index[one.seed] for one in known]
    shares = {name: share(one, earned) for name, one in scores.items()}
    ranks = {n: float(spearmanr(one[seeds], size).statistic) for n, one in scores.items()}
    table = Table(title=f"{len(seen):,} cascades seen, {len(later):,} to come")
    for name in ("by", f"share of the top {TOP}", "Spearman with size"):
        table.add_column(name, justify="left" if name == "by" else "right")
    for name in scores:
        table.add_row(name, f"{shares[name]:.3f}", f"{ranks[name]:.3f}")
    Console().print(table)
    rivals = scores["degree"], scores["reverse PageRank"]
    print(json.dumps(line(shares, ranks, [lead(found.carried, one, judge) for one in rivals])))


def line(
    shares: dict[str, float], ranks: dict[str, float], leads: list[tuple[float, float]]
) -> dict[str, object]:
    gain = shares["credit"] / shares["degree"]
    most = max(shares["PageRank"], shares["reverse PageRank"])
    times = ranks["credit"] / ranks["degree"]
    return {
        "name": "influence_cascades", "value": round(shares["credit"], 4), "unit": "share",
        "target": round(max(1.1 * shares["degree"], most), 4), "peer": round(most, 4),
        "ratio": round(gain, 3), "over_best_degree": round(
            shares["credit"] / max(shares["out-degree"], shares["in-degree"]), 3),
        "lead_on_degree": [round(x, 3) for x in leads[0]],
        "lead_on_reverse_pagerank": [round(x, 3) for x in leads[1]],
        "spearman": round(ranks["credit"], 4), "spearman_degree": round(ranks["degree"], 4),
        "spearman_ratio": round(times, 2), "spearman_target": 2.0,
        "pass": bool(gain >= 1.1 and shares["credit"] >= most and times >= 2),
    }  # fmt: skip


if __name__ == "__main__":
    main()
