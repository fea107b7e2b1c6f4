"""Fetching memory ahead of its use, for walks whose next step lies anywhere in a big array."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

tools: Any = cgutils  # numba has no types for it


def _fetch(context: Any, column: Any, place: Any) -> tuple[Any, Callable[..., Any]]:
    """What numba compiles ``fetch`` to: one prefetch instruction, harmless for any place."""

    def code(target: Any, builder: Any, signature: Any, given: Any) -> Any:
        made = target.make_array(column)(target, builder, given[0])
        spot = tools.get_item_pointer(target, builder, column, made, [given[1]])
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        read, keep, data = number(0), number(3), number(1)
        instruction = tools.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0i8")
        builder.call(instruction, [builder.bitcast(spot, byte), read, keep, data])
        return target.get_dummy_value()

    return types.void(column, types.int64), code


fetch: Any = intrinsic(_fetch)
"""``fetch(column, place)`` in a kernel: ``column[place]`` will be read soon. Changes nothing.

A walk over a graph larger than the cache waits for memory most of its time; asked for one
step ahead, a row arrives while the one before it is dealt with.
"""
