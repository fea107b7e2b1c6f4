"""PageRank on the acts: being acted upon by those who are themselves acted upon."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numba import njit

from graph.columns import Floats, Ints, Nodes, Singles
from graph.csr import Csr
from graph.evidence import Evidence
from graph.grouping import row_spans, spans, together

DAMPING = 0.85
TOLERANCE = 1e-6
"""Greatest total change, over all authors, at which the iteration stops."""

_MOST_STEPS = 1_000


def pagerank(counted: Evidence, threads: int = 1) -> Floats:
    """Weighted PageRank of each author; sums to 1.

    Page, Brin, Motwani, Winograd: The PageRank citation ranking, 1999. Rank flows *against*
    influence, from the actor to the speaker acted on, in proportion to the fresh acts, so
    that those who set others in motion rank high: ``r(u) = (1-d)/N + d·[Σ_v r(v) w(u,v) /
    W(v) + (rank of those who never acted)/N]`` with ``w`` the decayed acts of v on u, ``W``
    all of v's and d = 0.85. As ``networkx.pagerank`` on the edges actor → speaker.

    >>> from graph.actions import ActionLog
    >>> from graph.evidence import evidence
    >>> log = ActionLog.build([[(7, 9, 0.0, 2, 1, "reply"), (7, 8, 0.0, 3, 1, "share")]], [])
    >>> pagerank(evidence(log, half_life_days=1.0, now=9.0)).round(3).tolist()
    [0.574, 0.213, 0.213]
    """
    weight = counted.fresh_acts.astype(np.float32)
    return rank_flow(Csr(counted.starts, counted.actor, weight), threads=threads)


def rank_flow(
    graph: Csr, *, personal: Floats | None = None, start: Floats | None = None, threads: int = 1
) -> Floats:
    """PageRank where row u lists whose rank flows to u, and in what proportion; sums to 1.

    With ``personal`` (at least 0, not all 0) the rank restarts, and that of nodes from which
    nothing flows goes, there in proportion instead of everywhere alike (personalised
    PageRank: Haveliwala, Topic-sensitive PageRank, WWW 2002): what is near these nodes. Where
    the ranks of a graph that was nearly the same are known, they can be the ``start`` (0: a new
    node): fewer steps, to the same end.

    Power iteration until the total change is below 1e-6: O(edges) a step, about 20 steps on
    graphs of conversations. Shares in float32, 8 bytes an edge and 24 a node; nodes that are asked
    most often are numbered first, so that their shares stay in the cache.

    >>> chain = Csr(np.array([0, 0, 1, 2]), np.array([0, 1], np.int32), np.ones(2, np.float32))
    >>> rank_flow(chain).round(3).tolist()
    [0.184, 0.341, 0.474]
    >>> rank_flow(chain, personal=np.array([1.0, 0, 0])).round(3).tolist()
    [0.389, 0.33, 0.281]
    """
    if not graph.nodes:
        return np.empty(0)
    with ThreadPoolExecutor(threads) as pool:
        return _Iteration(graph, personal, pool, threads).run(start)


class _Iteration:
    """The arrays of one power iteration, and its steps."""

    def __init__(
        self, graph: Csr, personal: Floats | None, pool: ThreadPoolExecutor, threads: int
    ) -> None:
        self._pool, nodes, edges = pool, graph.nodes, spans(graph.edges, threads)
        asked = np.zeros((threads, nodes), np.int32)
        given = np.zeros((threads, nodes))
        flows = graph.neighbour, graph.probability
        together(pool, _ask, [(*flows, *part, asked[i], given[i]) for i, part in enumerate(edges)])
        self._label = _busiest_first(asked.sum(axis=0))
        self._neighbour = np.empty_like(graph.neighbour)
        renamed = graph.neighbour, self._label, self._neighbour
        together(pool, _rename, [(*renamed, *part) for part in edges])
        total = given.sum(axis=0)
        self._portion = np.divide(
            np.float32(DAMPING), total, out=np.zeros(nodes, np.float32), where=total > 0
        )
        restart = np.ones(nodes) if personal is None else personal
        self._restart = (restart / restart.sum()).astype(np.float32)
        self._graph, self._parts = graph, row_spans(graph.starts, threads)

    def run(self, start: Floats | None) -> Floats:
        """Steps until nothing changes much."""
        rank, share = self._restart.copy(), np.empty_like(self._restart)
        if start is not None:
            rank = np.where(start > 0, start, rank).astype(np.float32)
            rank /= rank.sum()
        share[self._label] = rank * self._portion
        next_share = np.empty_like(share)
        idle = float(rank[self._portion == 0].sum())
        for _ in range(_MOST_STEPS):
            base = 1 - DAMPING + DAMPING * idle
            change, idle = self._step(rank, share, next_share, base)
            share, next_share = next_share, share
            if change < TOLERANCE:
                break
        result: Floats = rank.astype(np.float64)
        return result

    def _step(self, rank: Singles, share: Singles, after: Singles, base: float) -> Floats:
        """How much the ranks changed in all, and how much rank has nowhere to flow to."""
        columns = (
            self._graph.starts, self._neighbour, self._graph.probability, self._restart,
            self._portion, self._label, rank, share, after, base,
        )  # fmt: skip
        sums = together(self._pool, _sweep, [(*columns, *part) for part in self._parts])
        result: Floats = np.sum(sums, axis=0)
        return result


@njit(cache=True, nogil=True)
def _ask(
    neighbour: Nodes, weight: Singles, low: int, high: int, asked: Nodes, given: Floats
) -> None:
    for edge in range(low, high):
        asked[neighbour[edge]] += 1
        given[neighbour[edge]] += weight[edge]


@njit(cache=True, nogil=True)
def _busiest_first(asked: Ints) -> Nodes:
    """New numbers for nodes: those asked more often first, to the nearest power of two."""
    size, places = np.empty(len(asked), np.uint8), np.zeros(66, np.int64)
    for node in range(len(asked)):
        bits, left = 0, asked[node]
        while left:
            left >>= 1
            bits += 1
        size[node] = 64 - bits
        places[65 - bits] += 1
    places = np.cumsum(places)
    label = np.empty(len(asked), np.int32)
    for node in range(len(asked)):
        label[node] = places[size[node]]
        places[size[node]] += 1
    return label


@njit(cache=True, nogil=True)
def _rename(neighbour: Nodes, label: Nodes, renamed: Nodes, low: int, high: int) -> None:
    for edge in range(low, high):
        renamed[edge] = label[neighbour[edge]]


@njit(cache=True, nogil=True)
def _sweep(
    starts: Ints,
    neighbour: Nodes,
    weight: Singles,
    restart: Singles,
    portion: Singles,
    label: Nodes,
    rank: Singles,
    share: Singles,
    after: Singles,
    base: float,
    low: int,
    high: int,
) -> tuple[float, float]:
    change, idle = 0.0, 0.0
    for u in range(low, high):
        total = base * restart[u]  # in float64: a row may have hundreds of thousands of edges
        for edge in range(starts[u], starts[u + 1]):
            total += weight[edge] * share[neighbour[edge]]
        fresh = np.float32(total)
        change += abs(total - float(rank[u]))
        rank[u] = fresh
        if portion[u] == 0:
            idle += float(fresh)
        after[label[u]] = fresh * portion[u]
    return change, idle
