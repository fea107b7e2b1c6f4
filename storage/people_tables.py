"""The tables of people: communities, those who take up what is new, and those who may buy."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Index, Table

from storage.columns import Json, Key, Moment, Whole, Words
from storage.tables import NUMBERED, metadata, numbered, of_post


def _of(table: str, name: str) -> Column[int]:
    """The row of another table that a row hangs on, and goes with."""
    owner = ForeignKey(f"{table}.id", ondelete="CASCADE")
    return Column(name, Whole, owner, primary_key=True, autoincrement=False)


communities = Table(
    "communities",
    metadata,
    # Numbered by whoever finds them, so that they keep their ids from day to day.
    Column("id", Whole, primary_key=True, autoincrement=False),
    Column("born_at", Moment, nullable=False),
    Column("gone_at", Moment),
    Column("stages", Json),
    Column("topics", Json),
)

community_days = Table(
    "community_days",
    metadata,
    _of("communities", "community_id"),
    Column("day", Moment, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("members", Whole, nullable=False),
    Column("active", Whole, nullable=False),
    Column("acts", Whole, nullable=False),
    Column("inside", Float, nullable=False),
    Column("mutual", Float, nullable=False),
    Column("newcomers", Whole, nullable=False),
)

community_members = Table(
    "community_members",
    metadata,
    Column("author_id", Whole, primary_key=True, autoincrement=False),
    Column(
        "community_id",
        Whole,
        ForeignKey("communities.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
)

community_voices = Table(
    "community_voices",
    metadata,
    _of("communities", "community_id"),
    Column("role", Key, primary_key=True),
    Column("author_id", Whole, primary_key=True, autoincrement=False),
    Column("value", Float, nullable=False),
    Index(None, "author_id"),
)

launches = Table(
    "launches",
    metadata,
    numbered(),
    Column("key", Key, nullable=False, unique=True),
    Column("name", Words, nullable=False),
    Column("brand", Key, nullable=False),
    Column("found", Whole, nullable=False),
    Column("innovation", Float),
    Column("imitation", Float),
    Column("market", Float),
    Column("distance", Float),
    Column("fits", Whole),
    **NUMBERED,
)

adoptions = Table(
    "adoptions",
    metadata,
    _of("launches", "launch_id"),
    Column("author_id", Whole, primary_key=True, autoincrement=False),
    of_post(nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("rank", Whole, nullable=False),
    Column("category", Key, nullable=False),
    Column("led", Float, nullable=False),
    Column("acts", Json),
    Index(None, "author_id"),
)

prospects = Table(
    "prospects",
    metadata,
    Column("brand", Key, primary_key=True),
    Column("author_id", Whole, primary_key=True, autoincrement=False),
    of_post(nullable=False, index=True),
    Column("since", Moment, nullable=False),
    Column("intent", Key, nullable=False),
    Column("later_posts", Whole, nullable=False),
    Column("later_intents", Json),
    Column("later_polarity", Key),
    Index(None, "author_id"),
    Index(None, "brand", "since"),
)

exposures = Table(
    "exposures",
    metadata,
    Column("brand", Key, primary_key=True),
    Column("author_id", Whole, primary_key=True, autoincrement=False),
    of_post(primary_key=True, autoincrement=False, index=True),
    Column("certainty", Key, nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "author_id"),
)

OF_POSTS = (adoptions, prospects, exposures)
"""What hangs on a post, and goes with it."""
OF_AUTHORS = (community_members, community_voices, *OF_POSTS)
"""What speaks of an author, and goes with them."""
