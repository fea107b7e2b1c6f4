"""The tables of voices: accounts that seem to act in concert."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Table

from storage.columns import Json, Key, Moment, Whole
from storage.tables import NUMBERED, metadata, numbered

suspicions = Table(
    "suspicions",
    metadata,
    numbered(),
    Column("kind", Key, nullable=False),
    # Whose words they lift; 0: their own.
    Column("about", Whole, nullable=False),
    Column("author_ids", Json),
    Column("acts", Whole, nullable=False),
    Column("share", Float, nullable=False),
    Column("since", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    **NUMBERED,
)

suspects = Table(
    "suspects",
    metadata,
    Column("author_id", Whole, primary_key=True, autoincrement=False),
    Column(
        "suspicion_id",
        Whole,
        ForeignKey("suspicions.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
        index=True,
    ),
)
