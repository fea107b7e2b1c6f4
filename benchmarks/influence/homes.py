"""Does it help to believe people by their community? In worlds whose communities are unlike.

    python benchmarks/influence/homes.py [--quick]

Worlds of 2,000 authors in communities of a hundred, three acts logged for each author. Communities
differ in how widely and how often people act: not at all, by half a unit of log, by one. Learned
without homes, with the true communities, and with those found from the same log (Leiden).
Compared with the truth: probabilities of edges (share of Bernoulli's error), the rank of reach,
how far it is off (median), how many of its 80 % intervals hold. What passes: where communities
are unlike by half, those found rank better than none; where they are alike, no worse by 0.005.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from scipy.stats import spearmanr

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from _towns import NOW, World, make_world  # noqa: E402
from _verdicts import SETTINGS  # noqa: E402
from truth import true_edges  # noqa: E402

from graph.communities import communities  # noqa: E402
from graph.evidence import Evidence, evidence  # noqa: E402
from graph.homes import Homes  # noqa: E402
from graph.probabilities import learn  # noqa: E402
from graph.reach import expected_reach  # noqa: E402
from graph.simulate import simulated_reach  # noqa: E402

AUTHORS, ACTS = 2_000, 3
WAYS = ("nobody", "true communities", "found communities")


def compared(seed: int, unlike: float, runs: int) -> NDArray[np.float64]:
    """(way, measure) of one world."""
    world = make_world(AUTHORS, AUTHORS * ACTS, seed, unlike)
    counted = evidence(world.log, SETTINGS.half_life_days, NOW.timestamp())
    everyone = np.arange(world.truth.nodes)
    reach = simulated_reach(world.truth, everyone, runs, seed)[0][world.log.author_ids]
    homes: tuple[Homes, ...] = ((), (world.home[world.log.author_ids],), (found(world),))
    return np.array([judged(world, counted, reach, one) for one in homes])


def found(world: World) -> NDArray[np.int64]:
    moment = NOW.timestamp()
    known = communities(world.log, SETTINGS.half_life_days, moment, before={}, following=0, seed=1)
    return known.member.astype(np.int64)


def judged(
    world: World, counted: Evidence, reach: NDArray[np.float64], homes: Homes
) -> tuple[float, ...]:
    truth, _ = true_edges(world, counted.rows(), counted.actor)
    learned = learn(counted, homes=homes)
    plain = counted.acts / counted.posts[counted.rows()]
    errors = [
        float(np.sqrt(np.mean((one - truth) ** 2))) for one in (learned.graph.probability, plain)
    ]
    told = expected_reach(learned, SETTINGS)
    off = float(np.median(abs(told.value - reach) / np.maximum(reach, 0.05)))
    holds = float(np.mean((told.low <= reach) & (reach <= told.high)))
    return errors[0] / errors[1], float(spearmanr(told.value, reach).statistic), off, holds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="one seed, fewer cascades")
    quick = parser.parse_args().quick
    seeds, runs = ((1,), 500) if quick else ((1, 2, 3, 4, 5), 2_000)
    table = Table(title=f"{AUTHORS:,} authors, {ACTS} acts each, means of {len(seeds)} seeds")
    for name in ("unlike by", "believed by", "edges", "Spearman", "off by", "80 % holds"):
        table.add_column(name, justify="left" if name == "believed by" else "right")
    ranks: dict[float, list[float]] = {}
    for unlike in (0.0, 0.5, 1.0):
        means = np.mean([compared(seed, unlike, runs) for seed in seeds], axis=0)
        ranks[unlike] = means[:, 1].tolist()
        for way, row in zip(WAYS, means, strict=True):
            table.add_row(str(unlike), way, *(f"{one:.3f}" for one in row))
    Console().print(table)
    nobody, true, known = ranks[0.5]
    line = {
        "name": "influence_homes", "value": round(known, 4), "unit": "Spearman",
        "target": round(nobody, 4), "peer": round(nobody, 4), "ratio": round(known / nobody, 3),
        "true_communities": round(true, 4), "alike": [round(one, 4) for one in ranks[0.0]],
        "pass": bool(known > nobody and ranks[0.0][2] >= ranks[0.0][0] - 0.005),
    }  # fmt: skip
    print(json.dumps(line))


if __name__ == "__main__":
    main()
