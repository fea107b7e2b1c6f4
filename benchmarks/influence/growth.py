"""A day's one per cent of new acts: log, evidence and all measures gone on from, against anew.

    python benchmarks/influence/growth.py [--quick] [--seed 1]

The log has ten acts and some twenty posts an author; the last one per cent of both is new. The
peer is the same work from nothing: everybody's expected and vouched reach, PageRank and degree,
as the product measures them, and keeping the state to go on from. Rows lie in a bare sqlite3
file, read as fast as Python can, whose blocks are stamped as the storage does it. Seconds are the
processor's, the least of three runs on warm files, so that waiting for the disk, and other work
beside, is not in them.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from _memory import bandwidth
from rich.console import Console
from rich.table import Table

from domain.influence import EXPECTED_REACH, PAGERANK, VOUCHED_REACH
from graph.actions import Act, ActionLog
from graph.growth import Tally
from graph.keeping import load, save
from graph.measure import Measures, Since, measure
from graph.settings import GraphSettings
from graph.snapshot import Kept, Snapshot

HALF_LIFE, NOW, BLOCK = 90.0, 1.8e9, 1 << 16
SETTINGS = GraphSettings()
DAY = 86_400.0
SAID = 2


Rows = tuple[list[Act], list[tuple[int, float, int]]]
"""Acts, and what was said."""


def rows(people: int, acts: int, seed: int) -> Rows:
    """Acts and posts as a storage tells them, in order of post; ids count from 1."""
    chance = np.random.default_rng(seed)

    def pick(tail: float, size: int) -> list[int]:
        share = chance.pareto(tail, people) + 0.3
        until = np.cumsum(share / share.sum())
        found = np.searchsorted(until, chance.random(size)).clip(max=people - 1) + 1
        return list(map(int, found))

    speaker, actor, by = pick(1.5, acts), pick(2.0, acts), pick(1.5, SAID * acts)
    at = NOW - 100 * DAY * (1 - np.arange(SAID * acts) / (SAID * acts))
    times = at.tolist()
    said = list(zip(by, times, range(1, SAID * acts + 1), strict=True))
    on = (chance.random(acts) * SAID * np.arange(1, acts + 1)).astype(np.int64).tolist()
    posts = range(SAID, SAID * acts + 1, SAID)
    done = zip(speaker, actor, times[SAID - 1 :: SAID], posts, on, strict=True)
    return [(*one, "reply") for one in done], said


class Store:
    """Rows in a database, read as fast as Python can: less than any storage with more to it."""

    def __init__(self, path: Path) -> None:
        self._base = sqlite3.connect(path)
        self._base.execute("create table acts (speaker, actor, at, post, on_post, kind)")
        self._base.execute("create table said (author, at, post)")
        self._base.execute("create index by_post on acts (post)")
        self._base.execute("create index said_by_post on said (post)")
        self._base.execute("create table stamps (block primary key, stamp)")

    def add(self, acts: list[Act], said: list[tuple[int, float, int]]) -> None:
        """More rows."""
        self._base.executemany("insert into acts values (?, ?, ?, ?, ?, ?)", acts)
        self._base.executemany("insert into said values (?, ?, ?)", said)
        blocks = {row[3] // BLOCK for row in acts} | {row[2] // BLOCK for row in said}
        stamps = [(block, len(acts)) for block in blocks]
        self._base.executemany("insert or replace into stamps values (?, ?)", stamps)
        self._base.commit()

    def log(self) -> ActionLog:
        """Everything read anew."""
        return ActionLog.build(self._batches("acts"), self._batches("said"))

    def brought_up(self, snapshot: Snapshot) -> Kept:
        """Only what changed read anew."""
        marks = dict(self._base.execute("select block, stamp from stamps").fetchall())
        return snapshot.brought_up(marks, self._block("acts"), self._block("said"))

    def _batches(self, table: str) -> Iterator[list[Any]]:
        rows = self._base.execute(f"select * from {table}")
        while batch := rows.fetchmany(10_000):
            yield batch

    def _block(self, table: str) -> Callable[[int], list[Any]]:
        query = f"select * from {table} where post >= ? and post < ? order by post"
        return lambda block: self._base.execute(
            query, (block * BLOCK, (block + 1) * BLOCK)
        ).fetchall()


def timed(work: Callable[[], Any], times: int = 3) -> tuple[float, Any]:
    """Processor seconds, the least of some runs, and what the last one found."""
    spent = []
    for _ in range(times):
        begin = time.process_time()
        found = work()
        spent.append(time.process_time() - begin)
    return min(spent), found


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of one step from nothing, and brought up to date."""

    what: str
    full: float
    new: float


def logs(store: Store, folder: Path, day: Rows) -> tuple[Cost, Kept]:
    """Read the log whole, and from yesterday's snapshot: from copies, as a day changes it."""
    store.brought_up(Snapshot(folder))
    store.add(*day)
    copies = iter([shutil.copytree(folder, folder.with_name(f"copy{n}")) for n in range(3)])
    full, _ = timed(store.log)
    new, kept = timed(lambda: store.brought_up(Snapshot(next(copies))))
    return Cost("log", full, new), kept


def evidences(kept: Kept, yesterday: float) -> tuple[Cost, bool]:
    """Count it whole, and go on from yesterday's counts; whether both are equal."""
    before = Tally.of(kept.log.until(yesterday), HALF_LIFE, yesterday)
    new_acts, new_said = kept.new_acts, kept.new_said
    full, whole = timed(lambda: Tally.of(kept.log, HALF_LIFE, NOW).evidence)
    new, grown = timed(lambda: before.grown(kept.log, new_acts, new_said, NOW).evidence)
    equal = np.array_equal(grown.acts, whole.acts)
    close = np.allclose(grown.fresh_acts, whole.fresh_acts, rtol=1e-12)
    return Cost("  of it evidence", full, new), bool(equal and close)


def measures(kept: Kept, yesterday: float) -> tuple[Cost, Measures, Measures]:
    """Measure from nothing, and from yesterday's state on."""
    then, now = (datetime.fromtimestamp(at, UTC) for at in (yesterday, NOW))
    state = measure(kept.log.until(yesterday), SETTINGS, then).state
    since = Since(state, kept.new_acts, kept.new_said)
    full, anew = timed(lambda: measure(kept.log, SETTINGS, now))
    new, grown = timed(lambda: measure(kept.log, SETTINGS, now, since))
    return Cost("measures", full, new), anew, grown


def states(anew: Measures, grown: Measures, folder: Path) -> Cost:
    """Leave the state for tomorrow, and find that of yesterday as well."""

    def keep(measured: Measures) -> None:
        values = measured.values.items()
        told = {name: np.stack(three).astype(np.float32) for name, three in values}
        save(folder, measured.state, told, "state")

    full, _ = timed(lambda: keep(anew))
    found, _ = timed(lambda: load(folder, "state"))
    kept, _ = timed(lambda: keep(grown))
    return Cost("state kept and found", full, found + kept)


def apart(measure: str, anew: Measures, grown: Measures) -> float:
    """How far the two are apart in the top decile (median)."""
    one, other = anew.values[measure][0], grown.values[measure][0]
    top = one >= np.quantile(one, 0.9)
    return float(np.median(np.abs(other - one)[top] / one[top]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the size")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    people = 10_000 if chosen.quick else 100_000
    acts, said = rows(people, 10 * people, chosen.seed)
    yesterday, new = NOW - DAY, (-len(acts) // 100, -len(said) // 100)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "graph"
        store = Store(Path(temporary) / "store.db")
        store.add(acts[: new[0]], said[: new[1]])
        log, kept = logs(store, folder, (acts[new[0] :], said[new[1] :]))
        evidence, equal = evidences(kept, yesterday)
        measured, anew, grown = measures(kept, yesterday)
        state = states(anew, grown, folder)
    steps = log, measured, state
    whole = Cost("all", sum(one.full for one in steps), sum(one.new for one in steps))
    table = Table(title=f"{people:,} authors, {len(acts):,} acts, {len(said):,} posts; 1 % new")
    for name in ("what", "from nothing, s", "brought up to date, s", "share"):
        table.add_column(name, justify="left" if name == "what" else "right")
    for one in (log, measured, evidence, state, whole):
        cells = f"{one.full:.3f}", f"{one.new:.3f}", f"{one.new / one.full:.1%}"
        table.add_row(one.what, *cells)
    moved = (len(acts) * 48 + len(said) * 24) * 2 / log.new
    copies = bandwidth()
    off = {name: apart(name, anew, grown) for name in (EXPECTED_REACH, VOUCHED_REACH, PAGERANK)}
    table.caption = (
        f"evidence equal: {equal}; top decile apart (median): "
        + ", ".join(f"{name} {one:.2%}" for name, one in off.items())
        + f"; {moved / 1e9:.2f} GB/s moved, memory copies {copies / 1e9:.1f} GB/s; "
        f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    Console().print(table)
    share = whole.new / whole.full
    print(json.dumps({
        "name": "influence_growth", "value": round(share, 4), "unit": "share of the full cost",
        "target": 0.1, "peer": round(whole.full, 3), "ratio": round(1 / share, 1),
        "measures": round(measured.new / measured.full, 4), "bytes_per_second": round(moved),
        "memory_bandwidth": round(copies), "equal": equal,
        "apart": round(off[EXPECTED_REACH], 4), "pass": bool(share <= 0.1 and equal),
    }))  # fmt: skip


if __name__ == "__main__":
    main()
