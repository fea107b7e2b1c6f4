"""A JSON object read with care: what is missing, null or of another type does no harm."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

from crawlers.refusal import BadValue

Step = str | int  # a key of an object, or a place in a list
_LARGEST = 2**63


@dataclass(frozen=True, slots=True)
class Item:
    """One object of an answer, and where it was found.

    A path leads inwards: ``item.text("author", "name")`` is "" where any step is missing.
    """

    value: Any
    where: str = ""

    def get(self, *path: Step) -> Any:
        """The value at the end of a path, as it came; None where there is none."""
        value = self.value
        for step in path:
            if isinstance(value, dict) and isinstance(step, str):
                value = value.get(step)
            elif isinstance(value, list) and isinstance(step, int) and -len(value) <= step:
                value = value[step] if step < len(value) else None
            else:
                return None
        return value

    def text(self, *path: Step) -> str:
        """The words there, a number as words; "" for anything else."""
        value = self.get(*path)
        if isinstance(value, str):
            return value.strip()
        if isinstance(value, bool) or not isinstance(value, int | float):
            return ""
        return str(int(value)) if math.isfinite(value) and value == int(value) else str(value)

    def need(self, *path: Step) -> str:
        """The same, where nothing can be made without it: raises BadValue where it is missing."""
        found = self.text(*path)
        if not found:
            raise BadValue("bad_item", f"it has no {'.'.join(map(str, path))}")
        return found

    def count(self, *path: Step) -> int | None:
        """A whole number, also one written as words; None for anything else."""
        written = self.text(*path)
        digits = written.removeprefix("-")
        if not (digits.isdecimal() and len(digits) < 20):
            return None
        number = int(written)
        return number if abs(number) < _LARGEST else None

    def flag(self, *path: Step) -> bool:
        """Whether it says true there."""
        return self.get(*path) is True

    def item(self, *path: Step) -> Item:
        """The object there; an empty one where there is none."""
        found = self.get(*path)
        return Item(found if isinstance(found, dict) else {}, self.where)

    def items(self, *path: Step) -> list[Item]:
        """The objects of the list there; none where there is no list."""
        found = self.get(*path)
        listed = found if isinstance(found, list) else []
        return [Item(one, self.where) for one in listed if isinstance(one, dict)]

    def raw(self) -> str:
        """Its beginning as JSON, for the quarantine."""
        return json.dumps(self.value, ensure_ascii=False, default=str)[:2000]
