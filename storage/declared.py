"""The collection of places that crawled pages declare."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from domain.sources import Declared
from storage.declared_tables import declared
from storage.dialects import upsert

_KEPT = timedelta(days=90)


class DeclaredPlaces:
    """Feeds and sitemaps by the source whose pages name them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, source: str, place: Declared, now: datetime) -> None:
        """Remember a place; what no page has named for three months is forgotten."""
        old = declared.c.source == source, declared.c.seen_at < now - _KEPT
        self._connection.execute(delete(declared).where(*old))
        row = {
            "source": source,
            "url": place.url,
            "what": place.what,
            "title": place.title,
            "pages": place.pages,
            "seen_at": now,
        }
        self._connection.execute(upsert(self._connection, declared, ["source", "url"]), row)

    def all(self) -> list[Declared]:
        """Every place, those that most pages name first."""
        query = select(declared).order_by(declared.c.pages.desc(), declared.c.url)
        rows = self._connection.execute(query)
        return [Declared(row.source, row.url, row.what, row.title, row.pages) for row in rows]
