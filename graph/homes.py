"""Where authors belong: what is usual there is what an author is believed by, seen little.

Levels go from the widest (the source) to the narrowest (the community). Each group's rates are
learned from its members and shrunk to those of the wider group it lies in, so that a community of
three people is much like its source, and one of three hundred is itself.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array

from graph.columns import Floats, Ints

Homes = Sequence[Ints]
"""For each level, the group of every author (dense numbers from 0; -1 where there is none)."""

_ROUNDS = 20
_UNLIKE = 0.5
"""Before anything is seen, rates of groups are thought to differ by so much (of log)."""


def shares_at_home(plain: Floats, rows: Ints, prior: Floats, group: Ints, belief: float) -> Floats:
    """Each author's prior (n, k), learned from the members of their group by EM.

    ``plain`` (m, k) are the likelihoods of the authors ``rows``, ``prior`` (n, k) is what was
    believed of each so far; a group believes the mean of these as much as ``belief`` members.
    """
    inside = group >= 0
    rows_inside = inside[rows]
    plain, home = plain[rows_inside], group[rows[rows_inside]]
    everyone, seen = _members(group[inside]), _members(home, int(group.max(initial=-1)) + 1)
    start = (everyone @ prior[inside]) / np.maximum(everyone.sum(axis=1), 1)[:, None]
    size, share = seen.sum(axis=1)[:, None], start
    for _ in range(_ROUNDS):
        weight = plain * share[home]
        weight /= weight.sum(axis=1, keepdims=True)
        share = (seen @ weight + belief * start) / (size + belief)
    found = prior.copy()
    found[inside] = share[group[inside]]
    return found


def rates_at_home(people: Floats, expected: Floats, shape: float, group: Ints) -> Floats:
    """By how much each author's group does better or worse than ``expected`` of its members.

    Audiences are negative binomial with this ``shape``; logarithms of the groups' factors are
    normal around 0, their variance by EM, each at its mode by Fisher's scoring. 1 for those
    without a group.
    """
    inside = group >= 0
    seen = _members(group[inside])
    people, expected, home = people[inside], expected[inside], group[inside]
    log_rate, between = np.zeros(seen.shape[0]), _UNLIKE**2
    for _ in range(_ROUNDS):
        mean = np.maximum(expected * np.exp(log_rate)[home], 1e-12)
        trust = shape / (shape + mean)
        known = seen @ (mean * trust) + 1 / between
        step = (seen @ ((people - mean) * trust) - log_rate / between) / known
        log_rate = log_rate + step.clip(-1, 1)
        between = max(float((log_rate**2 + 1 / known).sum()) / max(len(known), 1), 1e-4)
    found = np.ones(len(group))
    found[inside] = np.exp(log_rate)[home]
    return found


def _members(home: Ints, groups: int | None = None) -> csr_array:
    """(groups, members) with ones."""
    count = groups if groups is not None else int(home.max(initial=-1)) + 1
    ones = np.ones(len(home)), (home, np.arange(len(home)))
    return csr_array(ones, shape=(count, len(home)))
