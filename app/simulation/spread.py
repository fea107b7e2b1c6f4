"""How talk spreads: independent cascades over the true ties, and their expected size.

Independent cascade after Kempe, Kleinberg and Tardos (2003): whoever speaks has one
chance with each of their audience, and whoever is moved speaks in turn, once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.simulation.people import Floats, Ints
from app.simulation.ties import Ties, ties_of

_SEEDS_AT_ONCE = 50_000
_COINS_AT_ONCE = 8_000_000
_PAIRS_AT_ONCE = 400_000
_MEDIAN_DELAY = 2 * 3600.0
_SHORTEST_DELAY = 20.0


@dataclass(frozen=True, slots=True)
class Acts:
    """Everything the seeds set off, as columns in order of generation.

    ``cause`` counts seeds first, then acts: ``cause - len(seeds)`` is an act's index.
    ``cascade`` is the index of the seed; ``at`` is in seconds like the seeds' times.
    """

    actor: Ints
    cause: Ints
    cascade: Ints
    at: Floats


@dataclass(frozen=True, slots=True)
class ExpectedReach:
    """The true expected number of people each account moves with one post, ± one error."""

    mean: Floats
    error: Floats


def spread(ties: Ties, author: Ints, at: Floats, rng: np.random.Generator) -> Acts:
    """Let every seed run its course."""
    parts, written = [], len(author)
    for low in range(0, len(author), _SEEDS_AT_ONCE):
        chunk = np.arange(low, min(low + _SEEDS_AT_ONCE, len(author)))
        part = _run(ties, author[chunk], at[chunk], chunk, written, rng)
        written += len(part.actor)
        parts.append(part)
    return _joined(parts)


def _run(
    ties: Ties, node: Ints, at: Floats, cascade: Ints, written: int, rng: np.random.Generator
) -> Acts:
    """One batch of seeds, generation by generation, until nobody new is moved."""
    waves = [Acts(node, cascade, cascade, at)]
    index = cascade
    seen = np.sort(cascade * ties.accounts + node)
    while len(waves[-1].actor):
        wave = _moved(ties, waves[-1], index, seen, rng)
        index = written + np.arange(len(wave.actor))
        written += len(index)
        seen = _merged(seen, wave.cascade * ties.accounts + wave.actor)
        waves.append(wave)
    return _joined(waves[1:])


def _moved(ties: Ties, wave: Acts, index: Ints, seen: Ints, rng: np.random.Generator) -> Acts:
    """Whom this generation moves: each new person of a cascade once, by whoever is first."""
    parent, tie = _fan_out(ties.start, wave.actor)
    heads = rng.random(len(tie)) < ties.probability[tie]
    parent, tie = parent[heads], tie[heads]
    delay = _MEDIAN_DELAY * rng.lognormal(0, 1.6, len(tie)) + _SHORTEST_DELAY
    at = wave.at[parent] + delay
    key = wave.cascade[parent] * ties.accounts + ties.actor[tie]
    kept = _first_new(key, at, seen)
    return Acts(ties.actor[tie[kept]], index[parent[kept]], wave.cascade[parent[kept]], at[kept])


def _fan_out(start: Ints, node: Ints) -> tuple[Ints, Ints]:
    """For each node all its ties: the node's place in the list, and the tie's index."""
    count = start[node + 1] - start[node]
    parent = np.repeat(np.arange(len(node)), count)
    offset = np.arange(len(parent)) - np.repeat(np.cumsum(count) - count, count)
    return parent, start[node][parent] + offset


def _first_new(key: Ints, at: Floats, seen: Ints) -> Ints:
    """Indices of the earliest entry of each key that was not seen before."""
    order = np.lexsort((at, key))
    _, first = np.unique(key[order], return_index=True)
    kept = order[first]
    return kept[~_contains(seen, key[kept])]


def _contains(ordered: Ints, values: Ints) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    place = np.minimum(np.searchsorted(ordered, values), len(ordered) - 1)
    found: np.ndarray[tuple[int], np.dtype[np.bool_]] = ordered[place] == values
    return found


def _merged(ordered: Ints, more: Ints) -> Ints:
    return np.sort(np.concatenate([ordered, more]), kind="stable")


def _joined(parts: list[Acts]) -> Acts:
    return Acts(
        np.concatenate([part.actor for part in parts]),
        np.concatenate([part.cause for part in parts]),
        np.concatenate([part.cascade for part in parts]),
        np.concatenate([part.at for part in parts]),
    )


def expected_reach(ties: Ties, worlds: int, rng: np.random.Generator) -> ExpectedReach:
    """Expected people moved by one post of each account, the account not counted.

    Live-edge worlds (Kempe et al. 2003): keep each tie by its own coin and count who can
    be reached. The number of live ties of the account itself, whose mean is known, serves
    as a control variate. Written apart from the estimator it will judge.
    """
    known = direct_reach(ties)
    sums: Floats = np.zeros((5, ties.accounts))
    at_once = max(
        1, min(_COINS_AT_ONCE // max(1, len(ties.actor)), _PAIRS_AT_ONCE // ties.accounts)
    )
    for done in range(0, worlds, at_once):
        for reach, direct in zip(*_worlds(ties, min(at_once, worlds - done), rng), strict=True):
            sums += (reach, direct, reach * direct, direct**2, reach**2)
    means: Floats = sums / worlds
    return _controlled(means, known, worlds)


def direct_reach(ties: Ties) -> Floats:
    """The expected number of people each account moves at first hand."""
    moved = np.bincount(ties.speaker, weights=ties.probability, minlength=ties.accounts)
    return moved.astype(np.float64)


def _controlled(means: Floats, known: Floats, worlds: int) -> ExpectedReach:
    reach, direct, product, direct_square, reach_square = means
    variance = direct_square - direct**2
    covariance = product - reach * direct
    slope = np.divide(covariance, variance, out=np.zeros_like(variance), where=variance > 1e-12)
    left = np.maximum(reach_square - reach**2 - slope * covariance, 0)
    mean = np.maximum(reach - slope * (direct - known), known)
    return ExpectedReach(mean, np.sqrt(left / worlds))


def _worlds(ties: Ties, count: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Reach and live ties of each account in each of some worlds: two (count, accounts)."""
    accounts = ties.accounts
    world, tie = np.nonzero(rng.random((count, len(ties.actor))) < ties.probability)
    live = ties_of(
        count * accounts,
        world * accounts + ties.speaker[tie],
        world * accounts + ties.actor[tie],
        np.ones(len(tie)),
    )
    reach = _reachable(live).reshape(count, accounts)
    return reach.astype(float), live.audience.reshape(count, accounts).astype(float)


def _reachable(live: Ties) -> Ints:
    """How many others each node of a directed graph can reach."""
    count = live.accounts
    root = node = np.arange(count)
    seen = root * count + node
    reached = np.zeros(count, dtype=np.int64)
    while len(root):
        parent, tie = _fan_out(live.start, node)
        key = np.unique(root[parent] * count + live.actor[tie])
        key = key[~_contains(seen, key)]
        seen = _merged(seen, key)
        root, node = np.divmod(key, count)
        reached += np.bincount(root, minlength=count)
    return reached
