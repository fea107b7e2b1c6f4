"""What expected reach is judged by: the truth of a town, and the Monte-Carlo that people write."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import partial

import networkx as nx
import numpy as np
from _memory import best
from _towns import NOW, World
from scipy.stats import spearmanr

from graph.columns import Floats
from graph.csr import Csr
from graph.evidence import evidence
from graph.measure import Measures
from graph.probabilities import Learned
from graph.reach import sampled_reach
from graph.settings import GraphSettings
from graph.simulate import simulated_reach

SETTINGS = GraphSettings()
MEDIAN_OF_NORMAL = 0.6745
"""Median of the absolute value of a standard normal."""


def networkx_monte_carlo(
    made: nx.DiGraph, newcomers: list[float], root: int, runs: int
) -> list[float]:
    """What people write: sizes of cascades over a DiGraph, newcomers counted as ours does."""
    sizes = []
    for _ in range(runs):
        active, queue, size = {root}, [root], -1.0
        for u in queue:
            size += 1 + newcomers[u]
            for v, edge in made[u].items():
                if v not in active and random.random() < edge["probability"]:
                    active.add(v)
                    queue.append(v)
        sizes.append(size)
    return sizes


@dataclass(frozen=True)
class Peer:
    """What the plain Monte-Carlo would take for all authors, and from what that follows."""

    seconds: float
    processor: float
    error: float
    cascades: int
    roots: int


def time_peer(learned: Learned, seed: int, roots: int, runs: int) -> Peer:
    """Scale the peer's time on a sample of roots to all authors at our error."""
    graph, weight = learned.graph, 1 + learned.newcomers
    closer, _ = sampled_reach(graph, weight, 16 * SETTINGS.samples, seed + 1, SETTINGS.threads)
    ours, _ = sampled_reach(graph, weight, SETTINGS.samples, seed + 2, SETTINGS.threads)
    closer, ours = closer + learned.newcomers, ours + learned.newcomers
    top = np.flatnonzero(closer >= np.quantile(closer, 0.9))
    error = float(np.median(np.abs(ours - closer)[top] / closer[top]))
    _, variance = simulated_reach(graph, top, 2_000, seed, weight=learned.newcomers, threads=2)
    spread = float(np.median(np.sqrt(variance) / closer[top]))
    cascades = max(1, round((MEDIAN_OF_NORMAL * spread / error) ** 2))
    made = best(1, partial(_networkx, graph))
    chosen = np.random.default_rng(seed).choice(graph.nodes, roots, replace=False).tolist()
    newcomers = learned.newcomers.tolist()
    random.seed(seed)
    played = best(
        1, lambda: [networkx_monte_carlo(made.found, newcomers, root, runs) for root in chosen]
    )
    scale = cascades * graph.nodes / (roots * runs)
    seconds = made.seconds + scale * played.seconds
    return Peer(seconds, made.processor + scale * played.processor, error, cascades, roots)


def _networkx(graph: Csr) -> nx.DiGraph:
    made = nx.DiGraph()
    made.add_nodes_from(range(graph.nodes))
    columns = graph.rows().tolist(), graph.neighbour.tolist(), graph.probability.tolist()
    made.add_weighted_edges_from(zip(*columns, strict=True), weight="probability")
    return made


@dataclass(frozen=True)
class Score:
    """How true the measures are in one world, over authors with five posts or more."""

    acts: float
    posts: float
    reach: float
    rate: float
    pagerank: float
    degree: float
    covered: float
    bias: float


def score(world: World, found: Measures, runs: int, seed: int) -> Score:
    """Compare with the Monte-Carlo on the true probabilities."""
    ids = world.log.author_ids
    truth, _ = simulated_reach(world.truth, ids, runs, seed, threads=SETTINGS.threads)
    counted = evidence(world.log, SETTINGS.half_life_days, NOW.timestamp())
    acts = np.bincount(counted.rows(), counted.acts, len(ids))
    often = counted.posts >= 5
    value, low, high = (one[often] for one in found.values["expected_reach"])

    def rank(values: Floats) -> float:
        return float(spearmanr(truth[often], values[often]).statistic)

    return Score(
        acts=float(np.median(acts[often])),
        posts=float(np.median(counted.posts[often])),
        reach=rank(found.values["expected_reach"][0]),
        rate=rank(acts / np.maximum(counted.posts, 1)),
        pagerank=rank(found.values["pagerank"][0]),
        degree=rank(found.values["degree"][0]),
        covered=float(np.mean((low <= truth[often]) & (truth[often] <= high))),
        bias=float(value.mean() / truth[often].mean() - 1),
    )
