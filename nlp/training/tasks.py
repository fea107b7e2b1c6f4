"""What the shipped heads have to tell of each row."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from domain.analyses import Polarity
from nlp.encoder import Matrix
from nlp.models import OPINIONS, SENTIMENT
from nlp.training.aspects import ASPECTS
from nlp.training.fitting import Task
from nlp.training.rows import WRITTEN, Row

POLARITIES = tuple(str(polarity) for polarity in Polarity)
OPINION_LABELS = tuple(f"{aspect}:{polarity}" for aspect in ASPECTS for polarity in Polarity)

_TRUST = {"xed": 0.6, "goemotions-pt": 0.6, WRITTEN: 0.7}
"""Labelled without the scene; put over by machine; harder to read than what most people write."""
_MOST = 8.0  # times the mean: no row of a rare kind may shout down all others


def tasks_of(rows: Sequence[Row]) -> list[Task]:
    """The two tasks of the heads that ship."""
    felt = np.array([[row.polarity == one for one in Polarity] for row in rows], np.float32)
    none: frozenset[str] = frozenset()
    told = [[label in (row.opinions or none) for label in OPINION_LABELS] for row in rows]
    said = np.array([row.opinions is not None for row in rows], np.float32)
    return [
        Task(SENTIMENT, POLARITIES, True, felt, _even(rows, felt)),
        Task(OPINIONS, OPINION_LABELS, False, np.array(told, np.float32), said),
    ]


def _even(rows: Sequence[Row], felt: Matrix) -> Matrix:
    """Weights by which every polarity counts the same within each language.

    So no set's own share of labels is carried along, and no language's share of sets.
    """
    weights = np.array([_TRUST.get(row.group, 1.0) for row in rows], np.float32)
    weights *= felt.sum(axis=1)
    spoken = np.array([row.language for row in rows])
    for language in dict.fromkeys(spoken.tolist()):
        own = spoken == language
        mass = (felt[own] * weights[own, None]).sum(axis=0)
        weights[own] *= felt[own] @ (mass.mean() / mass.clip(1e-6))
    mean = weights[weights > 0].mean() if weights.any() else 1.0
    even: Matrix = np.minimum(weights / mean, _MOST).astype(np.float32)
    return even
