"""The table of places that crawled pages declare: their feeds and sitemaps."""

from __future__ import annotations

from sqlalchemy import Column, Table

from storage.columns import Key, Moment, Whole, Words
from storage.tables import metadata

declared = Table(
    "declared",
    metadata,
    Column("source", Key, primary_key=True),
    Column("url", Key, primary_key=True),
    Column("what", Key, nullable=False),
    Column("title", Words, nullable=False),
    Column("pages", Whole, nullable=False),
    Column("seen_at", Moment, nullable=False),
    comment="Feeds and sitemaps that the pages of a source name, and how many of them did.",
)
