"""A database's own complaints, told as ours: what happened, where, what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from domain.errors import StorageBusy, StorageError, StorageFull

_BUSY = ("another process is writing to the database", "try again when it is done")
_FULL = ("the disk is full; nothing of this was written", "free some space and run it again")

_SQLITE: dict[int, tuple[str, str]] = {
    sqlite3.SQLITE_PERM: ("the database may not be opened", "check who owns the file"),
    sqlite3.SQLITE_READONLY: (
        "the database can only be read",
        "check who owns the file and its folder",
    ),
    sqlite3.SQLITE_IOERR: ("the disk failed", "check the disk, then run it again"),
    sqlite3.SQLITE_CORRUPT: ("the database is damaged", "put back a backup"),
    sqlite3.SQLITE_CANTOPEN: (
        "the database cannot be opened",
        "check that storage.url names a file in a folder you may write to",
    ),
    sqlite3.SQLITE_NOTADB: (
        "this file is not a database",
        "let storage.url name another file",
    ),
}

_POSTGRES: dict[str, tuple[str, str]] = {
    "08": ("the database server does not answer", "check storage.url and that the server runs"),
    "28": ("the database server refuses us", "check the user and password of the database"),
    "3D": ("the database server has no such database", "create it, or correct storage.url"),
    "25": ("the database can only be read", "let storage.url name the primary server"),
    "42501": ("the database user may not do this", "grant it the right to create tables"),
    "57P": ("the database server is shutting down", "run it again when it is back"),
}
_POSTGRES_BUSY = {"55P03", "40001", "40P01"}
_POSTGRES_FULL = {"53100"}


@contextmanager
def told(where: str) -> Iterator[None]:
    """Raise a StorageError for what the database cannot do; bugs keep their own name."""
    try:
        yield
    except PoolTimeout as error:
        raise StorageBusy(*_BUSY[:1], where=where, todo=_BUSY[1]) from error
    except DBAPIError as error:
        ours = _ours(error.orig, where)
        if ours is None:
            raise
        raise ours from error


def _ours(error: BaseException | None, where: str) -> StorageError | None:
    if isinstance(error, sqlite3.Error):
        return _of_sqlite(error, where)
    return _of_postgres(error, where)


def _of_sqlite(error: sqlite3.Error, where: str) -> StorageError | None:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StorageBusy(_BUSY[0], where=where, todo=_BUSY[1])
    if code == sqlite3.SQLITE_FULL:
        return StorageFull(_FULL[0], where=where, todo=_FULL[1])
    if code not in _SQLITE:
        return None
    what, todo = _SQLITE[code]
    return StorageError(what, where=where, todo=todo)


def _of_postgres(error: BaseException | None, where: str) -> StorageError | None:
    state: str | None = getattr(error, "sqlstate", None)
    if state is None:
        # A connection that never was, or broke, has no state of its own.
        what, todo = _POSTGRES["08"]
        lost = type(error).__name__ in ("OperationalError", "ConnectionTimeout")
        return StorageError(what, where=where, todo=todo) if lost else None
    if state in _POSTGRES_BUSY:
        return StorageBusy(_BUSY[0], where=where, todo=_BUSY[1])
    if state in _POSTGRES_FULL:
        return StorageFull(_FULL[0], where=where, todo=_FULL[1])
    for start, (what, todo) in _POSTGRES.items():
        if state.startswith(start):
            return StorageError(what, where=where, todo=todo)
    return None
