"""All that SQLite and PostgreSQL do differently, in one place."""

from __future__ import annotations

import os
import re
import sqlite3
import time
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    Table,
    create_engine,
    event,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite

_WRITERS = 0x626F6361
"""The PostgreSQL advisory lock of whoever writes: 'boca' in ASCII."""


def engine_for(url: URL, wait_seconds: float) -> Engine:
    """An engine whose connections are set up for durable, secure, patient work."""
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url)
        event.listen(engine, "connect", lambda raw, _: _set_up_sqlite(raw, wait_seconds))
        return engine
    wait = f"-c lock_timeout={round(wait_seconds * 1000)}"
    arguments = {"application_name": f"boca {os.getpid()}", "options": wait, "connect_timeout": 10}
    return create_engine(url, connect_args=arguments, pool_pre_ping=True)


def _set_up_sqlite(raw: Any, wait_seconds: float) -> None:
    raw.create_function("regexp", 2, _stands, deterministic=True)
    raw.isolation_level = None  # We say BEGIN ourselves: the driver would defer it.
    raw.execute(f"PRAGMA busy_timeout={round(wait_seconds * 1000)}")
    _write_ahead(raw, time.monotonic() + wait_seconds)
    for pragma in (
        "synchronous=FULL",
        "secure_delete=ON",
        "foreign_keys=ON",
        "temp_store=MEMORY",
        "cache_size=-8192",  # KiB a connection, in a process that lives for months
        "wal_autocheckpoint=8000",
    ):
        raw.execute(f"PRAGMA {pragma}")
    words = "temp.post_words USING fts5vocab(main, post_tokens, row)"
    raw.execute(f"CREATE VIRTUAL TABLE {words}")  # Last: temp_store drops what is temporary.


def _write_ahead(raw: Any, deadline: float) -> None:
    # Where two change the journal of a new file at once, SQLite fails one of them without a wait.
    while True:
        try:
            raw.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname != "SQLITE_BUSY" or time.monotonic() > deadline:
                raise
        time.sleep(0.01)


def begin_reading(connection: Connection) -> None:
    """Start a transaction that sees one state and may not write."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA query_only=ON")
        connection.exec_driver_sql("BEGIN")
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")


def begin_writing(connection: Connection) -> None:
    """Start a transaction as the only writer; wait for another one to finish."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA query_only=OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _WRITERS})


def insert_new(connection: Connection, table: Table) -> Any:
    """An INSERT that passes over rows whose key is there already."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()


def upsert(connection: Connection, table: Table, key: Sequence[str]) -> Any:
    """An INSERT that overwrites the row of the same key, and leaves its id alone."""
    inserting: Any
    if connection.dialect.name == "sqlite":
        inserting = sqlite.insert(table)
    else:
        inserting = postgresql.insert(table)
    fresh = {
        column.name: inserting.excluded[column.name]
        for column in table.columns
        if column.name not in (*key, "id")
    }
    return inserting.on_conflict_do_update(index_elements=list(key), set_=fresh)


def reserve(connection: Connection, table: Table, count: int) -> Sequence[int]:
    """Ids for so many new rows, higher than any that was ever given.

    On SQLite the rows must be inserted before the next call: they move the counter.
    """
    if connection.dialect.name == "sqlite":
        latest = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
        start = (connection.execute(latest, {"name": table.name}).scalar() or 0) + 1
        return range(start, start + count)
    numbers = text(
        "SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)"
    )
    return connection.scalars(numbers, {"name": table.name, "count": count}).all()


def _stands(pattern: str, tokens: str) -> bool:
    """SQLite's ``tokens REGEXP pattern``."""
    return re.search(pattern, tokens) is not None


def tidy(connection: Connection) -> None:
    """Merge what the index of words still holds of deleted posts."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("INSERT INTO post_tokens(post_tokens) VALUES ('optimize')")


def settle(connection: Connection) -> None:
    """Empty SQLite's log, where deleted texts would linger; outside any transaction."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
