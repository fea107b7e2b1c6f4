"""The table of stamps: one for each block of post ids, another one after every change."""

from __future__ import annotations

from sqlalchemy import Column, Table

from storage.columns import Whole
from storage.tables import metadata

stamps = Table(
    "stamps",
    metadata,
    Column("block", Whole, primary_key=True, autoincrement=False),
    Column("stamp", Whole, nullable=False),
    comment="A new number for a block of the log whenever an act or a word in it changes.",
)
