"""The quarantine: what could not be used, and why."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select

from domain.posts import Rejected
from storage.lookup import add_new, page
from storage.work_tables import quarantine

_MOST_RAW = 2000


class Quarantine:
    """Keep rejected things, each once by source, place and code."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, rejected: Sequence[Rejected], at: datetime) -> int:
        """Store what was refused; how many were not known."""
        rows = [
            {
                "source": one.source,
                "where": one.where,
                "code": one.code,
                "detail": one.detail,
                "raw": one.raw[:_MOST_RAW],
                "at": at,
            }
            for one in rejected
        ]
        return add_new(self._connection, quarantine, rows)

    def list(self, source: str | None = None, limit: int = 100) -> builtins.list[Rejected]:
        """The latest, newest first."""
        query = select(quarantine).order_by(quarantine.c.id.desc())
        if source is not None:
            query = query.where(quarantine.c.source == source)
        return [
            Rejected(row.source, row.code, row.where, row.detail, row.raw)
            for row in self._connection.execute(page(query, limit))
        ]

    def counts(self) -> dict[tuple[str, str], int]:
        """How many there are of each (source, code)."""
        kinds = quarantine.c.source, quarantine.c.code
        query = select(*kinds, func.count()).group_by(*kinds)
        rows = self._connection.execute(query)
        return {(source, code): count for source, code, count in rows}
