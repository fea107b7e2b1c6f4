"""The networkx backend, registered in this process as an entry point would."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import networkx as nx
import pytest
from networkx.utils import backends

from graph.backend import NAME, ArrayGraph, backend, get_info

pytestmark = pytest.mark.filterwarnings("ignore:Note.*conversions to backend:UserWarning")


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint(NAME, "graph.backend:backend", "networkx.backends")
    assert point.load() is backend
    monkeypatch.setitem(backends.backends, NAME, point)
    monkeypatch.setitem(backends.backend_info, NAME, get_info())
    monkeypatch.setitem(backends._loaded_backends, NAME, backend)
    dispatcher = backends._dispatchable  # which looks for backends but once, when it is made
    monkeypatch.setattr(dispatcher, "__call__", dispatcher._call_if_any_backends_installed)
    for name in get_info()["functions"]:
        function = getattr(nx, name)
        monkeypatch.setattr(function, "backends", {*function.backends, NAME})


@pytest.fixture
def graph() -> nx.DiGraph:
    made = nx.gnp_random_graph(300, 0.01, seed=3, directed=True)
    for place, (u, v) in enumerate(made.edges):
        made[u][v]["weight"] = 1 + place % 4
    return nx.relabel_nodes(made, {one: f"n{one}" for one in made})


def test_pagerank_is_networkxs(graph: nx.DiGraph) -> None:
    for more in ({}, {"weight": None}, {"personalization": {"n3": 1, "n5": 2}}):
        ours = nx.pagerank(graph, backend=NAME, **more)
        theirs = nx.pagerank(graph, tol=1e-9, backend="networkx", **more)
        assert ours == pytest.approx(theirs, abs=2e-6)


def test_cores_and_components_are_networkxs(graph: nx.DiGraph) -> None:
    plain = graph.to_undirected()
    assert nx.core_number(plain, backend=NAME) == nx.core_number(plain, backend="networkx")
    for function, given in (
        (nx.weakly_connected_components, graph),
        (nx.connected_components, plain),
    ):
        ours, theirs = function(given, backend=NAME), function(given, backend="networkx")
        assert sorted(map(sorted, ours)) == sorted(map(sorted, theirs))


def test_a_graph_of_arrays_dispatches_by_itself(graph: nx.DiGraph) -> None:
    arrays = ArrayGraph.of_network(graph, "weight")
    assert nx.pagerank(arrays) == pytest.approx(nx.pagerank(graph, tol=1e-9), abs=2e-6)
    assert arrays.network()["n1"] == graph["n1"]


def test_what_we_do_otherwise_is_left_to_networkx(graph: nx.DiGraph) -> None:
    for more in ({"alpha": 0.5}, {"tol": 1e-12}, {"dangling": {"n1": 1}}):
        assert not backend.can_run("pagerank", (graph,), more)
        with pytest.raises(NotImplementedError):
            nx.pagerank(graph, backend=NAME, **more)
    assert not backend.can_run("core_number", (graph,), {})
    assert not backend.can_run("pagerank", (nx.MultiDiGraph(graph),), {})
