"""Mappings that come with Boca, for the exports of known places: named instead of written."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FOLDER = Path(__file__).parent / "mappings"


@cache
def names() -> tuple[str, ...]:
    """The names of all of them."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))


@cache
def shipped(name: str) -> dict[str, Any]:
    """The settings of a set of files that a name stands for, all but the path.

    Raises ValueError for a name that is none.
    """
    if name not in names():
        raise ValueError(f"no mapping is called {name}; write one of {', '.join(names())}")
    found: dict[str, Any] = yaml.safe_load((_FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return found
