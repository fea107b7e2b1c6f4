"""Databases for the tests: SQLite, and PostgreSQL where BOCA_TEST_POSTGRES names a server."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from storage import open_store
from storage.settings import StorageSettings

SERVER = os.environ.get("BOCA_TEST_POSTGRES")


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database with every table and no rows, to be copied."""
    path = tmp_path_factory.mktemp("storage") / "migrated.db"
    open_store(StorageSettings(url=f"sqlite:///{path}")).close()
    return path


@pytest.fixture(scope="session")
def make_database() -> Iterator[Callable[[], str]]:
    """Make empty PostgreSQL databases, and drop them at the end."""
    if SERVER is None:
        pytest.skip("BOCA_TEST_POSTGRES names no PostgreSQL server")
    engine = create_engine(SERVER, isolation_level="AUTOCOMMIT")
    made: list[str] = []

    def make() -> str:
        name = f"boca_test_{os.getpid()}_{len(made)}"
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        made.append(name)
        return make_url(SERVER).set(database=name).render_as_string(hide_password=False)

    yield make
    with engine.connect() as connection:
        for name in made:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()
