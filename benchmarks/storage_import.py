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
import random
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import ForeignKey, create_engine, event, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from crawlers.sources.file import FileSettings, FileSource  # noqa: E402
from domain.people import Author  # noqa: E402
from domain.posts import Engagement, Post, PostKind  # noqa: E402
from storage import open_store  # noqa: E402
from storage.settings import StorageSettings  # noqa: E402

TARGET = 5_000
MEMORY_TARGET = 1_000_000_000
BATCH = 2_000
NOW = datetime(2026, 3, 1, tzinfo=UTC)
PRAGMAS = "busy_timeout=10000", "journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"
SYLLABLES = ("ca", "pe", "lo", "mi", "ra", "tão", "são", "ven", "gue", "dro", "ção", "bu", "lhe")


@dataclass(frozen=True)
class Speed:
    """What one way of importing took."""

    name: str
    posts: int
    wall: float
    cpu: float

    @property
    def rate(self) -> float:
        """Posts a second."""
        return self.posts / self.wall


def posts(count: int) -> Iterator[Post]:
    """Posts of 40 words from a Zipf-like vocabulary; four of five reply to an earlier one."""
    chance = random.Random(7)
    words = ["".join(chance.choices(SYLLABLES, k=chance.randint(1, 4))) for _ in range(30_000)]
    weights = [1 / (rank + 3) for rank in range(len(words))]
    drawn = chance.choices(words, weights, k=400_000)
    for number in range(count):
        start, author = chance.randrange(len(drawn) - 40), int(chance.paretovariate(0.8)) % 200_000
        parent = chance.randrange(number) if number and chance.random() < 0.8 else None
        yield Post(
            source="forum",
            external_id=f"t3_{number}",
            kind=PostKind.POST if parent is None else PostKind.REPLY,
            text=" ".join(drawn[start : start + 40]),
            created_at=NOW + timedelta(seconds=number),
            author=Author("forum", f"u{author}", f"user_{author}"),
            parent=None if parent is None else f"t3_{parent}",
            engagement=Engagement(likes=number % 50),
            fetched_at=NOW,
        )


def batches(stream: Iterable[Post]) -> Iterator[list[Post]]:
    left = iter(stream)
    while batch := list(islice(left, BATCH)):
        yield batch


def timed(name: str, count: int, write: Callable[[list[Post]], None]) -> Speed:
    """Write batch by batch; only the writing is timed."""
    wall = cpu = 0.0
    for batch in batches(posts(count)):
        started, used = time.perf_counter(), time.process_time()
        write(batch)
        wall += time.perf_counter() - started
        cpu += time.process_time() - used
    return Speed(name, count, wall, cpu)


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


class Base(DeclarativeBase):
    """The ORM peer's tables."""


class AuthorRow(Base):
    """An account."""

    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(primary_key=True)
    external_id: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]


class PostRow(Base):
    """A post."""

    __tablename__ = "posts"
    id: Mapped[int] = mapped_column(primary_key=True)
    external_id: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    text: Mapped[str]
    created_at: Mapped[int] = mapped_column(index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"), index=True)
    parent: Mapped[str | None] = mapped_column(index=True)
    likes: Mapped[int | None]
    fetched_at: Mapped[int]


FTS = "CREATE VIRTUAL TABLE words USING fts5(text, content='posts', content_rowid='id')"
TRIGGER = (
    "CREATE TRIGGER words_of AFTER INSERT ON posts BEGIN"
    " INSERT INTO words(rowid, text) VALUES (new.id, new.text); END"
)


def orm(folder: Path, count: int) -> Speed:
    engine = create_engine(f"sqlite:///{folder}/orm.db")
    event.listen(
        engine, "connect", lambda raw, _: [raw.execute(f"PRAGMA {one}") for one in PRAGMAS]
    )
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(text(FTS))
        connection.execute(text(TRIGGER))

    def write(batch: list[Post]) -> None:
        with Session(engine) as session, session.begin():
            voices = {post.author.external_id: post.author for post in batch if post.author}
            wanted = select(AuthorRow).where(AuthorRow.external_id.in_(voices))
            known = {row.external_id: row for row in session.scalars(wanted)}
            for name, author in voices.items():
                if name not in known:
                    known[name] = AuthorRow(external_id=name, name=author.name)
                    session.add(known[name])
            session.flush()
            session.add_all(PostRow(**row) for row in plain(batch, known))

    speed = timed("SQLAlchemy ORM, add_all", count, write)
    engine.dispose()
    return speed


def plain(batch: list[Post], known: dict[str, AuthorRow]) -> Iterator[dict[str, Any]]:
    for post in batch:
        yield {
            "external_id": post.external_id,
            "kind": post.kind.value,
            "text": post.text,
            "created_at": int(post.created_at.timestamp() * 1e6),
            "author_id": known[post.author.external_id].id if post.author else 0,
            "parent": post.parent,
            "likes": post.engagement.likes,
            "fetched_at": int(NOW.timestamp() * 1e6),
        }


def raw(folder: Path, count: int) -> Speed:
    connection = sqlite3.connect(folder / "raw.db", isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(
        "CREATE TABLE posts (id INTEGER PRIMARY KEY, external_id TEXT UNIQUE, kind TEXT, text TEXT,"
        " created_at INTEGER, author TEXT, parent TEXT, likes INTEGER, fetched_at INTEGER)"
    )
    for column in ("created_at", "author", "parent"):
        connection.execute(f"CREATE INDEX posts_{column} ON posts({column})")
    connection.execute(FTS)
    connection.execute(TRIGGER)
    marks = ", ".join("?" * 8)
    names = "external_id, kind, text, created_at, author, parent, likes, fetched_at"
    statement = f"INSERT OR IGNORE INTO posts ({names}) VALUES ({marks})"

    def write(batch: list[Post]) -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(statement, map(row_of, batch))
        connection.execute("COMMIT")

    speed = timed("sqlite3, executemany", count, write)
    connection.close()
    return speed


def row_of(post: Post) -> tuple[Any, ...]:
    return (
        post.external_id,
        post.kind.value,
        post.text,
        int(post.created_at.timestamp() * 1e6),
        post.author.external_id if post.author else None,
        post.parent,
        post.engagement.likes,
        int(NOW.timestamp() * 1e6),
    )


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
