"""The encoder's dense layers: from sums of features to vectors of unit length."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from nlp.onnx_graph import Graph, opened

Matrix = NDArray[np.float32]

LAYERS = ("cnn_W", "cnn_b", "d0", "d1", "d2", "d3", "p1", "p3")
"""What the package calls their weights."""


class Dense:
    """The layers behind the sums, once or with several weights, run by ONNX Runtime."""

    def __init__(self, stacks: Sequence[Mapping[str, Matrix]]) -> None:
        graph = Graph()
        sums = graph.input("sums", "float32", "n", stacks[0]["cnn_W"].shape[0])
        root = graph.add("Sqrt", graph.input("size", "float32", "n", 1))
        mean = graph.add("Div", sums, root)
        outputs = [_stack(graph, stack, mean, root) for stack in stacks]
        self._session = opened(graph.encoded(*outputs))

    def vectors(self, sums: Matrix, sizes: NDArray[np.int64]) -> list[Matrix]:
        """Unit vectors (n, 512) of each stack, of sums (n, 1280) over so many tokens (n,)."""
        size = sizes.astype(np.float32)[:, None]
        found: list[Matrix] = self._session.run(None, {"sums": sums, "size": size})
        for vectors in found:
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True).clip(1e-6)
        return found


def _stack(
    graph: Graph, dense: Mapping[str, Matrix], mean: str, root: str
) -> tuple[str, tuple[str | int, ...]]:
    """Neighbours that no ReLU parts are multiplied beforehand; so few numbers are left."""
    width = dense["d3"].shape[1]
    begin, begin_skipped = (
        _product(graph, mean, dense["cnn_W"] @ dense[name]) for name in ("d0", "p1")
    )
    bias, bias_skipped = (
        graph.add("Mul", root, graph.constant((dense["cnn_b"] @ dense[name])[None]))
        for name in ("d0", "p1")
    )
    first = graph.add("Relu", graph.add("Add", begin, bias))
    across = graph.add("Add", begin_skipped, bias_skipped)
    middle = graph.add("Relu", graph.add("Add", across, _product(graph, first, dense["d1"])))
    last = graph.add("Relu", _product(graph, middle, dense["d2"]))
    ended = graph.add(
        "Add", _product(graph, middle, dense["p3"]), _product(graph, last, dense["d3"])
    )
    return graph.add("Tanh", ended), ("n", width)


def _product(graph: Graph, rows: str, matrix: Matrix) -> str:
    return graph.add("MatMul", rows, graph.constant(np.ascontiguousarray(matrix)))
