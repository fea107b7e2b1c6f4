"""The history of the tables: bring a database up to this Boca's state."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect

from domain.errors import StorageError
from storage import dialects
from storage.work_tables import metadata

_FOLDER = Path(__file__).parent


def migrate(engine: Engine, where: str) -> None:
    """Create the tables, or upgrade them; refuse a database that a newer Boca has written."""
    script = ScriptDirectory(str(_FOLDER))
    with engine.connect() as connection:
        dialects.begin_reading(connection)
        fit = _is_current(connection, script, where)
        connection.rollback()
        if fit:
            return
        dialects.begin_writing(connection)
        if not _is_current(connection, script, where):  # Another process may have been faster.
            _upgrade(connection)
        connection.commit()


def _is_current(connection: Connection, script: ScriptDirectory, where: str) -> bool:
    current = MigrationContext.configure(connection).get_current_revision()
    if current is None:
        _refuse_strangers(connection, where)
    elif current not in {revision.revision for revision in script.walk_revisions()}:
        what = "the database was written by a newer Boca"
        raise StorageError(what, where=where, todo="install that version, or restore a backup")
    return current == script.get_current_head()


def _refuse_strangers(connection: Connection, where: str) -> None:
    strange = set(inspect(connection).get_table_names()) & set(metadata.tables)
    if strange:
        what = "this database belongs to another program"
        raise StorageError(what, where=where, todo="let storage.url name another one")


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
