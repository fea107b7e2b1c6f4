"""Indexes that hold all that a brand's totals and the posts behind them ask for.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let mentions be counted with their posts, and experiences by brand and time."""
    op.drop_index(op.f("ix_mentions_brand_repeated_created_at_polarity_stage"), "mentions")
    op.create_index(
        op.f("ix_mentions_brand_repeated_created_at_polarity_stage_post_id"),
        "mentions",
        ["brand", "repeated", "created_at", "polarity", "stage", "post_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_experiences_brand_last_told_at"),
        "experiences",
        ["brand", "last_told_at"],
        unique=False,
    )
