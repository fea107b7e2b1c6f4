"""Texts that we wrote ourselves, as customers and passers-by would, with what each says.

A line of a ``.tsv`` file beside this one: variety, polarity (``+``, ``-``, ``=``), stage of the
service or ``.``, text. None is drawn from a pattern and none is taken from a public set.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from domain.analyses import Polarity
from domain.brands import COMMON_STAGES
from domain.errors import ModelError

_FOLDER = Path(__file__).parent
_VARIETIES = ("pt-BR", "pt-PT", "en", "es")
_MARKS = {"+": Polarity.POSITIVE, "-": Polarity.NEGATIVE, "=": Polarity.NEUTRAL}
_NONE = "."


@dataclass(frozen=True, slots=True)
class Written:
    """A text of ours: in which variety, what its writer feels, of which common stage, if any."""

    text: str
    variety: str
    polarity: Polarity
    stage: str | None

    @property
    def language(self) -> str:
        """The variety's language: ``pt``, ``en`` or ``es``."""
        return self.variety.partition("-")[0]


def written(folder: Path = _FOLDER) -> Iterator[Written]:
    """Every text, file by file; ModelError names a line that cannot be read."""
    for file in sorted(folder.glob("*.tsv")):
        for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1):
            yield _read(line, f"{file.name}, line {number}")


def _read(line: str, where: str) -> Written:
    variety, mark, stage, text = (*line.split("\t"), "", "", "", "")[:4]
    known = variety in _VARIETIES and mark in _MARKS and stage in (*COMMON_STAGES, _NONE)
    if not known or not text.strip():
        raise ModelError(
            "not a variety, a polarity, a stage and a text with tabs between",
            where=where,
            todo=f"write one of {', '.join(_VARIETIES)}; one of + - =; a common stage or `.`",
        )
    return Written(text, variety, _MARKS[mark], None if stage == _NONE else stage)
