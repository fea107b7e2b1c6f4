"""Rankings and choices from a file of interactions, as rows."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from domain.errors import UsageError
from graph.cascadefiles import CascadeRow, read_cascades
from graph.columns import Floats, Ints
from graph.files import Interactions
from graph.ranking import Chances, Slice, Values, rank
from graph.seeds import choose_seeds
from graph.settings import GraphSettings
from graph.simulate import simulated_spread
from graph.sketches import Backwards

Row = dict[str, Any]

SCHEMA = pa.schema(
    [
        ("rank", pa.int64()),
        ("id", pa.string()),
        *((name, pa.float64()) for name in ("value", "low", "high")),
    ]
)
"""The columns of a ranking, in every format."""
_BATCH = 1 << 16


@dataclass(frozen=True, slots=True)
class RankTask:
    """What to rank by: a measure, whom it is near to, the half-life in days, probabilities.

    ``top`` rows are given (None: all); ``platform`` is whose factor a vendor's formula takes.
    """

    measure: str
    around: tuple[str, ...]
    half_life: float | None
    chances: str
    cascades: Path | None = None
    platform: str | None = None
    top: int | None = None


@dataclass(frozen=True, slots=True)
class SeedsTask:
    """How many to choose, how well, by how many cascades to judge, and what to learn from."""

    count: int
    epsilon: float
    runs: int
    seed: int
    half_life: float | None
    chances: str
    cascades: Path | None = None


def ranked(acts: Interactions, task: RankTask) -> Iterator[Row]:
    """The first so many, greatest value first; equals in the order of the file."""
    given = Slice.of(
        acts,
        half_life_days=task.half_life,
        around=task.around,
        chances=Chances(task.chances),
        settings=GraphSettings(),
        cascades=_cascades(task.cascades),
        platform=task.platform,
    )
    return _rows(acts.names, rank(given, task.measure), task.top)


def _rows(names: list[str], values: Values, top: int | None) -> Iterator[Row]:
    value, low, high = values
    for place, who in enumerate(_descending(value)[:top].tolist(), start=1):
        yield {
            "rank": place,
            "id": names[who],
            "value": float(value[who]),
            "low": float(low[who]),
            "high": float(high[who]),
        }


def _cascades(path: Path | None) -> tuple[CascadeRow, ...]:
    """The cascades of a file; lines that cannot be read are left out."""
    found = read_cascades(path) if path else ()
    return tuple(one for one in found if isinstance(one, CascadeRow))


def seeded(acts: Interactions, task: SeedsTask) -> Row:
    """The chosen and the naive pick (those with the greatest reach alone), both simulated."""
    settings = GraphSettings(seed=task.seed)
    given = Slice.of(
        acts,
        half_life_days=task.half_life,
        chances=Chances(task.chances),
        settings=settings,
        cascades=_cascades(task.cascades),
    )
    influence = given.influence()
    chosen = choose_seeds(
        Backwards.of(influence),
        task.count,
        epsilon=task.epsilon,
        seed=task.seed,
        threads=settings.threads,
    )
    naive = _descending(rank(given, "reach")[0])[: len(chosen.nodes)]

    def judged(nodes: Ints) -> Row:
        found = simulated_spread(influence, nodes, task.runs, task.seed, threads=settings.threads)
        low, high = found.interval
        return {"mean": found.mean, "low": low, "high": high, "runs": task.runs}

    return {
        "count": len(chosen.nodes),
        "people": acts.people,
        "epsilon": task.epsilon,
        "at_least": chosen.at_least,
        "seeds": [acts.names[node] for node in chosen.nodes.tolist()],
        "spread": judged(chosen.nodes),
        "naive": [acts.names[node] for node in naive.tolist()],
        "naive_spread": judged(naive),
    }


def writer_to(output: Path) -> Callable[[Iterable[Row]], int]:
    """What writes rows as the ending of the file says, as they come; it tells how many."""
    if output.suffix not in _WRITERS:
        what = f"rankings cannot be written as {output.suffix or 'a file without an ending'}"
        raise UsageError(what, where=str(output), todo="end it with .csv, .jsonl or .parquet")

    def write(rows: Iterable[Row]) -> int:
        try:
            return _WRITERS[output.suffix](rows, output)
        except OSError as error:
            raise UsageError(f"cannot write: {error.strerror}", where=str(output)) from error

    return write


def _write_csv(rows: Iterable[Row], output: Path) -> int:
    written = 0
    with output.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, SCHEMA.names)
        writer.writeheader()
        for written, row in enumerate(rows, start=1):  # noqa: B007
            writer.writerow(row)
    return written


def _write_lines(rows: Iterable[Row], output: Path) -> int:
    written = 0
    with output.open("w", encoding="utf-8") as file:
        for written, row in enumerate(rows, start=1):  # noqa: B007
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return written


def _write_parquet(rows: Iterable[Row], output: Path) -> int:
    written, coming = 0, iter(rows)
    with pq.ParquetWriter(output, SCHEMA) as writer:
        while batch := list(islice(coming, _BATCH)):
            writer.write_table(pa.Table.from_pylist(batch, SCHEMA))
            written += len(batch)
    return written


_WRITERS = {".csv": _write_csv, ".jsonl": _write_lines, ".parquet": _write_parquet}


def _descending(values: Floats) -> Ints:
    """Places by value, the greatest first."""
    return np.argsort(-values, kind="stable")
