"""The log of acts and of all that was said, in blocks of post ids, each with a mark.

A cache of the log asks for the marks, and reads again only the blocks whose mark changed:
new posts change the last block, an erased, edited or vanished post the block it stood in.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Connection, Select, func, select, type_coerce

from storage.interactions import Act
from storage.posts import SAID, seconds
from storage.tables import posts
from storage.work_tables import interactions

BLOCK = 1 << 16
"""How many post ids are one block."""

_SECOND = 1_000_000

Mark = tuple[int, ...]
"""How many rows, and sums of their columns: different where the rows are."""


class Blocks:
    """Read the log block by block."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def act_marks(self) -> dict[int, Mark]:
        """The mark of every block with acts. O(acts), but nothing leaves the database."""
        columns = interactions.c
        on = func.coalesce(columns.on_post_id, 0)
        return self._marks(
            select(
                (columns.post_id // BLOCK).label("block"),
                func.count(),
                func.sum(columns.post_id % BLOCK),
                func.sum(columns.speaker_id),
                func.sum(columns.actor_id),
                func.sum(on),
                func.sum(type_coerce(columns.at, BigInteger) // _SECOND),
            )
        )

    def said_marks(self) -> dict[int, Mark]:
        """The mark of every block with something said."""
        columns = posts.c
        return self._marks(
            select(
                (columns.id // BLOCK).label("block"),
                func.count(),
                func.sum(columns.id % BLOCK),
                func.sum(columns.author_id),
                func.sum(type_coerce(columns.created_at, BigInteger) // _SECOND),
            ).where(SAID)
        )

    def acts(self, block: int) -> list[Act]:
        """The acts of one block, in order of post, speaker, kind."""
        columns = interactions.c
        query = (
            select(
                columns.speaker_id,
                columns.actor_id,
                seconds(columns.at),
                columns.post_id,
                func.coalesce(columns.on_post_id, 0),
                columns.kind,
            )
            .where(columns.post_id >= block * BLOCK, columns.post_id < (block + 1) * BLOCK)
            .order_by(columns.post_id, columns.speaker_id, columns.kind)
        )
        return [tuple(row) for row in self._connection.execute(query)]

    def said(self, block: int) -> list[tuple[int, float, int]]:
        """(author id, epoch seconds, post id) of what was said in one block, in order of post."""
        columns = posts.c
        query = (
            select(columns.author_id, seconds(columns.created_at), columns.id)
            .where(SAID, columns.id >= block * BLOCK, columns.id < (block + 1) * BLOCK)
            .order_by(columns.id)
        )
        return [tuple(row) for row in self._connection.execute(query)]

    def _marks(self, query: Select[Any]) -> dict[int, Mark]:
        rows = self._connection.execute(query.group_by("block"))
        return {int(block): tuple(int(value) for value in mark) for block, *mark in rows}
