"""Import with full-text index and FULL durability: posts a second, and memory.

Ours: ``unit.posts.add`` in transactions of 2,000 posts of about 40 words, with authors,
parents, versions, conversations and the index of folded words; once from memory (making
the posts is not counted), once through the file source from CSV (reading and mapping
are). The peers write the same posts to the same kind of file with the same pragmas:

- SQLAlchemy ORM: the usual way, one object for each row and ``session.add_all``, authors looked
  up by key, FTS5 kept by a trigger. It knows no edits, versions, late parents or accents.
- sqlite3: ``executemany`` of ready tuples, INSERT OR IGNORE, the same FTS5. It resolves
  nothing at all: the floor that no import in this language goes below.

    python benchmarks/storage_import.py [--quick] [--posts N]
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import tempfile
import time
from pathlib import Path

from _import_load import NOW, Speed, batches, posts, timed
from _import_peers import orm, raw
from rich.console import Console
from rich.table import Table

from crawlers.sources.file import FileSettings, FileSource
from domain.posts import Post
from storage import open_store
from storage.settings import StorageSettings

TARGET = 5_000
MEMORY_TARGET = 1_000_000_000


def ours(folder: Path, count: int) -> Speed:
    store = open_store(StorageSettings(url=f"sqlite:///{folder}/ours.db"))

    def write(batch: list[Post]) -> None:
        with store.writing() as unit:
            unit.posts.add(batch, NOW)

    speed = timed("Boca, from memory", count, write)
    store.close()
    return speed


def ours_from_csv(folder: Path, count: int) -> Speed:
    path = folder / "posts.csv"
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "author", "parent", "at", "likes", "text"])
        for post in posts(count):
            author = post.author.external_id if post.author else ""
            at, likes = post.created_at.isoformat(), post.engagement.likes
            rows.writerow([post.external_id, author, post.parent or "", at, likes, post.text])
    columns = {"external_id": "id", "created_at": "at"}
    columns |= {name: name for name in ("author", "parent", "likes", "text")}
    files = [{"path": str(path), "mapping": columns}]
    settings = FileSettings.model_validate({"name": "forum", "kind": "file", "files": files})
    store = open_store(StorageSettings(url=f"sqlite:///{folder}/csv.db"))
    started, used = time.perf_counter(), time.process_time()
    read = (one for one in FileSource(settings, {}, NOW).events() if isinstance(one, Post))
    for batch in batches(read):
        with store.writing() as unit:
            unit.posts.add(batch, NOW)
    speed = Speed(
        "Boca, from a CSV file",
        count,
        time.perf_counter() - started,
        time.process_time() - used,
    )
    store.close()
    return speed


def show(speeds: list[Speed], memory: int) -> None:
    table = Table(title="Import, FTS5 and synchronous=FULL")
    for heading in ("way", "posts", "posts/s", "posts/s of CPU time"):
        table.add_column(heading, justify="left" if heading == "way" else "right")
    for one in speeds:
        cpu = f"{one.posts / one.cpu:,.0f}"
        table.add_row(one.name, f"{one.posts:,}", f"{one.rate:,.0f}", cpu)
    table.caption = f"most memory while ours ran: {memory / 1e6:,.0f} MB"
    Console(width=90).print(table)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--quick", action="store_true", help="fewer posts, under 30 s")
    asked.add_argument("--posts", type=int, default=1_000_000, help="how many posts ours takes")
    options = asked.parse_args()
    count = 20_000 if options.quick else options.posts
    others = min(count, 100_000)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        first = ours(folder, count)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        others_speeds = [way(folder, others) for way in (ours_from_csv, orm, raw)]
    show([first, *others_speeds], memory)
    peer = others_speeds[1]
    result = {
        "name": "storage_import",
        "value": round(first.rate),
        "unit": "posts/s",
        "target": TARGET,
        "peer": peer.name,
        "ratio": round(first.rate / peer.rate, 2),
        "memory": memory,
        "pass": first.rate >= TARGET and memory < MEMORY_TARGET,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
