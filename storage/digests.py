"""The collection of digests: what was written to whom, for which day."""

from __future__ import annotations

import builtins
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, select

from domain.alerts import Digest
from storage.lookup import add_new, page
from storage.work_tables import digests


class Digests:
    """Keep one digest for each person, brand and local day."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, digest: Digest) -> bool:
        """Store a digest; False if there is one already for its person, brand and day."""
        row = {
            "person": digest.person,
            "brand": digest.brand,
            "local_date": digest.local_date,
            "written_at": digest.written_at,
            "message_keys": digest.message_keys,
            "subject": digest.subject,
            "html": digest.html,
        }
        return add_new(self._connection, digests, [row]) == 1

    def get(self, digest_id: int) -> Digest | None:
        """The digest of this id."""
        row = self._connection.execute(select(digests).where(digests.c.id == digest_id)).first()
        return None if row is None else _digest(row)

    def list(
        self, person: str | None = None, brand: str | None = None, limit: int = 30
    ) -> builtins.list[Digest]:
        """The latest digests, newest first."""
        query = select(digests).order_by(digests.c.id.desc())
        if person is not None:
            query = query.where(digests.c.person == person)
        if brand is not None:
            query = query.where(digests.c.brand == brand)
        return [_digest(row) for row in self._connection.execute(page(query, limit))]

    def exists(self, person: str, brand: str, local_date: date) -> bool:
        """Whether this person has a digest of this brand for this day."""
        query = select(digests.c.id).where(
            digests.c.person == person,
            digests.c.brand == brand,
            digests.c.local_date == local_date,
        )
        return self._connection.execute(query).first() is not None


def _digest(row: Row[Any]) -> Digest:
    return Digest(
        person=row.person,
        brand=row.brand,
        local_date=row.local_date,
        written_at=row.written_at,
        message_keys=tuple(row.message_keys or ()),
        subject=row.subject,
        html=row.html,
        id=row.id,
    )
