"""Degree: how many distinct people ever acted on an author's words."""

from __future__ import annotations

import numpy as np

from graph.columns import Floats
from graph.evidence import Evidence


def degree(counted: Evidence) -> Floats:
    """Out-degree of each author in the direction of influence (speaker → actor). O(authors).

    Distinct people, whatever they did and however long ago; no posts are counted, so it
    rewards those who talk much. A baseline (Freeman: Centrality in social networks, 1978).

    >>> from graph.actions import ActionLog
    >>> from graph.evidence import evidence
    >>> log = ActionLog.build([[(7, 9, 0.0, 2, 1, "reply"), (7, 8, 5.0, 3, 1, "share")]], [])
    >>> degree(evidence(log, half_life_days=1.0, now=9.0)).tolist()
    [2.0, 0.0, 0.0]
    """
    return counted.audience.astype(np.float64)
