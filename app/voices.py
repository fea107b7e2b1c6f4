"""Whose voice is whose: the brands' own accounts, told apart from their customers'."""

from __future__ import annotations

from app.application import App
from storage.unit import Unit

DOUBT = "doubt"
"""The name under which is kept after how many posts a count is half believed."""


def official_voices(app: App, unit: Unit) -> frozenset[int]:
    """The author ids of the brands' own accounts: they answer, they do not tell."""
    names = {account for brand in app.brands for account in brand.accounts}
    return unit.authors.accounts(names)
