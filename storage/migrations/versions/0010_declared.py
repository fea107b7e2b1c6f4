"""Feeds and sitemaps that crawled pages declare.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import Key, Moment, Whole, Words

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make their table."""
    op.create_table(
        "declared",
        sa.Column("source", Key(), nullable=False),
        sa.Column("url", Key(), nullable=False),
        sa.Column("what", Key(), nullable=False),
        sa.Column("title", Words(), nullable=False),
        sa.Column("pages", Whole(), autoincrement=False, nullable=False),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("source", "url", name=op.f("pk_declared")),
        comment="Feeds and sitemaps that the pages of a source name, and how many of them did.",
    )
