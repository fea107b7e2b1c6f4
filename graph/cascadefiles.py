"""Cascades from files: who was set in motion by whose post, and when."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import TextIOWrapper
from itertools import chain
from pathlib import Path

import numpy as np

from domain.errors import UsageError
from domain.posts import Rejected
from graph.columns import Floats

_MILLISECONDS = 1e11
"""A number of seconds as great as this would lie three thousand years ahead."""

_COLUMNS = {
    "cascade": ("cascade", "cascade_id"),
    "user": ("user", "user_id", "author"),
    "time": ("time", "timestamp", "at"),
}
"""What each column may be called."""


@dataclass(frozen=True, slots=True)
class CascadeRow:
    """One cascade: its seed, then everyone set in motion and how many seconds after the seed.

    People stand once, in order of time. ``began`` is the seed's time (epoch seconds), None
    where the file only tells times since the seed.
    """

    name: str
    seed: str
    people: tuple[str, ...]
    delay: Floats
    began: float | None


def read_cascades(path: Path) -> Iterator[CascadeRow | Rejected]:
    """The cascades of a file, one by one; what cannot be read comes as ``Rejected``.

    Three schemas are told apart by the first line; ``.gz`` is unpacked on the way:

    - CSV (commas, semicolons or tabs) with a header and the columns ``cascade, user, time`` (or
      ``cascade_id``, ``user_id`` or ``author``, ``timestamp`` or ``at``), among others, rows in any
      order; the earliest of a cascade is the seed. Kept in memory;
    - a line for each cascade, ``user,time user,time ...``, the seed first;
    - a line for each cascade, ``seed user time user time ...``, times in seconds since the seed
      (with an even number of words the seed's time stands behind it).

    Times are seconds or milliseconds since 1970, or ISO 8601. Raises UsageError where the file
    cannot be opened or its header lacks a column.
    """
    try:
        with _opened(path) as lines:
            first = next(lines, "")
            delimiter = max(",;\t", key=first.count)
            cells = [cell.strip().strip('"').casefold() for cell in first.split(delimiter)]
            named = {
                one: next((c for c in names if c in cells), "") for one, names in _COLUMNS.items()
            }
            if all(named.values()):
                rows = csv.DictReader(lines, fieldnames=cells, delimiter=delimiter)
                yield from _of_table(rows, named, path)
            elif _heads(cells):
                raise UsageError(
                    f"no column {', '.join(one for one in named if not named[one])}",
                    where=f"{path}: {first.strip()}",
                    todo="name the columns cascade, user and time",
                )
            else:
                yield from _of_lines(chain([first], lines), path)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(
            "cannot read the cascades", where=str(path), todo="give a text file, or one in .gz"
        ) from error


def _heads(cells: list[str]) -> bool:
    """Whether a first line is a header: several names and not a number among them."""
    return len(cells) > 1 and not any(any(map(str.isdigit, cell)) for cell in cells)


@contextmanager
def _opened(path: Path) -> Iterator[TextIOWrapper]:
    packed = path.suffix == ".gz"
    with (
        gzip.open(path) if packed else path.open("rb") as raw,
        TextIOWrapper(raw, "utf-8-sig") as lines,
    ):
        yield lines


def _of_table(
    rows: csv.DictReader[str], named: Mapping[str, str], path: Path
) -> Iterator[CascadeRow | Rejected]:
    found: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        cascade, user, time = (row[named[one]] or "" for one in _COLUMNS)
        if cascade or user or time:
            found.setdefault(cascade, []).append((user, time))
    for name, pairs in found.items():
        yield _made(name, pairs, f"{path.name}, cascade {name}")


def _of_lines(lines: Iterator[str], path: Path) -> Iterator[CascadeRow | Rejected]:
    for number, line in enumerate(lines, start=1):
        words = line.split()
        if words:
            yield _made(str(number), _pairs(words), f"{path.name}, line {number}")


def _pairs(words: list[str]) -> list[tuple[str, str]]:
    """Users with their times; a seed without one has time 0."""
    if "," in words[0]:
        parted = (word.partition(",") for word in words)
        return [(user, time) for user, _, time in parted]
    if len(words) % 2:
        words = [words[0], "0", *words[1:]]
    return list(zip(words[::2], words[1::2], strict=True))


def _made(name: str, pairs: list[tuple[str, str]], where: str) -> CascadeRow | Rejected:
    try:
        times = [_seconds(time) for _, time in pairs]
    except ValueError as error:
        return Rejected("cascades", "unreadable_time", where, str(error))
    if not all(user for user, _ in pairs):
        return Rejected("cascades", "no_user", where, "a row names nobody")
    when: dict[str, float] = {}
    for place in np.argsort(times, kind="stable").tolist():
        when.setdefault(pairs[place][0], times[place])
    seed, *people = when
    began = when[seed]
    delay = np.array([when[one] - began for one in people], float)
    return CascadeRow(name, seed, tuple(people), delay, began or None)


def _seconds(text: str | None) -> float:
    """A time in seconds; raises ValueError where there is none."""
    try:
        number = float(text or "")
    except ValueError:
        moment = datetime.fromisoformat(text or "")
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    if not np.isfinite(number):
        raise ValueError(f"{text!r} is no time")
    return number / 1000 if number >= _MILLISECONDS else number
