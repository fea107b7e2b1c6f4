"""Tables in windows of any width."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from app.cli.tables import fitted

NAMES = ("id", "stage", "when", "said")
ROWS = [
    (12, "cancellation", "3 h ago", "uma frase comprida que alguém disse sobre a loja [sic]"),
    (7, "use", "12 d ago", "curta"),
]


def drawn(width: int) -> tuple[list[str], list[str]]:
    table, gone = fitted("title", NAMES, ROWS, width, spare=("when",), brief="said")
    paper = Console(file=io.StringIO(), width=width)
    paper.print(table)
    assert isinstance(paper.file, io.StringIO)
    return [line.rstrip() for line in paper.file.getvalue().splitlines()], gone


@pytest.mark.parametrize("width", [52, 60, 100, 300])
def test_every_row_is_one_line_and_no_word_is_broken(width: int) -> None:
    lines, _ = drawn(width)
    assert len(lines) == 2 + len(ROWS)
    assert max(map(len, lines)) <= width
    said = " ".join(str(cell) for row in ROWS for cell in row).split()
    shown = [word.removesuffix("…") for line in lines[2:] for word in line.split()]
    assert [word for word in shown if word not in said] == []


def test_what_matters_less_goes_first_and_is_named() -> None:
    narrow, gone = drawn(52)
    assert gone == ["when"] and "ago" not in " ".join(narrow)
    wide, kept = drawn(100)
    assert not kept and "disse sobre a loja [sic]" in wide[2]


def test_numbers_stand_under_each_other() -> None:
    lines, _ = drawn(100)
    assert lines[2].startswith("12") and lines[3].startswith(" 7")
