"""One process for one job on one store, released by the system however the process ends."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from sqlalchemy import Engine, text

from domain.errors import AlreadyRunning


def instance_lock(engine: Engine, name: str) -> AbstractContextManager[None]:
    """Hold the lock of this name while inside; AlreadyRunning if another process does."""
    if engine.dialect.name == "sqlite":
        return _file_lock(Path(str(engine.url.database)), name)
    return _advisory_lock(engine, name)


def _already(name: str, holder: str, where: str) -> AlreadyRunning:
    what = f"another Boca already does '{name}' ({holder})"
    return AlreadyRunning(what, where=where, todo="wait for it to end, or stop it first")


@contextmanager
def _file_lock(database: Path, name: str) -> Iterator[None]:
    plain = re.sub(r"[^\w-]", "_", name)
    path = database.with_name(f"{database.name}.{plain}.lock")
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            holder = f"process {file.read().strip() or 'unknown'}"
            raise _already(name, holder, str(path)) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield  # Closing the file releases it; the file stays, so that nobody locks a ghost.


_TRY = text("SELECT pg_try_advisory_lock(:lock)")
_RELEASE = text("SELECT pg_advisory_unlock(:lock)")
_HOLDER = text(
    "SELECT application_name FROM pg_stat_activity JOIN pg_locks USING (pid)"
    " WHERE locktype = 'advisory' AND granted AND objsubid = 1"
    " AND (classid::bigint << 32 | objid::bigint) = :lock LIMIT 1"
)


@contextmanager
def _advisory_lock(engine: Engine, name: str) -> Iterator[None]:
    digest = hashlib.sha256(f"boca {name}".encode()).digest()
    number = {"lock": int.from_bytes(digest[:8], signed=True)}
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.scalar(_TRY, number):
            holder = str(connection.scalar(_HOLDER, number) or "boca unknown")
            process = holder.replace("boca", "process", 1)
            raise _already(name, process, engine.url.render_as_string(hide_password=True))
        try:
            yield
        finally:
            connection.execute(_RELEASE, number)
