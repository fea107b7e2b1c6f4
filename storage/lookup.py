"""Ask for many rows by key, in portions that every database takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Select, Table

from storage.columns import bounded
from storage.dialects import insert_new

_Item = TypeVar("_Item")
PORTION = 1000
MOST = 10_000


def portions(items: Iterable[_Item], size: int = PORTION) -> Iterator[list[_Item]]:
    """The items in lists of at most ``size``."""
    left = iter(items)
    while portion := list(islice(left, size)):
        yield portion


def among(
    connection: Connection, query: Select[Any], column: Any, values: Iterable[Any]
) -> Iterator[Row[Any]]:
    """The rows of a query whose column holds one of these values."""
    for portion in portions(dict.fromkeys(values)):
        yield from connection.execute(query.where(column.in_(portion)))


def among_keys(
    connection: Connection, query: Select[Any], table: Table, keys: Iterable[tuple[str, str]]
) -> Iterator[Row[Any]]:
    """The rows of a query whose (source, external_id) is one of these keys."""
    by_source: dict[str, list[str]] = {}
    for source, external_id in keys:
        by_source.setdefault(source, []).append(external_id)
    for source, external_ids in by_source.items():
        of_source = query.where(table.c.source == source)
        yield from among(connection, of_source, table.c.external_id, external_ids)


def page(query: Select[Any], limit: int, offset: int = 0) -> Select[Any]:
    """So many rows of a query: never fewer than none, never more than 10,000."""
    query = query.limit(max(0, min(limit, MOST)))
    return query.offset(max(0, bounded(offset))) if offset else query


def batches(
    connection: Connection, query: Select[Any], size: int = 10_000
) -> Iterator[list[tuple[Any, ...]]]:
    """A long answer in lists of plain tuples, never all at once."""
    result = connection.execute(query, execution_options={"yield_per": size})
    for partition in result.partitions():
        yield [tuple(row) for row in partition]


def add_new(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> int:
    """Insert those rows whose key is not there yet; how many they were."""
    if not rows:
        return 0
    inserting = insert_new(connection, table)
    options = {"preserve_rowcount": True}
    return connection.execute(inserting, list(rows), execution_options=options).rowcount


def change_each(connection: Connection, statement: Any, rows: Iterable[dict[str, Any]]) -> None:
    """Run a statement once for each row of values, if there is any."""
    listed = list(rows)
    if listed:
        connection.execute(statement, listed)
