"""The state of a measuring in one file: a cache, worth nothing unless it is the one expected."""

from __future__ import annotations

import os
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.audience import Audience
from graph.draws import Draws
from graph.evidence import Evidence
from graph.growth import Tally
from graph.measure import State
from graph.vouching import Town

VERSION = 3
_FILE = "measured.npz"
_PARTS = {"tally": Tally, "evidence": Evidence, "audience": Audience}

Arrays = dict[str, NDArray[Any]]


def save(folder: Path, state: State, told: Arrays, mark: str) -> None:
    """Put the file in place, whole or not at all, under a mark by which it is known again.

    ``told`` are the values that others were told of (3 × authors by measure).
    """
    arrays: Arrays = {
        "mark": np.array(f"{VERSION} {mark}"),
        "built_at": np.array(state.built_at),
        "onward": np.array(state.onward),
        "rank": state.rank,
    }
    parts: dict[str, Any] = {
        "tally": state.tally,
        "evidence": state.tally.evidence,
        "audience": state.audience,
        "draws": state.draws,
        "town": state.town,
    }
    for name, part in parts.items():
        for field in fields(part):
            if field.name not in _PARTS:
                arrays[f"{name}.{field.name}"] = np.asarray(getattr(part, field.name))
    arrays |= {f"told.{name}": values for name, values in told.items()}
    folder.mkdir(parents=True, exist_ok=True)
    making = folder / f"{_FILE}.part"
    with making.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)
        file.flush()
        os.fsync(file.fileno())
    making.replace(folder / _FILE)


def load(folder: Path, mark: str) -> tuple[State, Arrays] | None:
    """The state of this mark and the values told of; None where it is another's, or damaged."""
    try:
        with (folder / _FILE).open("rb") as file, np.load(file, allow_pickle=False) as kept:
            if str(kept["mark"]) != f"{VERSION} {mark}":
                return None
            arrays = {name: kept[name] for name in kept.files}
        told = {n.removeprefix("told."): one for n, one in arrays.items() if n.startswith("told.")}
        return _state(arrays), told
    except Exception:  # whatever is wrong with a cache, it is made anew
        return None


def _state(arrays: Arrays) -> State:
    def part(name: str, kind: type, **more: Any) -> Any:
        given = {
            field.name: _plain(arrays[f"{name}.{field.name}"])
            for field in fields(kind)
            if field.name not in more
        }
        return kind(**given, **more)

    tally = part("tally", Tally, evidence=part("evidence", Evidence))
    return State(
        tally,
        part("audience", Audience),
        part("draws", Draws),
        part("town", Town),
        float(arrays["onward"]),
        arrays["rank"],
        float(arrays["built_at"]),
    )


def _plain(value: NDArray[Any]) -> Any:
    return value if value.ndim else value.item()
