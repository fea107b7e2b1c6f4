"""What is due where: threads to follow, posts to fetch, robots rules, and sources' habits.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make room for what listening remembers; counts leave gone posts out by index alone."""
    _threads()
    _fetches()
    _robots()
    op.create_index(op.f("ix_alerts_experience_id"), "alerts", ["experience_id"], unique=False)
    op.add_column("crawls", sa.Column("posts_new", WHOLE, server_default="0", nullable=False))
    op.drop_index(op.f("ix_posts_created_at_source_author_id_kind"), "posts")
    op.create_index(
        op.f("ix_posts_created_at_source_author_id_kind_gone_at"),
        "posts",
        ["created_at", "source", "author_id", "kind", "gone_at"],
        unique=False,
    )


def _threads() -> None:
    op.create_table(
        "threads",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("grown_at", WHOLE, nullable=False),
        sa.Column("visited_at", WHOLE, nullable=True),
        sa.Column("replies", WHOLE, nullable=True),
        sa.Column("due_at", WHOLE, nullable=True),
        sa.PrimaryKeyConstraint("source", "root", name=op.f("pk_threads")),
        comment="Threads followed as long as they grow; one that is given up has no due_at.",
    )
    op.create_index(op.f("ix_threads_source_due_at"), "threads", ["source", "due_at"], unique=False)


def _fetches() -> None:
    op.create_table(
        "fetches",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("tries", WHOLE, nullable=False),
        sa.Column("due_at", WHOLE, nullable=True),
        sa.PrimaryKeyConstraint("source", "external_id", name=op.f("pk_fetches")),
        comment="Posts awaited that were asked for and did not come; given up without due_at.",
    )


def _robots() -> None:
    op.create_table(
        "robots",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("fetched_at", WHOLE, nullable=False),
        sa.Column("status", WHOLE, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source", "origin", name=op.f("pk_robots")),
        comment="What each robots.txt said, for a day; a source's next visit need not ask again.",
    )
    op.create_index(
        op.f("ix_robots_origin_fetched_at"), "robots", ["origin", "fetched_at"], unique=False
    )
