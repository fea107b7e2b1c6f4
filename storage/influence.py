"""The collection of influence: measures of authors."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select

from domain.influence import Influence
from storage.dialects import upsert
from storage.lookup import among, page, portions
from storage.work_tables import influences


class Influences:
    """Keep measures of authors. Questions about a measure mean the one over all topics."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def replace(self, measure: str, rows: Iterable[Influence]) -> None:
        """Put these in the place of the whole measure, all its topics."""
        self._connection.execute(delete(influences).where(influences.c.measure == measure))
        for portion in portions(map(_row, rows), 10_000):
            self._connection.execute(
                insert(influences), [row | {"measure": measure} for row in portion]
            )

    def renew(self, measure: str, rows: Iterable[Influence]) -> None:
        """Put these in the place of the same authors' over all topics, and of all of its topics."""
        measured = influences.c.measure == measure
        self._connection.execute(delete(influences).where(measured, influences.c.topic != ""))
        statement = upsert(self._connection, influences, ["measure", "topic", "author_id"])
        for portion in portions(map(_row, rows), 10_000):
            self._connection.execute(statement, [row | {"measure": measure} for row in portion])

    def of(self, author_id: int) -> list[Influence]:
        """Every measure of an author."""
        query = select(influences).where(influences.c.author_id == author_id)
        ordered = query.order_by(influences.c.measure, influences.c.topic)
        return [_influence(row) for row in self._connection.execute(ordered)]

    def many(self, measure: str, author_ids: Iterable[int]) -> dict[int, Influence]:
        """One measure of those of these authors that have it, by author id."""
        rows = among(self._connection, _of(measure), influences.c.author_id, author_ids)
        return {row.author_id: _influence(row) for row in rows}

    def top(self, measure: str, limit: int, offset: int = 0) -> list[Influence]:
        """The authors with the largest values, largest first."""
        best = _of(measure).order_by(influences.c.value.desc(), influences.c.author_id)
        return [_influence(row) for row in self._connection.execute(page(best, limit, offset))]

    def mean(self, measure: str) -> float | None:
        """The mean over all authors measured; None if there are none."""
        mean: float | None = self._connection.scalar(_of(measure, func.avg(influences.c.value)))
        return mean

    def count(self, measure: str) -> int:
        """How many authors have this measure."""
        return self._connection.scalar(_of(measure, func.count())) or 0


def _of(measure: str, *wanted: Any) -> Select[Any]:
    query = select(*(wanted or (influences,))).select_from(influences)
    return query.where(influences.c.measure == measure, influences.c.topic == "")


def _row(influence: Influence) -> dict[str, Any]:
    return {
        "author_id": influence.author_id,
        "topic": influence.topic,
        "value": influence.value,
        "low": influence.low,
        "high": influence.high,
        "measured_at": influence.measured_at,
    }


def _influence(row: Row[Any]) -> Influence:
    return Influence(
        row.author_id, row.measure, row.value, row.low, row.high, row.measured_at, row.topic
    )
