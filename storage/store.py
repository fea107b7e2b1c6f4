"""The store: open it, read one state of it, write to it as the only one."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError

from domain.errors import StorageError
from storage import dialects, pruning
from storage.failures import told
from storage.instance import instance_lock
from storage.migrations import migrate
from storage.settings import StorageSettings
from storage.unit import Unit

_KNOWN = ("sqlite", "postgresql")


class Store:
    """Everything Boca knows. Safe to share between threads; each unit belongs to one."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.where = engine.url.render_as_string(hide_password=True)

    @contextmanager
    def reading(self) -> Iterator[Unit]:
        """One state of everything, whatever others write meanwhile."""
        with told(self.where), self._engine.connect() as connection:
            dialects.begin_reading(connection)
            yield Unit(connection)

    @contextmanager
    def writing(self) -> Iterator[Unit]:
        """One transaction: all of it is kept at the end, or nothing after an exception.

        Raises StorageBusy where another process writes for longer than
        ``wait_seconds``, StorageFull where the disk has no place left.
        """
        with told(self.where), self._engine.connect() as connection:
            dialects.begin_writing(connection)
            yield Unit(connection)
            connection.commit()

    @contextmanager
    def rehearsing(self) -> Iterator[Unit]:
        """One transaction like ``writing``, of which nothing is kept."""
        with told(self.where), self._engine.connect() as connection:
            dialects.begin_writing(connection)
            yield Unit(connection)
            connection.rollback()

    @contextmanager
    def instance_lock(self, name: str) -> Iterator[None]:
        """Be the only process that does ``name`` on this store, or raise AlreadyRunning."""
        with told(self.where), instance_lock(self._engine, name):
            yield

    def prune(self, before: datetime) -> int:
        """Erase posts older than that and all that hangs on them; how many there were."""
        with told(self.where):
            return pruning.prune(self._engine, before)

    def close(self) -> None:
        """Give back every connection."""
        self._engine.dispose()


def open_store(settings: StorageSettings) -> Store:
    """Open the database, create or upgrade its tables, and raise StorageError if it is unfit."""
    url = _url(settings)
    store = Store(dialects.engine_for(url, settings.wait_seconds))
    with contextlib.ExitStack() as undo:
        undo.callback(store.close)
        with told(store.where):
            migrate(store._engine, store.where)
        undo.pop_all()
    return store


def _url(settings: StorageSettings) -> URL:
    try:
        url = make_url(settings.url)
    except ArgumentError as error:
        raise _unfit("storage.url is not the address of a database") from error
    if url.get_backend_name() not in _KNOWN:
        raise _unfit(f"storage.url names {url.get_backend_name()}, which Boca cannot use")
    if url.get_backend_name() == "sqlite":
        _make_folder(url)
    elif url.get_driver_name() != "psycopg":
        url = url.set(drivername="postgresql+psycopg")
    return _with_password(url, settings)


def _unfit(what: str) -> StorageError:
    todo = "write sqlite:///FOLDER/FILE.db or postgresql+psycopg://USER@HOST/NAME"
    return StorageError(what, where="config.yaml", todo=todo)


def _make_folder(url: URL) -> None:
    if url.database in (None, "", ":memory:"):
        raise _unfit("storage.url names no file")
    folder = Path(str(url.database)).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        todo = "check that storage.url names a file in a folder you may write to"
        raise StorageError(
            "the database's folder cannot be made", where=str(folder), todo=todo
        ) from error


def _with_password(url: URL, settings: StorageSettings) -> URL:
    if settings.password is not None:
        return url.set(password=settings.password.get_secret_value())
    if settings.password_file is None:
        return url
    try:
        return url.set(password=settings.password_file.read_text().strip())
    except OSError as error:
        where = str(settings.password_file)
        raise StorageError(
            "the file with the database's password cannot be read",
            where=where,
            todo="correct storage.password_file, or who may read it",
        ) from error
