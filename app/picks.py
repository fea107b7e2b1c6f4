"""Sets that were chosen, as they are kept for pages, letters and commands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from domain.experiences import Experience
from storage.unit import Unit

TODAY = "today"
"""The name under which the experiences to handle today are kept."""

ADVOCATES = "advocates"
"""The name under which those worth inviting are kept, by brand."""

Range = tuple[float, float, float]
"""A mean, and the low and high end of its 80 % interval."""


@dataclass(frozen=True, slots=True)
class Pick:
    """A set chosen together beside the naive pick, those that are worth most alone.

    ``ids`` in the order they were picked. ``harm`` weighs each person by how bad the thing is
    (1 for advocates), ``people`` counts them; each is counted once, by simulation. ``at_least``
    is the proven share of the best possible pick of ``among``.
    """

    ids: tuple[int, ...]
    naive: tuple[int, ...]
    harm: Range
    naive_harm: Range
    people: Range
    naive_people: Range
    at_least: float
    among: int
    at: datetime

    def encode(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self) | {"at": self.at.isoformat()}

    @classmethod
    def decode(cls, kept: Mapping[str, Any]) -> Pick:
        """What ``encode`` gave."""
        told: dict[str, Any] = {
            name: tuple(one) if isinstance(one, list) else one for name, one in kept.items()
        }
        return cls(**told | {"at": datetime.fromisoformat(kept["at"])})


def todays(unit: Unit) -> Pick | None:
    """The experiences to handle today, as they were last chosen."""
    kept = unit.learned.get(TODAY)
    return Pick.decode(kept) if kept else None


def of_today(unit: Unit, brand: str | None = None, stage: str | None = None) -> list[Experience]:
    """The experiences to handle today, in the order they were picked; those still there."""
    picked = todays(unit)
    known = unit.experiences.get_many(picked.ids) if picked else {}
    found = (known[one] for one in (picked.ids if picked else ()) if one in known)
    return [one for one in found if brand in (None, one.brand) and stage in (None, "", one.stage)]


def advocates(unit: Unit) -> dict[str, Pick]:
    """Those worth inviting, by brand, as they were last chosen."""
    kept = unit.learned.get(ADVOCATES) or {}
    return {brand: Pick.decode(one) for brand, one in kept.items()}
