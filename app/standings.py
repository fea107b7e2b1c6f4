"""Rankings and choices from a file of interactions, as rows."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from domain.errors import UsageError
from graph.cascadefiles import CascadeRow, read_cascades
from graph.columns import Floats, Ints
from graph.files import Interactions
from graph.ranking import Chances, Slice, rank
from graph.seeds import choose_seeds
from graph.settings import GraphSettings
from graph.simulate import simulated_spread
from graph.sketches import Backwards

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RankTask:
    """What to rank by: a measure, whom it is near to, the half-life in days, probabilities."""

    measure: str
    around: tuple[str, ...]
    half_life: float | None
    chances: str
    cascades: Path | None = None


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
    """Everyone, greatest value first; equals in the order of the file."""
    given = Slice.of(
        acts,
        half_life_days=task.half_life,
        around=task.around,
        chances=Chances(task.chances),
        settings=GraphSettings(),
        cascades=_cascades(task.cascades),
    )
    value, low, high = rank(given, task.measure)
    for place, who in enumerate(_descending(value).tolist(), start=1):
        yield {
            "rank": place,
            "id": acts.names[who],
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


def write_rows(rows: Sequence[Row], output: Path) -> int:
    """Write rows as the ending of the file says; how many there are."""
    match output.suffix:
        case ".csv":
            with output.open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, ("rank", "id", "value", "low", "high"))
                writer.writeheader()
                writer.writerows(rows)
        case ".jsonl":
            lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
            output.write_text("".join(lines), encoding="utf-8")
        case ".parquet":
            pq.write_table(pa.Table.from_pylist(list(rows)), output)
        case ending:
            what = f"rankings cannot be written as {ending or 'a file without an ending'}"
            raise UsageError(what, where=str(output), todo="end it with .csv, .jsonl or .parquet")
    return len(rows)


def _descending(values: Floats) -> Ints:
    """Places by value, the greatest first."""
    return np.argsort(-values, kind="stable")
