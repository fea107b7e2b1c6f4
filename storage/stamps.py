"""Which blocks of the log changed: whoever changes what was said or done stamps its block.

Numbers are random, so that a store brought back from a copy never repeats one for other rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from secrets import randbits

from sqlalchemy import Connection

from storage.dialects import upsert
from storage.stamp_tables import stamps

BLOCK = 1 << 16
"""How many post ids are one block."""


def stamp(connection: Connection, post_ids: Iterable[int]) -> None:
    """Note that these posts, or acts that they made, are new, other than before, or gone."""
    blocks = {post_id // BLOCK for post_id in post_ids}
    if blocks:
        rows = [{"block": block, "stamp": randbits(62)} for block in blocks]
        connection.execute(upsert(connection, stamps, ["block"]), rows)
