from collections.abc import Callable

import numpy as np
import pytest

from graph.actions import ActionLog
from graph.csr import Csr


def _graph(nodes: int, edges: int, highest: float, seed: int) -> Csr:
    """A random out-graph without loops or parallel edges."""
    chance = np.random.default_rng(seed)
    pairs = np.unique(chance.integers(0, nodes * nodes, edges))
    source, target = pairs // nodes, pairs % nodes
    source, target = source[source != target], target[source != target]
    starts = np.concatenate([[0], np.bincount(source, minlength=nodes).cumsum()])
    probability = (highest * chance.random(len(source))).astype(np.float32)
    return Csr(starts, target.astype(np.int32), probability)


def _log(authors: int, acts: int, seed: int) -> ActionLog:
    """Random acts of authors 10, 20, 30, ... on each other's posts over ten days."""
    chance = np.random.default_rng(seed)
    speaker = (chance.zipf(1.6, acts) % authors + 1) * 10
    actor = chance.integers(1, authors + 1, acts) * 10
    at = chance.random(acts) * 864_000.0
    on_post = speaker * 100 + chance.integers(1, 9, acts)
    rows = list(zip(speaker, actor, at, range(10**6, 10**6 + acts), on_post, strict=True))
    posts = [
        (author * 10, 864_000.0 * i / 12) for author in range(1, authors + 1) for i in range(12)
    ]
    return ActionLog.build([[(*map(int, row), "reply") for row in rows]], [posts])


@pytest.fixture
def graph_of() -> Callable[[int, int, float, int], Csr]:
    return _graph


@pytest.fixture
def log_of() -> Callable[[int, int, int], ActionLog]:
    return _log
