"""Sentences of our own, which teach what no public data tells: read from the files beside this."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent
NONE = "none"
"""The label of sentences that show nothing of what a file teaches."""


@cache
def examples(name: str) -> tuple[tuple[str, str], ...]:
    """Every sentence of ``NAME.txt`` with the label of its section, in order."""
    found: list[tuple[str, str]] = []
    label = ""
    for line in (_FOLDER / f"{name}.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            label = line.strip("[]")
        elif line:
            found.append((line, label))
    return tuple(found)
