"""A networkx backend: its big graphs, run on our arrays.

``networkx.pagerank(graph, backend="boca")`` and the others named in ``get_info`` dispatch
here, once the entry point ``networkx.backends: boca = graph.backend:backend`` is installed.
What we cannot do on arrays as networkx would is refused by ``can_run``, and networkx does it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import networkx as nx
import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from graph.columns import Floats, Ints
from graph.csr import Csr
from graph.pagerank import DAMPING, TOLERANCE, rank_flow
from graph.standing import core_number as cores

NAME = "boca"


@dataclass(eq=False)
class ArrayGraph:
    """A networkx graph as arrays; ``names`` are its nodes in order. 12 bytes an edge.

    Undirected graphs have both directions of each edge.
    """

    names: list[Any]
    edges: Csr
    directed: bool
    __networkx_backend__: str = field(default=NAME, init=False)
    __networkx_cache__: dict[str, Any] = field(default_factory=dict, init=False)

    def is_directed(self) -> bool:
        """Whether edges have a direction, as networkx asks."""
        return self.directed

    def is_multigraph(self) -> bool:
        """Never: parallel edges are added up."""
        return False

    def __len__(self) -> int:
        return len(self.names)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.names)

    @cached_property
    def place(self) -> dict[Any, int]:
        """The number of each node."""
        return {name: number for number, name in enumerate(self.names)}

    def named(self, values: Floats | Ints) -> dict[Any, Any]:
        """A value for each node, by its name."""
        return dict(zip(self.names, values.tolist(), strict=True))

    @classmethod
    def of_network(cls, graph: nx.Graph, weight: str | None) -> ArrayGraph:
        """The arrays of a networkx graph; a missing weight is 1."""
        made = nx.to_scipy_sparse_array(graph, weight=weight, dtype=np.float32, format="csr")
        edges = Csr(made.indptr.astype(np.int64), made.indices.astype(np.int32), made.data)
        return cls(list(graph), edges, graph.is_directed())

    def network(self) -> nx.Graph:
        """A networkx graph of the same nodes, edges and weights."""
        made = nx.DiGraph() if self.directed else nx.Graph()
        made.add_nodes_from(self.names)
        ends = zip(self.edges.rows().tolist(), self.edges.neighbour.tolist(), strict=True)
        weights = self.edges.probability.tolist()
        made.add_weighted_edges_from(
            (self.names[u], self.names[v], weight)
            for (u, v), weight in zip(ends, weights, strict=True)
        )
        return made


def pagerank(
    G: ArrayGraph,  # noqa: N803 - networkx passes its graphs by this name
    alpha: float = DAMPING,
    personalization: dict[Any, float] | None = None,
    max_iter: int = 100,
    tol: float = TOLERANCE,
    nstart: object = None,
    weight: str | None = "weight",
    dangling: object = None,
) -> dict[Any, float]:
    """``networkx.pagerank``, by ``graph.pagerank.rank_flow``; see ``can_run``.

    >>> pagerank(ArrayGraph.of_network(nx.path_graph(2), None))
    {0: 0.5, 1: 0.5}
    """
    if not len(G):
        return {}
    personal = None
    if personalization is not None:
        given = (float(personalization.get(name, 0)) for name in G.names)
        personal = np.fromiter(given, np.float64, len(G))
    # networkx's edges give rank to their targets; our rows list whom rank flows from.
    flows = G.edges.turned()
    if weight is None:  # networkx may hand on arrays that it converted for a weight before
        flows = replace(flows, probability=np.ones(flows.edges, np.float32))
    return G.named(rank_flow(flows, personal=personal))


def core_number(G: ArrayGraph) -> dict[Any, int]:  # noqa: N803
    """``networkx.core_number`` of an undirected graph.

    >>> core_number(ArrayGraph.of_network(nx.cycle_graph(3), None))
    {0: 2, 1: 2, 2: 2}
    """
    return G.named(cores(G.edges).astype(np.int64))


def weakly_connected_components(G: ArrayGraph) -> Iterator[set[Any]]:  # noqa: N803
    """``networkx.weakly_connected_components``: sets of nodes, in no promised order.

    >>> made = nx.DiGraph([(1, 2), (3, 2), (8, 9)])
    >>> sorted(map(sorted, weakly_connected_components(ArrayGraph.of_network(made, None))))
    [[1, 2, 3], [8, 9]]
    """
    return _components(G)


def connected_components_of(G: ArrayGraph) -> Iterator[set[Any]]:  # noqa: N803
    """``networkx.connected_components``."""
    return _components(G)


def _components(graph: ArrayGraph) -> Iterator[set[Any]]:
    edges, size = graph.edges, len(graph)
    ones = np.ones(edges.edges, np.int8)
    made = csr_array((ones, edges.neighbour, edges.starts), (size, size))
    count, home = connected_components(made, directed=True, connection="weak")
    order = np.argsort(home, kind="stable")
    ends = np.searchsorted(home[order], np.arange(1, count + 1))
    begin = 0
    for end in ends.tolist():
        yield {graph.names[node] for node in order[begin:end].tolist()}
        begin = end


_ASKED = ("alpha", "personalization", "max_iter", "tol", "nstart", "weight", "dangling")


def _usual(given: dict[str, Any]) -> bool:
    """Whether a PageRank is asked for as ``rank_flow`` makes it."""
    usual = {"alpha": DAMPING, "nstart": None, "dangling": None}
    plain = all(given.get(key, value) == value for key, value in usual.items())
    return plain and bool(given.get("tol", TOLERANCE) >= TOLERANCE)


class Backend:
    """What networkx asks of a backend: functions of its names, conversions, and what can run."""

    pagerank = staticmethod(pagerank)
    core_number = staticmethod(core_number)
    weakly_connected_components = staticmethod(weakly_connected_components)
    connected_components = staticmethod(connected_components_of)

    @staticmethod
    def convert_from_nx(
        graph: nx.Graph, *, edge_attrs: dict[str, Any] | None = None, **_: object
    ) -> ArrayGraph:
        """A networkx graph as arrays, with the one edge attribute that is asked for."""
        return ArrayGraph.of_network(graph, next(iter(edge_attrs or {}), None))

    @staticmethod
    def convert_to_nx(result: Any, **_: object) -> Any:
        """Back, where the result is a graph."""
        return result.network() if isinstance(result, ArrayGraph) else result

    @staticmethod
    def can_run(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
        """Whether we do it as networkx would."""
        graph = args[0] if args else kwargs["G"]
        if graph.is_multigraph():
            return False
        if name == "core_number":
            return not graph.is_directed() and not nx.number_of_selfloops(graph)
        if name == "pagerank":
            return _usual(dict(zip(_ASKED, args[1:], strict=False)) | kwargs)
        return True

    @staticmethod
    def should_run(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
        """Always worth it: converting costs one pass over the edges."""
        return True


backend = Backend()


def get_info() -> dict[str, Any]:
    """What networkx lists of this backend."""
    names = ("pagerank", "core_number", "weakly_connected_components", "connected_components")
    return {
        "backend_name": NAME,
        "project": "boca",
        "short_summary": "PageRank, cores and components on compiled arrays.",
        "functions": {name: {} for name in names},
    }
