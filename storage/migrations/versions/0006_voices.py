"""Communities, adopters, exposure, and voices that act in concert.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables of voices."""
    _suspicions()


def _suspicions() -> None:
    op.create_table(
        "suspicions",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("about", WHOLE, nullable=False),
        sa.Column("author_ids", sa.Text(), nullable=True),
        sa.Column("acts", WHOLE, nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("since", WHOLE, nullable=False),
        sa.Column("until", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspicions")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "suspects",
        sa.Column("author_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("suspicion_id", WHOLE, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["suspicion_id"],
            ["suspicions.id"],
            name=op.f("fk_suspects_suspicion_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("author_id", "suspicion_id", name=op.f("pk_suspects")),
    )
    op.create_index(op.f("ix_suspects_suspicion_id"), "suspects", ["suspicion_id"])
