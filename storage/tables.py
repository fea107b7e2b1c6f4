"""The tables of what people say, with the field names of the dataclasses they keep.

Those of what Boca makes of it stand in ``work_tables``, in the same ``metadata``.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Float,
    ForeignKey,
    Index,
    MetaData,
    Table,
    UniqueConstraint,
    column,
    literal_column,
    table,
)

from storage.columns import Json, Key, Moment, Whole, Words

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
NUMBERED: dict[str, Any] = {"sqlite_autoincrement": True}
"""Ids are never used twice, not even after an erasure."""
ZERO: ColumnElement[int] = literal_column("0")
"""A zero written into the statement, as SQLite asks where a partial index is to be used."""


def numbered() -> Column[int]:
    """An id in order of arrival."""
    return Column("id", Whole, primary_key=True, autoincrement=True)


def of_post(**options: Any) -> Column[int]:
    """The post that a row hangs on, and goes with."""
    return Column("post_id", Whole, ForeignKey("posts.id", ondelete="CASCADE"), **options)


authors = Table(
    "authors",
    metadata,
    numbered(),
    Column("source", Key, nullable=False),
    Column("external_id", Key, nullable=False),
    Column("name", Words, nullable=False),
    Column("handle", Key, nullable=False),
    Column("folded", Words, nullable=False),
    Column("url", Words),
    Column("followers", Whole),
    Column("joined_at", Moment),
    Column("automated", Whole, nullable=False),
    UniqueConstraint("source", "external_id"),
    Index(None, "source", "handle"),
    **NUMBERED,
)

posts = Table(
    "posts",
    metadata,
    numbered(),
    Column("source", Key, nullable=False),
    Column("external_id", Key, nullable=False),
    Column("kind", Words, nullable=False),
    # The flags of the work to do stand before the long texts: SQLite reads no further.
    Column("linked", Whole, nullable=False, server_default="0"),
    Column("pipeline_id", Whole, nullable=False, server_default="0"),
    Column("author_id", Whole, ForeignKey("authors.id")),
    Column("created_at", Moment, nullable=False),
    Column("parent", Key),
    Column("thread", Key),
    Column("root", Key, nullable=False),
    Column("gone_at", Moment),
    Column("title", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("url", Words),
    Column("language", Words),
    Column("rating_value", Float),
    Column("rating_best", Float),
    Column("rating_worst", Float),
    Column("likes", Whole),
    Column("shares", Whole),
    Column("replies", Whole),
    Column("views", Whole),
    Column("quotes", Json),
    Column("quoted_text", Words, nullable=False),
    Column("accepted_answer", Key),
    Column("labels", Json),
    Column("edited_at", Moment),
    Column("fetched_at", Moment),
    UniqueConstraint("source", "external_id"),
    Index(None, "source", "root"),
    Index(None, "author_id"),
    # Covers trials (who spoke when) and the health of sources without touching a text.
    Index(None, "created_at", "source", "author_id", "kind", "gone_at"),
    **NUMBERED,
)
UNLINKED = posts.c.linked == ZERO
THERE = posts.c.gone_at.is_(None)
VIEWED = posts.c.views.is_not(None)
READABLE = (posts.c.kind != literal_column("'reaction'")) & THERE
Index("ix_posts_unlinked", posts.c.id, sqlite_where=UNLINKED, postgresql_where=UNLINKED)
Index("ix_posts_viewed", posts.c.id, sqlite_where=VIEWED, postgresql_where=VIEWED)
Index(
    "ix_posts_unanalysed",
    posts.c.pipeline_id,
    posts.c.id,
    sqlite_where=READABLE,
    postgresql_where=READABLE,
)

post_tokens = table("post_tokens", column("rowid", Whole), column("tokens"))
"""The index of words: a virtual table on SQLite, so the migrations alone make it."""

awaited = Table(
    "awaited",
    metadata,
    Column("source", Key, primary_key=True),
    Column("external_id", Key, primary_key=True),
    of_post(primary_key=True, index=True),
    comment="Posts that speak of one not seen yet: they are linked again when it arrives.",
)

versions = Table(
    "versions",
    metadata,
    numbered(),
    of_post(nullable=False, index=True),
    Column("title", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("rating_value", Float),
    Column("rating_best", Float),
    Column("rating_worst", Float),
    Column("seen_at", Moment, nullable=False),
    **NUMBERED,
)

pipelines = Table(
    "pipelines",
    metadata,
    numbered(),
    Column("version", Key, nullable=False, unique=True),
    **NUMBERED,
)

analyses = Table(
    "analyses",
    metadata,
    of_post(primary_key=True, autoincrement=False),
    Column("grouped", Whole, nullable=False, server_default="0"),
    Column("created_at", Moment, nullable=False),
    Column("language", Words, nullable=False),
    Column("polarity", Words, nullable=False),
    Column("score", Float, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("evidence_start", Whole),
    Column("evidence_end", Whole),
    Column("stage", Key),
    Column("stages", Json),
    Column("version", Words, nullable=False),
    Column("analysed_at", Moment, nullable=False),
    Index(None, "created_at", "polarity", "stage"),
)
UNGROUPED = analyses.c.grouped == ZERO
Index(
    "ix_analyses_ungrouped", analyses.c.post_id, sqlite_where=UNGROUPED, postgresql_where=UNGROUPED
)

mentions = Table(
    "mentions",
    metadata,
    of_post(primary_key=True, autoincrement=False),
    Column("position", Whole, primary_key=True, autoincrement=False),
    Column("brand", Key, nullable=False),
    Column("start", Whole),
    Column("end", Whole),
    Column("repeated", Whole, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("polarity", Words, nullable=False),
    Column("stage", Key),
    # Covers every count by brand and time: one entry for a post and brand has repeated = 0.
    Index(None, "brand", "repeated", "created_at", "polarity", "stage", "post_id"),
)

opinions = Table(
    "opinions",
    metadata,
    of_post(primary_key=True, autoincrement=False),
    Column("position", Whole, primary_key=True, autoincrement=False),
    Column("aspect", Key, nullable=False),
    Column("polarity", Words, nullable=False),
    Column("score", Float, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("start", Whole, nullable=False),
    Column("end", Whole, nullable=False),
    Index(None, "aspect", "polarity"),
)

corrections = Table(
    "corrections",
    metadata,
    numbered(),
    of_post(nullable=False, index=True),
    Column("label", Words, nullable=False),
    Column("value", Words, nullable=False),
    Column("person", Key, nullable=False),
    Column("at", Moment, nullable=False),
    # What the pipeline had found before any person spoke: how often it is right is told by it.
    Column("found", Words),
    Column("asked", Words),
    **NUMBERED,
)
