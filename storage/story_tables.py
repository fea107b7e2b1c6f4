"""The tables of stories: which posts tell the same one, and what finds them."""

from __future__ import annotations

from sqlalchemy import Column, Index, LargeBinary, Table

from storage.columns import Whole
from storage.tables import metadata, of_post

story_due = Table(
    "story_due",
    metadata,
    of_post(primary_key=True, autoincrement=False),
)
"""Posts to look at for copies: new, edited, gone or back, or next to one that is."""

story_marks = Table(
    "story_marks",
    metadata,
    of_post(primary_key=True, autoincrement=False),
    Column("marks", LargeBinary, nullable=False),
)
"""What a text is recognised by: posts that share a mark may tell the same story."""

story_posts = Table(
    "story_posts",
    metadata,
    of_post(primary_key=True, autoincrement=False),
    Column("story_id", Whole, nullable=False),
    Column("copy", Whole, nullable=False),
    Index(None, "story_id"),
)
"""Members of stories of two posts and more. A story's id is its first member's ever."""
