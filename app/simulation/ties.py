"""Who moves whom: the town's true directed ties and their probabilities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.simulation.people import Floats, Ints, People
from app.simulation.settings import TownSettings

_HOMOPHILY = 0.75
_HIGHEST = 0.6


@dataclass(frozen=True, slots=True)
class Ties:
    """Directed ties in CSR form: account ``a`` moves ``actor[start[a]:start[a + 1]]``.

    ``speaker``, ``actor`` and ``probability`` have one entry for each tie, ordered by
    speaker, then actor; ``start`` has one entry more than there are accounts.
    """

    speaker: Ints
    actor: Ints
    probability: Floats
    start: Ints

    @property
    def accounts(self) -> int:
        """How many accounts there are."""
        return len(self.start) - 1

    @property
    def audience(self) -> Ints:
        """How many people each account can move."""
        return np.diff(self.start)


def ties_of(accounts: int, speaker: Ints, actor: Ints, probability: Floats) -> Ties:
    """Ties from plain arrays in any order."""
    order = np.lexsort((actor, speaker))
    start = np.searchsorted(speaker[order], np.arange(accounts + 1))
    return Ties(speaker[order], actor[order], probability[order], start)


def draw_ties(settings: TownSettings, people: People, rng: np.random.Generator) -> Ties:
    """Heavy-tailed audiences that prefer their own community (a directed Chung-Lu draw)."""
    wanted = int(settings.audience * len(people))
    speaker = _weighted(people.audience_weight, wanted, rng)
    near = rng.random(wanted) < _HOMOPHILY
    actor = np.where(
        near,
        _member(people.community, speaker, people.attention, rng),
        _member(people.source, speaker, people.attention, rng),
    )
    apart = people.person[speaker] != people.person[actor]
    _, first = np.unique(speaker * len(people) + actor, return_index=True)
    kept = first[apart[first]]
    speaker, actor = speaker[kept], actor[kept]
    return _calibrated(settings.contagion, people, speaker, actor, rng)


def _weighted(weight: Floats, count: int, rng: np.random.Generator) -> Ints:
    total = np.cumsum(weight)
    drawn: Ints = np.searchsorted(total, rng.random(count) * total[-1], side="right")
    return drawn


def _member(group: Ints, like: Ints, weight: Floats, rng: np.random.Generator) -> Ints:
    """For each account of ``like`` somebody of the same group, drawn by weight."""
    order = np.argsort(group, kind="stable")
    total = np.concatenate([[0.0], np.cumsum(weight[order])])
    low = total[np.searchsorted(group[order], group[like], side="left")]
    high = total[np.searchsorted(group[order], group[like], side="right")]
    place = np.searchsorted(total, low + rng.random(len(like)) * (high - low), side="right") - 1
    members: Ints = order[np.clip(place, 0, len(group) - 1)]
    return members


def _calibrated(
    contagion: float, people: People, speaker: Ints, actor: Ints, rng: np.random.Generator
) -> Ties:
    """Probabilities whose matrix has this spectral radius, so that talk dies out."""
    kin = np.where(people.community[speaker] == people.community[actor], 1.0, 0.5)
    raw = people.charisma[speaker] * kin * rng.lognormal(0, 0.5, len(speaker))
    scale = 0.05
    for _ in range(6):
        probability = np.minimum(raw * scale, _HIGHEST)
        scale *= contagion / _spectral_radius(len(people), speaker, actor, probability)
    probability = np.minimum(raw * scale, _HIGHEST)
    return ties_of(len(people), speaker, actor, probability)


def _spectral_radius(accounts: int, speaker: Ints, actor: Ints, weight: Floats) -> float:
    """The largest eigenvalue of the ties' matrix, by power iteration."""
    vector = np.ones(accounts)
    growth = 1.0
    for _ in range(40):
        moved = np.bincount(speaker, weights=weight * vector[actor], minlength=accounts)
        growth = float(np.linalg.norm(moved) / np.linalg.norm(vector))
        vector = moved / np.linalg.norm(moved) + 1e-12
    return growth
