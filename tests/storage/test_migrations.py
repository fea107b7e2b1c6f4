import sqlite3
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import make_url, text

from domain.errors import StorageError
from storage import open_store
from storage.dialects import engine_for
from storage.settings import StorageSettings
from storage.work_tables import metadata


def ours(name, kind, _parents):
    return not (kind == "table" and name.startswith("post_tokens"))


def test_the_migrated_tables_are_those_of_the_code(store):
    with store._engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True, "include_name": ours}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


def test_partial_indexes_are_those_of_the_code(tmp_path):
    """Alembic does not compare the conditions of indexes."""
    from sqlalchemy import create_engine

    open_store(StorageSettings(url=f"sqlite:///{tmp_path}/migrated.db")).close()
    engine = create_engine(f"sqlite:///{tmp_path}/made.db")
    metadata.create_all(engine)
    engine.dispose()
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    found = []
    for name in ("migrated", "made"):
        raw = sqlite3.connect(tmp_path / f"{name}.db")
        found.append({name: " ".join(sql.split()) for name, sql in raw.execute(query)})
        raw.close()
    assert found[0] == found[1]


def test_opening_again_changes_nothing(url):
    for _ in range(2):
        open_store(StorageSettings(url=url)).close()


def test_a_database_from_a_newer_boca_is_refused_and_left_alone(store, url):
    store.close()
    with store._engine.begin() as connection:
        ours = connection.scalar(text("SELECT version_num FROM alembic_version"))
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    try:
        with pytest.raises(StorageError, match="newer Boca") as caught:
            open_store(StorageSettings(url=url))
        assert "install that version" in str(caught.value)
    finally:
        with store._engine.begin() as connection:
            version = connection.scalar(text("SELECT version_num FROM alembic_version"))
            back = text("UPDATE alembic_version SET version_num = :ours")
            connection.execute(back, {"ours": ours})
    assert version == "9999"


def open_together(url):
    settings = StorageSettings(url=url, wait_seconds=30)
    with ThreadPoolExecutor(4) as pool:
        for store in list(pool.map(open_store, [settings] * 4)):
            with store.reading() as unit:
                assert unit.posts.count() == 0
            store.close()


def test_several_may_open_a_new_file_at_once(tmp_path):
    open_together(f"sqlite:///{tmp_path}/new.db")


def test_several_may_change_the_journal_of_a_new_file_at_once(tmp_path):
    """SQLite fails one of two without a wait, every few files: hence many files."""
    together = Barrier(4)

    def journal(number):
        engine = engine_for(make_url(f"sqlite:///{tmp_path}/{number // 4}.db"), wait_seconds=30)
        together.wait(30)
        try:
            with engine.connect() as connection:
                return connection.scalar(text("PRAGMA journal_mode"))
        finally:
            engine.dispose()

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(journal, range(200))) == {"wal"}


def test_several_may_open_a_new_server_database_at_once(make_database):
    open_together(make_database())
