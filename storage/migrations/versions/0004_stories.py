"""The same story once; and an index of words that tells handles, tags and disguises.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from domain.words import fold, words

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_BATCH = 2_000


def upgrade() -> None:
    """Make the tables of stories, and fill the index of words anew."""
    _of_posts("story_due")
    _of_posts("story_marks", sa.Column("marks", sa.LargeBinary(), nullable=False))
    _of_posts(
        "story_posts",
        sa.Column("story_id", WHOLE, nullable=False),
        sa.Column("copy", WHOLE, nullable=False),
    )
    op.create_index(op.f("ix_story_posts_story_id"), "story_posts", ["story_id"], unique=False)
    op.execute("INSERT INTO story_due SELECT id FROM posts WHERE kind <> 'reaction'")
    _empty_index()
    _index_again()
    _fold_names_again()


def _of_posts(name: str, *columns: sa.Column[object]) -> None:
    op.create_table(
        name,
        sa.Column("post_id", WHOLE, autoincrement=False, nullable=False),
        *columns,
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f(f"fk_{name}_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("post_id", name=op.f(f"pk_{name}")),
    )


def _empty_index() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DELETE FROM post_tokens")
        return
    op.execute("DROP TABLE post_tokens")
    op.execute(
        "CREATE TABLE post_tokens (rowid bigint PRIMARY KEY, tokens text NOT NULL,"
        " words tsvector NOT NULL"
        " GENERATED ALWAYS AS (array_to_tsvector(string_to_array(tokens, ' '))) STORED)"
    )
    op.execute("CREATE INDEX ix_post_tokens_words ON post_tokens USING gin (words)")


def _index_again() -> None:
    connection = op.get_bind()
    batch = sa.text("SELECT id, title, text FROM posts WHERE id > :last ORDER BY id LIMIT :size")
    add = sa.text("INSERT INTO post_tokens (rowid, tokens) VALUES (:id, :tokens)")
    last = 0
    while rows := connection.execute(batch, {"last": last, "size": _BATCH}).all():
        contents = ((row.id, f"{row.title}\n{row.text}") for row in rows)
        told = [{"id": number, "tokens": " ".join(words(one))} for number, one in contents]
        connection.execute(add, told)
        last = rows[-1].id


def _fold_names_again() -> None:
    connection = op.get_bind()
    rows = connection.execute(sa.text("SELECT id, name, external_id, folded FROM authors"))
    folded = [(row.id, row.folded, fold(f"{row.name} {row.external_id}")) for row in rows]
    changed = [{"id": number, "folded": new} for number, old, new in folded if new != old]
    if changed:
        connection.execute(sa.text("UPDATE authors SET folded = :folded WHERE id = :id"), changed)
