"""When a brand's own account answered an experience, and which account.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import Moment, Whole

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; the next weighing fills them."""
    op.add_column("experiences", sa.Column("answered_at", Moment()))
    op.add_column("experiences", sa.Column("answered_by", Whole()))
