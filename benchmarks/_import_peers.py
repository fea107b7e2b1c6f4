"""The peers of benchmarks/storage_import.py: the same posts through an ORM and through sqlite3."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from _import_load import NOW, Speed, timed
from sqlalchemy import ForeignKey, create_engine, event, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from domain.posts import Post

PRAGMAS = "busy_timeout=10000", "journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"


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
