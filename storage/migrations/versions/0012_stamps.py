"""A stamp for each block of the log, so that what changed is known without reading it.

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

from secrets import randbits

import sqlalchemy as sa
from alembic import op

from storage.columns import Whole

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_BLOCK = 1 << 16


def upgrade() -> None:
    """Make the table, and stamp the blocks of all posts that are there."""
    made = op.create_table(
        "stamps",
        sa.Column("block", Whole(), autoincrement=False, nullable=False),
        sa.Column("stamp", Whole(), nullable=False),
        sa.PrimaryKeyConstraint("block", name=op.f("pk_stamps")),
        comment="A new number for a block of the log whenever an act or a word in it changes.",
    )
    posts = sa.table("posts", sa.column("id", sa.BigInteger))
    blocks = op.get_bind().scalars(sa.select(posts.c.id // _BLOCK).distinct()).all()
    op.bulk_insert(made, [{"block": block, "stamp": randbits(62)} for block in blocks])
