"""A day's one per cent of new acts: log, evidence and all measures gone on from, against anew.

    python benchmarks/influence/growth.py [--quick] [--seed 1]

The log has ten acts and some twenty posts an author; the last one per cent of both is new. The
peer is the same work from nothing: everybody's expected and vouched reach, PageRank and degree,
as the product measures them. Rows lie in a bare sqlite3 file, read as fast as Python can,
whose blocks are stamped as the storage does it. Seconds are the processor's, so that waiting for
the disk, and other work beside, is not in them.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from _memory import bandwidth
from rich.console import Console
from rich.table import Table

from domain.influence import EXPECTED_REACH
from graph.actions import Act, ActionLog
from graph.growth import Tally
from graph.measure import Since, measure
from graph.settings import GraphSettings
from graph.snapshot import Kept, Snapshot

HALF_LIFE, NOW, BLOCK = 90.0, 1.8e9, 1 << 16
SETTINGS = GraphSettings()
DAY = 86_400.0
SAID = 2


def rows(people: int, acts: int, seed: int) -> tuple[list[Act], list[tuple[int, float, int]]]:
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


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Processor seconds: one thread works, and other work beside it does not count."""
    begin = time.process_time()
    found = work()
    return time.process_time() - begin, found


def measures(kept: Kept, yesterday: float) -> tuple[float, float, float]:
    """Seconds to measure from nothing and from yesterday on, and how far the reaches are apart."""
    old = kept.log.until(yesterday)
    then, now = (datetime.fromtimestamp(at, UTC) for at in (yesterday, NOW))
    state = measure(old, SETTINGS, then).state
    since = Since(state, kept.log.at > yesterday, kept.log.said_at > yesterday)
    measure(kept.log, SETTINGS, now, since)  # compiles what only a day's work needs
    full, anew = timed(lambda: measure(kept.log, SETTINGS, now))
    new, grown = timed(lambda: measure(kept.log, SETTINGS, now, since))
    reach, other = anew.values[EXPECTED_REACH][0], grown.values[EXPECTED_REACH][0]
    top = reach >= np.quantile(reach, 0.9)
    return full, new, float(np.median(np.abs(other - reach)[top] / reach[top]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the size")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    people = 10_000 if chosen.quick else 100_000
    acts, said = rows(people, 10 * people, chosen.seed)
    yesterday = NOW - DAY
    day = -len(acts) // 100, -len(said) // 100
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "store.db")
        store.add(acts[: day[0]], said[: day[1]])
        kept = store.brought_up(Snapshot(Path(folder)))
        before = Tally.of(kept.log, HALF_LIFE, yesterday)
        store.add(acts[day[0] :], said[day[1] :])
        log_full, log = timed(store.log)
        count_full, whole = timed(lambda: Tally.of(log, HALF_LIFE, NOW))
        log_new, kept = timed(lambda: store.brought_up(Snapshot(Path(folder))))
        count_new, grown = timed(lambda: before.grown(kept.log, kept.new_acts, kept.new_said, NOW))
        measure_full, measure_new, apart = measures(kept, yesterday)
    equal = bool(
        np.array_equal(grown.evidence.acts, whole.evidence.acts)
        and np.allclose(grown.evidence.fresh_acts, whole.evidence.fresh_acts, rtol=1e-12)
    )
    table = Table(title=f"{people:,} authors, {len(acts):,} acts, {len(said):,} posts; 1 % new")
    for name in ("what", "from nothing, s", "brought up to date, s", "share"):
        table.add_column(name, justify="left" if name == "what" else "right")
    for name, full, part in (
        ("log", log_full, log_new), ("evidence", count_full, count_new),
        ("measures, evidence included", measure_full, measure_new),
        ("log and measures", log_full + measure_full, log_new + measure_new),
    ):  # fmt: skip
        table.add_row(name, f"{full:.3f}", f"{part:.3f}", f"{part / full:.1%}")
    moved = (len(acts) * 48 + len(said) * 24) * 2 / log_new
    copies = bandwidth()
    table.caption = (
        f"evidence equal: {equal}; reach of the top decile {apart:.1%} apart (median); "
        f"{moved / 1e9:.2f} GB/s moved, memory copies {copies / 1e9:.1f} GB/s; "
        f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    Console().print(table)
    share = (log_new + measure_new) / (log_full + measure_full)
    print(json.dumps({
        "name": "influence_growth", "value": round(share, 4), "unit": "share of the full cost",
        "target": 0.1, "peer": round(log_full + measure_full, 3),
        "ratio": round(1 / share, 1), "bytes_per_second": round(moved),
        "memory_bandwidth": round(copies), "equal": equal,
        "apart": round(apart, 4), "pass": bool(share <= 0.1 and equal),
    }))  # fmt: skip


if __name__ == "__main__":
    main()
