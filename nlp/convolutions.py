"""The encoder's convolutions, run by ONNX Runtime in whole numbers (``nlp.rounding``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.attention import Attention
from nlp.layout import PAD, Layout, Tokens
from nlp.onnx_graph import Graph, opened
from nlp.pieces import RAW, Matrix, Pieces
from nlp.rounding import LOW, MIDDLE, ORDERS, WIDTH, Branch, Product, rounded

MOST_PIECES = 6_144
"""Pieces of which what depends on them alone is kept: 3 kB for each."""

_TOGETHER = 512  # tokens: small enough for the working set to stay in the cache


class Convolutions:
    """Both convolutions of the three branches, with their skip connections and layer norm."""

    def __init__(
        self, weights: Mapping[str, NDArray[Any]], sample: Layout, attention: Attention | None
    ) -> None:
        pieces = Pieces(weights, tuple(order for order, _ in ORDERS))
        read = pieces.projected(pieces.embedded(sample.tokens))
        branches = [
            Branch.of(weights, number, part, sample.near)
            for number, part in enumerate(np.split(read, len(ORDERS), axis=1))
        ]
        self._met = _Met(pieces, branches)
        self._width = len(weights["ln_g"])
        self._attention = attention
        self._session = opened(_graph(branches, weights))

    def sums(self, layout: Layout) -> Matrix:
        """The sums (parts, 1280) of the features of each part's tokens; behind them an attention's.

        No more than ``MOST_PIECES`` of its tokens may differ.
        """
        rows = np.append(self._met.rows(layout.tokens), -1)
        width = self._width + (self._attention.width if self._attention else 0)
        sums = np.empty((len(layout.starts), width), np.float32)
        for own, parts in layout.runs(_TOGETHER):
            near = layout.near[own]
            fed = {"seen": rows[near], "near": np.maximum(near - own.start, -1)}
            features = self._session.run(None, fed | self._met.tables)[0]
            starts = layout.starts[parts] - own.start
            self._summed(features, starts.tolist(), sums[parts])
        return sums

    def _summed(self, features: Matrix, starts: Sequence[int], sums: Matrix) -> None:
        """Write the sums of each part; one by one: np.add.reduceat takes five times as long."""
        parts = [slice(*ends) for ends in zip(starts, [*starts[1:], None], strict=True)]
        for part, total in zip(parts, sums, strict=True):
            features[part].sum(axis=0, out=total[: self._width])
        if self._attention is not None:
            self._attention.sums(features, parts, sums[:, self._width :])


class _Met:
    """The pieces that were met before: their rows in tables of what depends on them alone.

    ``raw`` (n, 512) is the embedding; each branch has what its first convolution reads,
    ``rounded`` (n, 256), and what is added to what that gives, ``skipped`` (n, 256). The last
    row of ``rounded`` stands where no piece is.
    """

    def __init__(self, pieces: Pieces, branches: Sequence[Branch]) -> None:
        self._pieces = pieces
        self._branches = branches
        self._row = np.full(len(pieces), -1)
        self._count = 0
        self._raw = np.empty((MOST_PIECES, RAW), np.float16)
        self._rounded = [np.full((MOST_PIECES + 1, WIDTH), MIDDLE, np.uint8) for _ in branches]
        self._skipped = [np.empty((MOST_PIECES, WIDTH), np.float16) for _ in branches]
        self.tables: dict[str, NDArray[Any]] = {"raw": self._raw}
        for number in range(len(branches)):
            self.tables[f"rounded{number}"] = self._rounded[number]
            self.tables[f"skipped{number}"] = self._skipped[number]

    def rows(self, tokens: Tokens) -> Tokens:
        """The row of each token; all are forgotten when they become too many."""
        new = np.unique(tokens[self._row[tokens] < 0])
        if self._count + len(new) > MOST_PIECES:
            self._row[:] = -1
            self._count, new = 0, np.unique(tokens)
        if len(new):
            self._meet(new)
        rows: Tokens = self._row[tokens]
        return rows

    def _meet(self, new: Tokens) -> None:
        rows = slice(self._count, self._count + len(new))
        self._count = rows.stop
        self._row[new] = np.arange(rows.start, rows.stop)
        embedded = self._pieces.embedded(new)
        read = self._pieces.projected(embedded)
        self._raw[rows] = embedded
        for number, part in enumerate(np.split(read, len(self._branches), axis=1)):
            branch = self._branches[number]
            self._rounded[number][rows] = rounded(part, branch.step)
            self._skipped[number][rows] = part / branch.step_after


def _graph(branches: Sequence[Branch], weights: Mapping[str, NDArray[Any]]) -> bytes:
    """From ``seen`` and ``near`` (rows, 5), in the tables and in the batch, to normed features."""
    graph = Graph()
    seen, near = (graph.input(name, "int64", "rows", 2 * PAD + 1) for name in ("seen", "near"))
    own = graph.add("Gather", seen, graph.constant(np.array(PAD)), axis=1)
    raw = _floats(graph, graph.input("raw", "float16", "pieces", RAW), own)
    found = []
    for number, branch in enumerate(branches):
        table = graph.input(f"rounded{number}", "uint8", "table", WIDTH)
        skipped = graph.input(f"skipped{number}", "float16", "pieces", WIDTH)
        kept = _floats(graph, skipped, own)
        found.append(_convolved(graph, branch, table, kept, seen, near))
    features = graph.add("Concat", raw, *found, axis=1)
    norm = [graph.constant(weights[name]) for name in ("ln_g", "ln_b")]
    epsilon = float(weights["eps"])
    normed = graph.add("LayerNormalization", features, *norm, axis=1, epsilon=epsilon)
    return graph.encoded((normed, ("rows", RAW + len(branches) * WIDTH)))


def _convolved(graph: Graph, branch: Branch, table: str, kept: str, seen: str, near: str) -> str:
    """Two convolutions with a skip connection each; in between it counts in steps."""
    hidden = _product(graph, _windows(graph, branch, table, seen), branch.first, MIDDLE)
    hidden = graph.add("Add", graph.add("Relu", hidden), kept)
    one, low = graph.constant(np.array(1, np.float32)), graph.constant(np.array(LOW, np.uint8))
    whole = graph.add("QuantizeLinear", hidden, one, low)
    nothing = graph.constant(np.full((1, WIDTH), LOW, np.uint8))
    whole = graph.add("Concat", whole, nothing, axis=0)
    result = _product(graph, _windows(graph, branch, whole, near), branch.second, LOW)
    skipped = graph.add("Mul", hidden, graph.constant(branch.step_after))
    return graph.add("Add", graph.add("Relu", result), skipped)


def _floats(graph: Graph, table: str, rows: str) -> str:
    """Rows of a table of halves, in single precision."""
    return graph.add("Cast", graph.add("Gather", table, rows), to=1)


def _windows(graph: Graph, branch: Branch, table: str, rows: str) -> str:
    """The rows of the table that a branch sees from each place, side by side."""
    first = PAD - branch.left
    cut = (graph.constant(np.array([at])) for at in (first, first + branch.order, 1))
    taken = graph.add("Gather", table, graph.add("Slice", rows, *cut))
    return graph.add("Reshape", taken, graph.constant(np.array([-1, branch.order * WIDTH])))


def _product(graph: Graph, rows: str, product: Product, zero: int) -> str:
    constants: tuple[NDArray[Any], ...] = (
        product.whole,
        np.array(1, np.float32),
        product.scale,
        np.array(zero, np.uint8),
        np.zeros(WIDTH, np.int8),
        product.bias,
    )
    return graph.add_fused("MatMulIntegerToFloat", rows, *map(graph.constant, constants))
