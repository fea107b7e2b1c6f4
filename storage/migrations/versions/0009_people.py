"""Communities, adopters of what is new, prospects, and what these have met.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.columns import Json, Key, Moment, Whole, Words

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make their tables."""
    _communities()
    _community_people()
    _launches()
    _prospects()


def _whole(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, Whole(), autoincrement=False, nullable=nullable)


def _float(name: str, nullable: bool = False) -> sa.Column[float]:
    return sa.Column(name, sa.Float(), nullable=nullable)


def _keyed(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def _of(table: str, column: str, owner: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{owner}.id"], name=name, ondelete="CASCADE")


def _index(table: str, *columns: str, **options: Any) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns), **options)


def _communities() -> None:
    op.create_table(
        "communities",
        _whole("id"),
        sa.Column("born_at", Moment(), nullable=False),
        sa.Column("gone_at", Moment(), nullable=True),
        sa.Column("stages", Json(), nullable=True),
        sa.Column("topics", Json(), nullable=True),
        _keyed("communities", "id"),
    )
    op.create_table(
        "community_days",
        _whole("community_id"),
        sa.Column("day", Moment(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        _whole("members"),
        _whole("active"),
        _whole("acts"),
        _float("inside"),
        _float("mutual"),
        _whole("newcomers"),
        _of("community_days", "community_id", "communities"),
        _keyed("community_days", "community_id", "day"),
    )


def _community_people() -> None:
    op.create_table(
        "community_members",
        _whole("author_id"),
        _whole("community_id"),
        _of("community_members", "community_id", "communities"),
        _keyed("community_members", "author_id"),
    )
    _index("community_members", "community_id")
    op.create_table(
        "community_voices",
        _whole("community_id"),
        sa.Column("role", Key(), nullable=False),
        _whole("author_id"),
        _float("value"),
        _of("community_voices", "community_id", "communities"),
        _keyed("community_voices", "community_id", "role", "author_id"),
    )
    _index("community_voices", "author_id")


def _launches() -> None:
    op.create_table(
        "launches",
        sa.Column("id", Whole(), autoincrement=True, nullable=False),
        sa.Column("key", Key(), nullable=False),
        sa.Column("name", Words(), nullable=False),
        sa.Column("brand", Key(), nullable=False),
        _whole("found"),
        *(_float(name, True) for name in ("innovation", "imitation", "market", "distance")),
        _whole("fits", True),
        _keyed("launches", "id"),
        sa.UniqueConstraint("key", name=op.f("uq_launches_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "adoptions",
        _whole("launch_id"),
        _whole("author_id"),
        _whole("post_id"),
        sa.Column("at", Moment(), nullable=False),
        _whole("rank"),
        sa.Column("category", Key(), nullable=False),
        _float("led"),
        sa.Column("acts", Json(), nullable=True),
        _of("adoptions", "launch_id", "launches"),
        _of("adoptions", "post_id", "posts"),
        _keyed("adoptions", "launch_id", "author_id"),
    )
    _index("adoptions", "post_id")
    _index("adoptions", "author_id")


def _prospects() -> None:
    op.create_table(
        "prospects",
        sa.Column("brand", Key(), nullable=False),
        _whole("author_id"),
        _whole("post_id"),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("intent", Key(), nullable=False),
        _whole("later_posts"),
        sa.Column("later_intents", Json(), nullable=True),
        sa.Column("later_polarity", Key(), nullable=True),
        _of("prospects", "post_id", "posts"),
        _keyed("prospects", "brand", "author_id"),
    )
    _index("prospects", "post_id")
    _index("prospects", "author_id")
    _index("prospects", "brand", "since")
    op.create_table(
        "exposures",
        sa.Column("brand", Key(), nullable=False),
        _whole("author_id"),
        _whole("post_id"),
        sa.Column("certainty", Key(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        _of("exposures", "post_id", "posts"),
        _keyed("exposures", "brand", "author_id", "post_id"),
    )
    _index("exposures", "post_id")
    _index("exposures", "author_id")
