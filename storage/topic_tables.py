"""The tables of topics: the vectors they are found in, the topics, and what became of them."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Index, LargeBinary, Table

from storage.columns import Json, Key, Moment, Whole, Words
from storage.tables import NUMBERED, ZERO, metadata, numbered, of_post

topics = Table(
    "topics",
    metadata,
    numbered(),
    Column("words", Json),
    Column("name", Words, nullable=False),
    Column("born_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False, index=True),
    Column("merged_into", Whole, index=True),
    Column("middle", LargeBinary, nullable=False),
    Column("weight", Float, nullable=False),
    **NUMBERED,
)

post_topics = Table(
    "post_topics",
    metadata,
    of_post(primary_key=True, autoincrement=False),
    Column("created_at", Moment, nullable=False),
    # 0: to be looked at. 1: looked at. 2: a person has placed it.
    Column("placed", Whole, nullable=False),
    Column("topic_id", Whole, ForeignKey("topics.id")),
    Column("vector", LargeBinary),
    Index(None, "topic_id", "created_at"),
    Index(None, "created_at", "topic_id"),
)
UNPLACED = post_topics.c.placed == ZERO
Index(
    "ix_post_topics_unplaced",
    post_topics.c.post_id,
    sqlite_where=UNPLACED,
    postgresql_where=UNPLACED,
)

topic_events = Table(
    "topic_events",
    metadata,
    numbered(),
    Column("topic_id", Whole, ForeignKey("topics.id"), nullable=False, index=True),
    Column("change", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("other", Whole),
    Column("person", Key, nullable=False),
    **NUMBERED,
)
