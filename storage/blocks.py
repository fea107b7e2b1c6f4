"""The log of acts and of all that was said, in blocks of post ids, each with a mark.

A cache of the log asks for the marks, and reads again only the blocks whose mark changed:
new posts change the last block, an erased, edited or vanished post the block it stood in.
"""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from storage.interactions import Act
from storage.posts import SAID, seconds
from storage.stamp_tables import stamps
from storage.stamps import BLOCK
from storage.tables import posts
from storage.work_tables import interactions


class Blocks:
    """Read the log block by block."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def marks(self) -> dict[int, int]:
        """The mark of every block; that of one whose rows are all gone stays."""
        rows = self._connection.execute(select(stamps.c.block, stamps.c.stamp))
        return {int(block): int(mark) for block, mark in rows}

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
