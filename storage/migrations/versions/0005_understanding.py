"""What a post wants, does, names and weighs: intents, acts, severity, urgency, entities.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the three tables."""
    _understandings()
    _signs()
    _entities()


def _post(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("post_id", WHOLE, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f(f"fk_{table}_post_id"), ondelete="CASCADE"
        ),
    ]


def _understandings() -> None:
    op.create_table(
        "understandings",
        *_post("understandings"),
        sa.Column("severity", sa.Float(), nullable=False),
        sa.Column("urgency", sa.Float(), nullable=False),
        sa.Column("official", WHOLE, nullable=False),
        sa.Column("variety", sa.Text(), nullable=True),
        sa.Column("details", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_understandings")),
    )
    op.create_index(op.f("ix_understandings_urgency"), "understandings", ["urgency"])


def _signs() -> None:
    op.create_table(
        "signs",
        *_post("signs"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("start", WHOLE, nullable=True),
        sa.Column("end", WHOLE, nullable=True),
        sa.PrimaryKeyConstraint("post_id", "kind", "name", name=op.f("pk_signs")),
        comment="Intents and acts: one row for each that a post shows.",
    )
    op.create_index(op.f("ix_signs_kind_name_post_id"), "signs", ["kind", "name", "post_id"])


def _entities() -> None:
    op.create_table(
        "entities",
        *_post("entities"),
        sa.Column("position", WHOLE, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("start", WHOLE, nullable=False),
        sa.Column("end", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("post_id", "position", name=op.f("pk_entities")),
    )
    op.create_index(op.f("ix_entities_kind_value"), "entities", ["kind", "value"])
