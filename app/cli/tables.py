"""Tables that fit the window: what matters less is left out, and no word is broken."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from textwrap import shorten

from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.table import Table

_GAP = 2
_LEAST = 12
"""A column of words is not made narrower than this, or than its longest word."""
_BRIEF = 30
"""What is cut gets so much, or all it wants, before other columns may stay."""
_UNBOUND = 4_000
"""The width of what goes to a file or another program: a line for each row."""
_NUMBER = re.compile(r"[-+±]?[\d.,]+ ?%?|–|")


@dataclass(slots=True)
class _Column:
    """A column as wide as it wants to be, and as narrow as it can be."""

    name: str
    cells: list[str]
    width: int
    least: int
    number: bool
    brief: bool

    @classmethod
    def of(cls, name: str, cells: list[str], brief: bool) -> _Column:
        """Numbers keep their width; words may wrap, the longest whole; what is brief is cut."""
        width = max(map(cell_len, (name, *cells)))
        number = all(_NUMBER.fullmatch(cell) for cell in cells)
        words = [cell_len(word) for cell in (name, *cells) for word in cell.split()]
        least = width if number else min(width, _LEAST if brief else max(_LEAST, *words, 0))
        return cls(name, cells, width, least, number, brief)

    def shown(self, at: int) -> str:
        """A cell, cut at a word where it is to be brief."""
        cell = self.cells[at]
        return shorten(cell, self.width, placeholder="…") if self.brief else cell


def window(console: Console) -> int:
    """How many columns there are to fill: all that are wanted, where nobody looks."""
    looked_at = console.is_terminal or "COLUMNS" in os.environ
    return console.width if looked_at else _UNBOUND


def fitted(
    title: str,
    names: Sequence[str],
    rows: Iterable[Sequence[object]],
    width: int,
    spare: Sequence[str] = (),
    brief: str | None = None,
) -> tuple[Table, list[str]]:
    """The table for this width, and which columns were left out: of ``spare``, the first first.

    The column that is ``brief`` takes what is left, and is cut instead of wrapped.
    """
    texts = [[str(cell) for cell in row] for row in rows]
    columns = [
        _Column.of(name, [row[at] for row in texts], name == brief) for at, name in enumerate(names)
    ]
    gone: list[str] = []
    for name in spare:
        if _wanted(columns, brief) <= width:
            break
        columns = [one for one in columns if one.name != name]
        gone.append(name)
    _narrow(columns, width)
    return _drawn(title, columns, len(texts)), gone


def _wanted(columns: Sequence[_Column], brief: str | None = None) -> int:
    widths = (min(one.width, _BRIEF) if one.name == brief else one.width for one in columns)
    return sum(width + _GAP for width in widths) - _GAP


def _narrow(columns: Sequence[_Column], width: int) -> None:
    """Take from the widest column of words, as long as something can give."""
    over = _wanted(columns) - width
    while over > 0 and (givers := [one for one in columns if one.width > one.least]):
        widest = max(givers, key=lambda one: one.width)
        widest.width -= 1
        over -= 1


def _drawn(title: str, columns: Sequence[_Column], rows: int) -> Table:
    table = Table(title=title, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for one in columns:
        table.add_column(
            one.name,
            justify="right" if one.number and rows else "left",
            width=one.width,
            overflow="ellipsis",
            no_wrap=one.brief,
        )
    for at in range(rows):
        table.add_row(*(escape(one.shown(at)) for one in columns))
    return table
