"""Insert many rows quickly: without SQLAlchemy's work on every single value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, TableClause

from storage.columns import Json, Moment, micros, written


def insert_clean(
    connection: Connection, table: TableClause, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert rows that all have the same fields, their texts and numbers cleaned before."""
    if not rows:
        return
    names = list(rows[0])
    columns = [[row[name] for row in rows] for name in names]
    encoded = [
        _encoded(column, _encoder(table.c[name].type))
        for name, column in zip(names, columns, strict=True)
    ]
    quote = connection.dialect.identifier_preparer.quote
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    places, listed = ", ".join([mark] * len(names)), ", ".join(map(quote, names))
    statement = f"INSERT INTO {quote(table.name)} ({listed}) VALUES ({places})"  # noqa: S608
    connection.exec_driver_sql(statement, list(zip(*encoded, strict=True)))


def _encoder(kind: Any) -> Callable[[Any], Any] | None:
    if isinstance(kind, Moment):
        return micros
    return written if isinstance(kind, Json) else None


def _encoded(column: list[Any], encode: Callable[[Any], Any] | None) -> list[Any]:
    if encode is None:
        return column
    return [None if value is None else encode(value) for value in column]
