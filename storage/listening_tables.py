"""The tables of listening itself: threads to look at again, posts to fetch, rules of robots."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table

from storage.columns import Key, Moment, Whole, Words
from storage.tables import metadata

threads = Table(
    "threads",
    metadata,
    Column("source", Key, primary_key=True),
    Column("root", Key, primary_key=True),
    Column("grown_at", Moment, nullable=False),
    Column("visited_at", Moment),
    Column("replies", Whole),
    Column("due_at", Moment),
    Index(None, "source", "due_at"),
    comment="Threads followed as long as they grow; one that is given up has no due_at.",
)

fetches = Table(
    "fetches",
    metadata,
    Column("source", Key, primary_key=True),
    Column("external_id", Key, primary_key=True),
    Column("tries", Whole, nullable=False),
    Column("due_at", Moment),
    comment="Posts awaited that were asked for and did not come; given up without due_at.",
)

robots = Table(
    "robots",
    metadata,
    Column("source", Key, primary_key=True),
    Column("origin", Key, primary_key=True),
    Column("fetched_at", Moment, nullable=False),
    Column("status", Whole, nullable=False),
    Column("body", Words, nullable=False),
    Index(None, "origin", "fetched_at"),
    comment="What each robots.txt said, for a day; a source's next visit need not ask again.",
)
