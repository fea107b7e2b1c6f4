"""Slices against what networkx says of the same acts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from math import log as ln
from math import prod

import networkx as nx
import pytest

from graph.actions import ActionLog
from graph.networks import network
from graph.slices import about, ego, exposed_to, path

LogOf = Callable[[int, int, int], ActionLog]
NOW = 10 * 86_400.0


@pytest.fixture
def made(log_of: LogOf) -> tuple[ActionLog, nx.DiGraph]:
    log = log_of(60, 120, 4)
    return log, network(log, 90.0, datetime.fromtimestamp(NOW, UTC))


@pytest.mark.parametrize("depth", [1, 2, 4])
def test_ego_is_networkxs(made: tuple[ActionLog, nx.DiGraph], depth: int) -> None:
    log, graph = made
    for one in (10, 50, 600):
        theirs = nx.ego_graph(graph, one, radius=depth, undirected=True)
        assert ego(log, one, depth).tolist() == sorted(theirs)


def test_exposed_are_the_descendants(made: tuple[ActionLog, nx.DiGraph]) -> None:
    log, graph = made
    for one in (10, 50, 600):
        assert exposed_to(log, one).tolist() == sorted(nx.descendants(graph, one))


def test_the_path_is_the_likeliest(made: tuple[ActionLog, nx.DiGraph]) -> None:
    log, graph = made

    def length(u: int, v: int, data: dict[str, float]) -> float:
        return -ln(data["probability"])

    found = 0
    for target in log.author_ids.tolist():
        ours = path(log, 10, target, 90.0, NOW)
        if not nx.has_path(graph, 10, target):
            assert ours is None
            continue
        assert ours is not None
        theirs = nx.dijkstra_path_length(graph, 10, target, weight=length)
        assert -ln(ours.probability) == pytest.approx(theirs, abs=1e-5)
        pairs = zip(ours.author_ids, ours.author_ids[1:], strict=False)
        chances = [graph[u][v]["probability"] for u, v in pairs]
        assert prod(chances) == pytest.approx(ours.probability, rel=1e-5)
        found += len(chances) > 1
    assert found > 3


def test_about_keeps_posts_and_the_acts_on_them(log_of: LogOf) -> None:
    log = log_of(20, 100, 1)
    wanted = set(log.on_post[:5].tolist())
    cut = about(log, wanted)
    assert set(cut.on_post.tolist()) == wanted
    assert cut.acts == sum(one in wanted for one in log.on_post.tolist())


def test_who_is_not_there_has_nobody(made: tuple[ActionLog, nx.DiGraph]) -> None:
    log, _ = made
    assert ego(log, 7, 3).tolist() == exposed_to(log, 7).tolist() == []
    assert path(log, 7, 10, 90.0, NOW) is None
