"""Is what is learned true? Edges, reach and intervals in worlds whose truth is known.

    python benchmarks/influence/truth.py [--quick]

Ten worlds, five seeds of two sizes (see ``benchmarks/influence/reach.py``): posts spread by the
independent cascade, only the log is seen. Each world, the same true edges, is heard three times:
with 3 acts an author logged (*sparse*), 10 and 100. For every edge that was seen, the learned
probability is compared with the true one, beside the Bernoulli estimate of Goyal and others
(acts / posts) and an *oracle* that is told each author's own distribution of probabilities: no
estimator from the same counts does better on average. Reach is compared for authors with five
posts or more. What bounds the rank correlation is how often people acted on them; so it has its
target where a hundred did, the error of edges where three did, coverage everywhere.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from _towns import NOW, World, make_world  # noqa: E402
from _verdicts import SETTINGS, score  # noqa: E402

from graph.evidence import evidence  # noqa: E402
from graph.measure import measure  # noqa: E402

SEEDS = (1, 2, 3, 4, 5)
CONCENTRATION = 0.8
"""Of the beta distribution from which the worlds draw an author's edges."""


@dataclass(frozen=True)
class Found:
    """One world: errors of edges as shares of the Bernoulli estimate's, and of reach."""

    posts: float
    edges: float
    oracle: float
    spearman: float
    covered: float


def judged(authors: int, acts: int, seed: int, runs: int) -> Found:
    world = make_world(authors, acts, seed)
    found = measure(world.log, SETTINGS, NOW)
    counted = evidence(world.log, SETTINGS.half_life_days, NOW.timestamp())
    truth, mean = true_edges(world, counted.rows(), counted.actor)
    acted, posts = counted.acts, counted.posts[counted.rows()]
    oracle = (acted + CONCENTRATION) / (posts + CONCENTRATION / mean)
    errors = [
        float(np.sqrt(np.mean((one - truth) ** 2)))
        for one in (acted / posts, found.learned.graph.probability, oracle)
    ]
    reach = score(world, found, runs, seed)
    ratio, best = errors[1] / errors[0], errors[2] / errors[0]
    return Found(float(np.median(posts)), ratio, best, reach.reach, reach.covered)


def true_edges(
    world: World, speaker: NDArray[np.int64], actor: NDArray[np.int32]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The true probability of each edge seen, and the mean of its author's audience."""
    ids, truth = world.log.author_ids, world.truth
    nodes = truth.nodes
    known = truth.rows().astype(np.int64) * nodes + truth.neighbour
    place = np.searchsorted(known, ids[speaker] * nodes + ids[actor])
    size = np.maximum(np.diff(truth.starts), 1)
    mean = truth.times(np.ones(nodes)) / size
    return truth.probability[place].astype(float), mean.clip(1e-3)[ids[speaker]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="two seeds, small worlds")
    quick = parser.parse_args().quick
    worlds = {"sparse, 3": 3, "usual, 10": 10, "rich, 100": 100}
    sizes, seeds, runs = ((1_000,), SEEDS[:2], 2_000) if quick else ((2_000, 10_000), SEEDS, 8_000)
    table = Table(title=f"means of {len(seeds)} seeds")
    columns = ("authors", "posts", "edges vs Bernoulli", "oracle", "Spearman", "covers")
    for name in ("acts an author", *columns):
        table.add_column(name, justify="left" if name == "acts an author" else "right")
    means: dict[str, list[Found]] = {name: [] for name in worlds}
    for name, each in worlds.items():
        for authors in sizes:
            found = [judged(authors, authors * each, seed, runs) for seed in seeds]
            means[name] += found
            table.add_row(name, f"{authors:,}", *cells(found))
    Console().print(table)
    print(json.dumps(line(means)))


def cells(found: list[Found]) -> tuple[str, ...]:
    posts, edges, oracle, spearman, covered = (
        float(np.mean([getattr(one, name) for one in found]))
        for name in ("posts", "edges", "oracle", "spearman", "covered")
    )
    return f"{posts:.0f}", f"{edges:.3f}", f"{oracle:.3f}", f"{spearman:.3f}", f"{covered:.1%}"


def line(means: dict[str, list[Found]]) -> dict[str, object]:
    edges = float(np.mean([one.edges for one in means["sparse, 3"]]))
    spearman = float(np.mean([one.spearman for one in means["rich, 100"]]))
    covers = {name: float(np.mean([one.covered for one in found])) for name, found in means.items()}
    held = all(0.75 <= one <= 0.85 for one in covers.values())
    return {
        "name": "influence_truth", "value": round(edges, 3), "unit": "share of Bernoulli's RMSE",
        "target": 0.5, "peer": 1.0, "ratio": round(edges, 3),
        "edges_usual": round(float(np.mean([one.edges for one in means["usual, 10"]])), 3),
        "spearman_rich": round(spearman, 4), "target_spearman": 0.97,
        "coverage": {name: round(one, 3) for name, one in covers.items()},
        "pass": bool(edges <= 0.5 and spearman >= 0.97 and held),
    }  # fmt: skip


if __name__ == "__main__":
    main()
