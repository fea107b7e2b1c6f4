"""An index of the posts whose views are counted: most sources count none.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make it, for newest first."""
    op.create_index(
        "ix_posts_viewed",
        "posts",
        ["id"],
        unique=False,
        sqlite_where=sa.text("views IS NOT NULL"),
        postgresql_where=sa.text("views IS NOT NULL"),
    )
