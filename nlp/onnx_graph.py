"""ONNX graphs written byte by byte, in the protocol buffers that ONNX Runtime reads."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

_KINDS = {"float32": 1, "uint8": 2, "int8": 3, "int64": 7, "float16": 10}
_REVISION, _OPERATORS, _FUSED = 8, 17, 1
"""Of the format, of its operators, and of those that only ONNX Runtime has."""
_INTEGER, _FLOAT = 2, 1  # kinds of attributes
_RUNTIME = "com.microsoft"

Field = tuple[int, "int | bytes | str | np.float32"]


class Graph:
    """A graph as it grows: every operator gives the name of what it puts out."""

    def __init__(self) -> None:
        self._nodes: list[Field] = []
        self._constants: list[Field] = []
        self._inputs: list[Field] = []

    def input(self, name: str, kind: str, *shape: str | int) -> str:
        """Something that is given at every run; a named size may differ from run to run."""
        self._inputs.append((11, _value(name, kind, shape)))
        return name

    def constant(self, value: NDArray[Any]) -> str:
        """A tensor that never changes."""
        name = f"c{len(self._constants)}"
        told = [(1, size) for size in value.shape]
        held = message(*told, (2, _KINDS[value.dtype.name]), (8, name), (9, value.tobytes()))
        self._constants.append((5, held))
        return name

    def add(self, operator: str, *inputs: str, **attributes: float) -> str:
        """The output of an operator of ONNX itself."""
        return self._add(operator, inputs, attributes)

    def add_fused(self, operator: str, *inputs: str, **attributes: float) -> str:
        """The output of an operator that only ONNX Runtime has."""
        return self._add(operator, inputs, attributes, (7, _RUNTIME))

    def _add(
        self, operator: str, inputs: tuple[str, ...], attributes: dict[str, float], *more: Field
    ) -> str:
        name = f"n{len(self._nodes)}"
        fields: list[Field] = [(1, one) for one in inputs]
        fields += [(2, name), (4, operator), *more]
        fields += [(5, _attribute(key, value)) for key, value in attributes.items()]
        self._nodes.append((1, message(*fields)))
        return name

    def encoded(self, *outputs: tuple[str, tuple[str | int, ...]]) -> bytes:
        """The graph as a file; its outputs, each with its shape, are of floats."""
        body = message(
            *self._nodes,
            (2, "boca"),
            *self._constants,
            *self._inputs,
            *((12, _value(name, "float32", shape)) for name, shape in outputs),
        )
        own, fused = message((2, _OPERATORS)), message((1, _RUNTIME), (2, _FUSED))
        return message((1, _REVISION), (8, own), (8, fused), (7, body))


def opened(graph: bytes | str) -> onnxruntime.InferenceSession:
    """A session of a graph or of its file, in one thread: workers are the parallelism.

    It keeps no memory for the next run: that costs a hundredth of the time and saves 30 MB.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    session._model_bytes = None  # It keeps the graph for other providers to fall back on: 12 MB.
    return session


def message(*fields: Field) -> bytes:
    """One protocol-buffer message of numbered fields."""
    return b"".join(_field(number, value) for number, value in fields)


def _field(number: int, value: int | bytes | str | np.float32) -> bytes:
    if isinstance(value, np.float32):
        return _varint(number << 3 | 5) + value.tobytes()
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    data = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _varint(number: int) -> bytes:
    number &= (1 << 64) - 1
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def _attribute(name: str, value: float) -> bytes:
    if isinstance(value, float):
        return message((1, name), (2, np.float32(value)), (20, _FLOAT))
    return message((1, name), (3, value), (20, _INTEGER))


def _value(name: str, kind: str, shape: tuple[str | int, ...]) -> bytes:
    sizes: list[Field] = [
        (1, message((2, size) if isinstance(size, str) else (1, size))) for size in shape
    ]
    tensor = message((1, _KINDS[kind]), (2, message(*sizes)))
    return message((1, name), (2, message((1, tensor))))
