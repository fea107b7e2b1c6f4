"""Measures that analysts know, for comparison: h-index, cores, bridges, followers, vendors' own.

None of them is in people per post, and none can be multiplied by anything.
"""

from __future__ import annotations

import networkit as nk
import numpy as np
from numba import njit

from domain.errors import UsageError
from graph.columns import Floats, Ints, Nodes, Singles
from graph.csr import Csr, sorted_by

FACTORS = {"x": 0.3, "instagram": 0.6, "facebook": 0.4, "linkedin": 0.7, "youtube": 1.0}
"""Factors in the style of the vendors' "estimated reach": made up by them, kept for contrast."""


def h_index(speaker: Nodes, actor: Nodes, weight: Singles, people: int) -> Floats:
    """The greatest h such that h people each acted h times or more on the author.

    ``h(u) = max {h : |{v : w(v → u) ≥ h}| ≥ h}`` with ``w`` the acts of v on u, added up.
    Hirsch, An index to quantify an individual's scientific research output, PNAS 2005, over
    people instead of papers. In people. O(acts). One row for each act.

    >>> acts = np.array([0, 0, 0, 0]), np.array([1, 1, 2, 2])
    >>> h_index(acts[0].astype(np.int32), acts[1].astype(np.int32), np.ones(4, np.float32), 3)
    array([2., 0., 0.])
    """
    merged = merged_acts(speaker, actor, weight, people)
    result: Floats = _h(merged.starts, merged.probability)
    return result


def merged_acts(speaker: Nodes, actor: Nodes, weight: Singles, people: int) -> Csr:
    """One edge for each pair, with the weights of its acts added up; rows are speakers.

    >>> one = np.array([0, 0], np.int32), np.array([1, 1], np.int32)
    >>> merged_acts(*one, np.ones(2, np.float32), 2).probability.tolist()
    [2.0]
    """
    order, _ = sorted_by(actor, np.arange(len(actor)), people)
    order, starts = sorted_by(speaker, order, people)
    u, v = speaker[order], actor[order]
    new = np.append(True, (u[1:] != u[:-1]) | (v[1:] != v[:-1]))[: len(u)]
    places = np.flatnonzero(new)
    total = np.add.reduceat(weight[order].astype(np.float64), places) if len(places) else weight
    sizes = np.bincount(u[places], minlength=people)
    starts = np.concatenate([[0], np.cumsum(sizes)])
    return Csr(starts, v[places], total.astype(np.float32))


@njit(cache=True, nogil=True)
def _h(starts: Ints, acts: Singles) -> Floats:
    result = np.zeros(len(starts) - 1)
    for row in range(len(result)):
        ascending = np.sort(acts[starts[row] : starts[row + 1]])
        h = 0
        while h < len(ascending) and ascending[len(ascending) - 1 - h] >= h + 1:
            h += 1
        result[row] = h
    return result


def core_number(graph: Csr) -> Floats:
    """The greatest k such that the node belongs to a part in which all have k ties or more.

    Seidman, Network structure and minimum degree, 1983; computed by peeling as in Batagelj
    and Zaversnik 2003. Directions and weights are left out. In ties. O(edges).

    >>> ring = Csr(np.array([0, 1, 2, 3, 3]), np.array([1, 2, 0], np.int32), np.ones(3, np.float32))
    >>> core_number(ring).tolist()
    [2.0, 2.0, 2.0, 0.0]
    """
    made = _tied(graph, directed=False)
    return np.asarray(nk.centrality.CoreDecomposition(made).run().scores(), np.float64)


def betweenness(graph: Csr, samples: int = 256, seed: int = 1) -> Floats:
    """How many shortest ways between others lead over a node, as a share of all; approximate.

    ``b(v) = Σ_{s≠v≠t} σ(s, t | v) / σ(s, t)``, Freeman 1977, from the shortest ways of
    ``samples`` random starts (Geisberger, Sanders, Schultes, ALENEX 2008), divided by
    (n - 1)(n - 2). Weights are left out. O(samples × edges). Deterministic for a seed.

    >>> path = Csr(np.array([0, 1, 2, 2]), np.array([1, 2], np.int32), np.ones(2, np.float32))
    >>> betweenness(path).round(2).tolist()
    [0.0, 0.5, 0.0]
    """
    made = _tied(graph, directed=True)
    pairs = max((graph.nodes - 1) * (graph.nodes - 2), 1)
    if graph.nodes <= samples:
        scores = nk.centrality.Betweenness(made).run().scores()
    else:
        nk.setSeed(seed, False)
        scores = nk.centrality.EstimateBetweenness(made, samples).run().scores()
    return np.asarray(scores, np.float64) / pairs


def _tied(graph: Csr, *, directed: bool) -> nk.Graph:
    edges = graph.rows().astype(np.uint64), graph.neighbour.astype(np.uint64)
    made = nk.GraphFromCoo(edges, n=graph.nodes, directed=directed)
    if not directed:
        made.removeMultiEdges()
    made.removeSelfLoops()
    return made


def vendor_reach(followers: Floats, platform: str) -> Floats:
    """What listening tools print as "estimated reach": followers × a factor of the platform.

    No vendor publishes how the factor was found, or an error. In "people", they say. O(n).

    >>> vendor_reach(np.array([1000.0]), "x").tolist()
    [300.0]
    """
    if platform not in FACTORS:
        raise UsageError(f"no factor for {platform}", todo=f"one of {', '.join(FACTORS)}")
    return followers * FACTORS[platform]


def vendor_score(attractiveness: Floats, affinity: Floats, reach: Floats) -> Floats:
    """The geometric mean of three ranks in percent, as influencer tools publish it.

    ``100 · (a · b · c)^(1/3)`` with each the share of authors that are not above: ties count
    as passed. Without a unit. O(n log n).

    >>> one = np.array([1.0, 2.0])
    >>> vendor_score(one, one, one).round(1).tolist()
    [50.0, 100.0]
    """
    ranks = [
        np.searchsorted(np.sort(one), one, "right") for one in (attractiveness, affinity, reach)
    ]
    result: Floats = 100 * np.cbrt(np.prod(ranks, axis=0, dtype=np.float64)) / max(len(reach), 1)
    return result
