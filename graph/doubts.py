"""How many posts one must listen before believing a count: for each speaker, by their own edges."""

from __future__ import annotations

import numpy as np
from numba import njit

from graph.columns import Floats, Ints
from graph.evidence import Evidence
from graph.homes import Homes, shares_at_home

GRID: Floats = np.geomspace(1.0, 2_000.0, 20)
"""The doubts that are thought possible, in posts."""

_CENTRE, _SPREAD, _BELIEF = np.log(8.0), 1.5, 8.0
"""A log-normal prior over the grid that weighs as much as eight speakers."""

_MOST = 50_000
_ROUNDS = 60
_LONGEST = 400
"""Acts of one edge beyond this many are summed up by an integral."""


def fit_doubts(counted: Evidence, homes: Homes = ()) -> Floats:
    """The doubt ``b_u`` of each speaker, in posts. O(acts × grid).

    An edge of k acts on n posts has the likelihood ``b Γ(k) Γ(n-k+b) / Γ(n+b)``, cut off at
    zero by ``seen(n)``. How doubts are spread over speakers is the non-parametric maximum
    likelihood (Kiefer, Wolfowitz 1956; by EM: Laird 1978) over a grid. What is given for a
    speaker is the one doubt that stands for their posterior: ``1/(n+b_u) = E 1/(n+b)``. So a
    speaker with few edges keeps the doubt of their community and source (``homes``: their
    spreads, each shrunk to the wider one's), one with many has their own.
    """
    plain = np.exp(_likelihoods(counted))
    heard = np.flatnonzero(counted.audience)
    heard = heard[:: 1 + len(heard) // _MOST]
    share = np.broadcast_to(_spread(plain[heard]), plain.shape)
    for group in homes:
        share = shares_at_home(plain[heard], heard, share, group, _BELIEF)
    weight = plain * share
    weight /= weight.sum(axis=1, keepdims=True)
    posts = counted.fresh_posts[:, None]
    doubt: Floats = 1 / (weight / (posts + GRID)).sum(axis=1) - counted.fresh_posts
    return doubt


def _spread(plain: Floats) -> Floats:
    """The share of speakers at each doubt of the grid, by their likelihoods."""
    start: Floats = np.exp(-(((np.log(GRID) - _CENTRE) / _SPREAD) ** 2) / 2)
    start /= start.sum()
    share = start
    for _ in range(_ROUNDS if len(plain) else 0):
        weight = plain * share
        weight /= weight.sum(axis=1, keepdims=True)
        share = (weight.sum(axis=0) + _BELIEF * start) / (len(plain) + _BELIEF)
    return share


def _likelihoods(counted: Evidence) -> Floats:
    """Log likelihood of each speaker's edges at each doubt, up to a constant for each speaker."""
    table = np.empty((len(counted.posts), len(GRID)))
    _sum_logs(counted.starts, counted.acts, counted.posts, GRID, table)
    table -= table.max(axis=1, keepdims=True, initial=-np.inf)
    return table


@njit(cache=True, nogil=True)
def _sum_logs(starts: Ints, acts: Ints, posts: Ints, grid: Floats, table: Floats) -> None:
    for u in range(len(posts)):
        n, edges = posts[u], starts[u + 1] - starts[u]
        for g in range(len(grid)):
            b = grid[g]
            total = edges * (np.log(b) - np.log(_seen(b, n))) if edges else 0.0
            for edge in range(starts[u], starts[u + 1]):
                total -= _rise(n - acts[edge] + b, acts[edge])
            table[u, g] = total


@njit(cache=True, nogil=True)
def _seen(doubt: float, posts: int) -> float:
    """``b (ψ(b+n) - ψ(b))``: the terms of the sum, an integral beyond the first ones."""
    first = min(posts, _LONGEST)
    total = 0.0
    for i in range(first):
        total += doubt / (doubt + i)
    if posts > first:
        total += doubt * np.log((doubt + posts - 0.5) / (doubt + first - 0.5))
    return total


@njit(cache=True, nogil=True)
def _rise(start: float, count: int) -> float:
    """``log Γ(start + count) - log Γ(start)``."""
    total, first = 0.0, min(count, _LONGEST)
    for i in range(first):
        total += np.log(start + i)
    if count > first:
        low, high = start + first - 0.5, start + count - 0.5
        total += high * (np.log(high) - 1) - low * (np.log(low) - 1)
    return total
