"""Topics: the vectors they are found in, the topics, and what became of them.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import Json, Key, Moment, Whole, Words

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make their tables."""
    _topics()
    _posts()
    op.create_table(
        "topic_events",
        sa.Column("id", Whole(), autoincrement=True, nullable=False),
        sa.Column("topic_id", Whole(), nullable=False),
        sa.Column("change", Words(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("other", Whole(), nullable=True),
        sa.Column("person", Key(), nullable=False),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("fk_topic_events_topic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic_events")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_topic_events_topic_id"), "topic_events", ["topic_id"])


def _topics() -> None:
    op.create_table(
        "topics",
        sa.Column("id", Whole(), autoincrement=True, nullable=False),
        sa.Column("words", Json(), nullable=True),
        sa.Column("name", Words(), nullable=False),
        sa.Column("born_at", Moment(), nullable=False),
        sa.Column("last_at", Moment(), nullable=False),
        sa.Column("merged_into", Whole(), nullable=True),
        sa.Column("middle", sa.LargeBinary(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topics")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_topics_last_at"), "topics", ["last_at"])
    op.create_index(op.f("ix_topics_merged_into"), "topics", ["merged_into"])


def _posts() -> None:
    op.create_table(
        "post_topics",
        sa.Column("post_id", Whole(), autoincrement=False, nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("placed", Whole(), nullable=False),
        sa.Column("topic_id", Whole(), nullable=True),
        sa.Column("vector", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_post_topics_post_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("fk_post_topics_topic_id")),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_post_topics")),
    )
    op.create_index(
        op.f("ix_post_topics_topic_id_created_at"), "post_topics", ["topic_id", "created_at"]
    )
    op.create_index(
        op.f("ix_post_topics_created_at_topic_id"), "post_topics", ["created_at", "topic_id"]
    )
    unplaced = sa.text("placed = 0")
    op.create_index(
        "ix_post_topics_unplaced",
        "post_topics",
        ["post_id"],
        sqlite_where=unplaced,
        postgresql_where=unplaced,
    )
