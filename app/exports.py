"""Write what Boca knows to a file: rows as CSV, JSON Lines or Parquet, the graph as XML."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from app.application import App
from domain.errors import UsageError
from domain.experiences import Experience
from domain.influence import EXPECTED_REACH, Influence
from domain.posts import Post
from domain.windows import Window, last
from storage.unit import Unit

Value = str | int | float | datetime | None
Row = dict[str, Value]

ROWS = (".csv", ".jsonl", ".parquet")
GRAPHS = (".graphml", ".gexf")
_BATCH = 5_000


def write(app: App, what: str, output: Path, days: int) -> int:
    """Write ``what`` of the last ``days`` to ``output``; how many rows (or edges) it holds.

    Raises UsageError where the file's ending names no format that fits.
    """
    window = last(timedelta(days=days), app.clock())
    allowed = GRAPHS + ROWS if what == "graph" else ROWS
    if output.suffix not in allowed:
        raise UsageError(
            f"{what} cannot be written as {output.suffix or 'a file without an ending'}",
            where=str(output),
            todo=f"end the name with one of {', '.join(allowed)}",
        )
    with app.store.reading() as unit, replacing(output) as part:
        if output.suffix in GRAPHS:
            return _write_graph(app, unit, window, part)
        return _WRITERS[output.suffix](_ROWS[what](unit, window), part)


@contextmanager
def replacing(output: Path) -> Iterator[Path]:
    """A file beside it that takes its place once it is whole; UsageError if none can be written."""
    part = output.with_name(f".{output.stem}.part{output.suffix}")
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        yield part
        part.replace(output)
    except OSError as error:
        todo = "name a file in a folder where you may write"
        what = f"cannot write: {error.strerror}"
        raise UsageError(what, where=str(output), todo=todo) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _posts(unit: Unit, window: Window) -> Iterator[Row]:
    for batch in unit.posts.between(window):
        analyses = unit.analyses.get_many([post.id for post in batch])
        for post in batch:
            row = _post(post)
            if found := analyses.get(post.id):
                row |= {
                    "language": found.language,
                    "brands": " ".join(found.brands),
                    "polarity": found.sentiment.polarity.value,
                    "score": found.sentiment.score,
                    "confidence": found.sentiment.confidence,
                    "stage": found.stage,
                    "pipeline": found.version,
                }
            yield row


def _post(post: Post) -> Row:
    return {
        "id": post.id,
        "source": post.source,
        "external_id": post.external_id,
        "kind": post.kind.value,
        "author": post.author.external_id if post.author else None,
        "created_at": post.created_at,
        "parent": post.parent,
        "thread": post.root,
        "title": post.title,
        "text": post.text,
        "url": post.url,
        "rating": post.rating.share if post.rating else None,
        "language": None,
        "brands": None,
        "polarity": None,
        "score": None,
        "confidence": None,
        "stage": None,
        "pipeline": None,
    }


def _experiences(unit: Unit, window: Window) -> Iterator[Row]:
    for batch in unit.experiences.active(window.start):
        yield from map(_experience, batch)


def _experience(one: Experience) -> Row:
    return {
        "id": one.id,
        "key": one.key,
        "brand": one.brand,
        "stage": one.stage,
        "author_id": one.author_id,
        "told_at": one.told_at,
        "last_told_at": one.last_told_at,
        "posts": " ".join(str(post_id) for post_id in one.post_ids),
        "score": one.score,
        "severity": one.severity,
        "reach_so_far": one.reach.so_far,
        "reach_to_come": one.reach.to_come,
        "reach_low": one.reach.low,
        "reach_high": one.reach.high,
        "priority": one.priority.value,
        "floored": int(one.priority.floored),
        "answered_at": one.answer.at if one.answer else None,
        "answered_by": one.answer.author_id if one.answer else None,
    }


def _influence(unit: Unit, window: Window) -> Iterator[Row]:
    offset = 0
    while rows := unit.influence.top(EXPECTED_REACH, _BATCH, offset):
        authors = unit.authors.get_many([row.author_id for row in rows])
        for row in rows:
            author = authors.get(row.author_id)
            yield _voice(row, author.source if author else "", author.external_id if author else "")
        offset += len(rows)


def _voice(row: Influence, source: str, external_id: str) -> Row:
    return {
        "author_id": row.author_id,
        "source": source,
        "external_id": external_id,
        "measure": row.measure,
        "value": row.value,
        "low": row.low,
        "high": row.high,
        "measured_at": row.measured_at,
    }


def _edges(unit: Unit, window: Window) -> Iterator[Row]:
    """Acts as ``boca graph`` reads them: the source acts on the target's words."""
    for batch in unit.interactions.log(window):
        for speaker, actor, at, post_id, on_post_id, kind in batch:
            yield {
                "source": actor,
                "target": speaker,
                "time": datetime.fromtimestamp(at, window.end.tzinfo),
                "kind": kind,
                "post_id": post_id,
                "on_post_id": on_post_id or None,
            }


def _write_graph(app: App, unit: Unit, window: Window, output: Path) -> int:
    from graph.actions import ActionLog
    from graph.networks import network, write_gexf, write_graphml

    log = ActionLog.build(unit.interactions.log(window), unit.posts.spoken(window))
    made = network(log, app.settings.graph.half_life_days, app.clock())
    (write_gexf if output.suffix == ".gexf" else write_graphml)(made, output)
    return int(made.number_of_edges())


def _write_csv(rows: Iterable[Row], output: Path) -> int:
    count = 0
    with output.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        for row in rows:
            if count == 0:
                writer.writerow(row)
            writer.writerow(_harmless(value) for value in row.values())
            count += 1
    return count


def _harmless(value: Value) -> Value:
    """A text that a spreadsheet would run as a formula, made plain text."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        return f"'{value}"
    return value


def _write_jsonl(rows: Iterable[Row], output: Path) -> int:
    count = 0
    with output.open("w", encoding="utf-8") as file:
        for row in rows:
            _dump(row, file)
            count += 1
    return count


def _dump(row: Row, file: IO[str]) -> None:
    file.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")


def _write_parquet(rows: Iterable[Row], output: Path) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pylist(list(rows))
    pq.write_table(table, output)
    return int(table.num_rows)


_ROWS: Mapping[str, Callable[[Unit, Window], Iterator[Row]]] = {
    "posts": _posts,
    "experiences": _experiences,
    "influence": _influence,
    "graph": _edges,
}
_WRITERS: Mapping[str, Callable[[Iterable[Row], Path], int]] = {
    ".csv": _write_csv,
    ".jsonl": _write_jsonl,
    ".parquet": _write_parquet,
}
