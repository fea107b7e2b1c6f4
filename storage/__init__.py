"""Keep everything, answer every query."""

from storage.intake import Added
from storage.store import Store, open_store
from storage.unit import Unit

__all__ = ["Added", "Store", "Unit", "open_store"]
