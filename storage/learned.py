"""The collection of what steps learned and others need: small values by name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from storage.dialects import upsert
from storage.work_tables import learned


class Learned:
    """Keep the latest value of each thing learned."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, name: str, value: Mapping[str, Any], at: datetime) -> None:
        """Store a value (JSON) in place of the one before."""
        row = {"name": name, "value": value, "at": at}
        self._connection.execute(upsert(self._connection, learned, ["name"]), row)

    def forget(self, name: str) -> None:
        """Keep no value of this thing any more."""
        self._connection.execute(delete(learned).where(learned.c.name == name))

    def get(self, name: str) -> dict[str, Any] | None:
        """The latest value, if there is one."""
        value = self._connection.scalar(select(learned.c.value).where(learned.c.name == name))
        return dict(value) if value else None
