"""What the pipeline had found where a person gives a label, and why the person was asked.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import Words

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Widen the corrections."""
    op.add_column("corrections", sa.Column("found", Words(), nullable=True))
    op.add_column("corrections", sa.Column("asked", Words(), nullable=True))
