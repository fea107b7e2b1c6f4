"""The tables of what a post wants, does, names and weighs."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Table

from storage.columns import Json, Key, Whole, Words
from storage.tables import metadata, of_post

understandings = Table(
    "understandings",
    metadata,
    of_post(primary_key=True, autoincrement=False),
    Column("severity", Float, nullable=False),
    Column("urgency", Float, nullable=False),
    Column("official", Whole, nullable=False),
    Column("variety", Words),
    # Grounds with their reasons and places, sarcasm, and what the variety was told by.
    Column("details", Json),
    Index(None, "urgency"),
)

signs = Table(
    "signs",
    metadata,
    of_post(primary_key=True, autoincrement=False),
    Column("kind", Key, primary_key=True),
    Column("name", Key, primary_key=True),
    Column("confidence", Float, nullable=False),
    Column("start", Whole),
    Column("end", Whole),
    Index(None, "kind", "name", "post_id"),
    comment="Intents and acts: one row for each that a post shows.",
)

entities = Table(
    "entities",
    metadata,
    of_post(primary_key=True, autoincrement=False),
    Column("position", Whole, primary_key=True, autoincrement=False),
    Column("kind", Key, nullable=False),
    Column("value", Key, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("start", Whole, nullable=False),
    Column("end", Whole, nullable=False),
    Index(None, "kind", "value"),
)
