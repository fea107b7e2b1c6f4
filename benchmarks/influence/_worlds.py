"""Made-up interactions between many people: who acts much and who is acted on, by power laws."""

from __future__ import annotations

import numpy as np

from graph.columns import Nodes, Singles


def interactions(people: int, acts: int, seed: int) -> tuple[Nodes, Nodes, Singles]:
    """Speaker, actor and weight of each act (int32, int32, float32)."""
    chance = np.random.default_rng(seed)

    def pick(tail: float) -> Nodes:
        share = chance.pareto(tail, people) + 0.3
        until = np.cumsum(share / share.sum())
        return np.searchsorted(until, chance.random(acts)).clip(max=people - 1).astype(np.int32)

    return pick(1.5), pick(2.0), (0.1 + chance.random(acts)).astype(np.float32)
