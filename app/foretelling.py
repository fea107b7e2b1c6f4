"""Forecasts of cascades in a file, each as it stood at given ages; no store is needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from app.application import Progress
from domain.posts import Rejected
from graph.cascadefiles import CascadeRow, read_cascades
from graph.histories import Histories, History, Precedents
from graph.pace import Pace, learn_apart, learn_pace

_FIRST = 10
"""After so many cascades the pace is learned for the first time, and with each quarter more."""

_PARTS = 8


@dataclass(frozen=True, slots=True)
class Foretold:
    """What was forecast of one cascade at one age: people beside the seed.

    ``to_come`` is typical of a single cascade, ``mean`` what many like it would come to;
    ``low`` to ``high`` is the 80 % interval of ``total``. ``ended`` is what it came to in the
    file.
    """

    cascade: str
    seed: str
    age_seconds: float
    so_far: int
    to_come: float
    total: float
    low: float
    high: float
    mean: float
    ended: int

    def row(self) -> dict[str, str | int | float]:
        """As a row of a table or a line of JSON."""
        return asdict(self)


def foretell(
    path: Path,
    train: Path | None,
    ages: Sequence[float],
    progress: Progress = lambda task, done, total=None: None,
) -> Iterator[Foretold | Rejected]:
    """Forecast every cascade of a file at every age (seconds), one by one.

    The pace and the seeds' precedents are learned from ``train``; without it, from those
    cascades of the same file that began earlier (stand earlier, if the file tells no dates),
    which are taken to be finished; never from the one forecast or later ones.
    """
    if train is not None:
        known_before = list(_counted(read_cascades(train), "learn", progress))
        yield from _learned_before(path, known_before, ages, progress)
        return
    before, known, pace, due = Precedents(), list[History](), Pace.decode(None), _FIRST
    for one in _by_time(_counted(read_cascades(path), "forecast", progress)):
        if isinstance(one, Rejected):
            yield one
            continue
        if len(known) >= due:
            pace, due = learn_pace(Histories.of(known)), 1 + len(known) * 5 // 4
        expected = before.expected(one.seed)
        yield from (_at(one, age, expected, pace) for age in ages)
        known.append((one.delay, np.inf, expected))
        before.add(one.seed, len(one.people))


def _by_time(rows: Iterable[CascadeRow | Rejected]) -> Iterator[CascadeRow | Rejected]:
    """What was refused, then the cascades by when they began, as they come where one tells not."""
    read = list(rows)
    yield from (one for one in read if isinstance(one, Rejected))
    found = [one for one in read if isinstance(one, CascadeRow)]
    if all(one.began is not None for one in found):
        found.sort(key=lambda one: one.began or 0.0)
    yield from found


def _learned_before(
    path: Path, train: Sequence[CascadeRow | Rejected], ages: Sequence[float], progress: Progress
) -> Iterator[Foretold | Rejected]:
    yield from (one for one in train if isinstance(one, Rejected))
    pace, before = learn_cascades([one for one in train if isinstance(one, CascadeRow)])
    for one in _counted(read_cascades(path), "forecast", progress):
        if isinstance(one, Rejected):
            yield one
        else:
            expected = before.expected(one.seed)
            yield from (_at(one, age, expected, pace) for age in ages)


def _counted(
    rows: Iterator[CascadeRow | Rejected], task: str, progress: Progress
) -> Iterator[CascadeRow | Rejected]:
    """The same rows, each told of as it goes by."""
    for number, one in enumerate(rows, start=1):
        progress(task, number)
        yield one


def learn_cascades(train: Sequence[CascadeRow]) -> tuple[Pace, Precedents]:
    """Pace and precedents of finished cascades; of each, the *other* ones are precedents."""
    watched, before = _watched(train)
    parts = (_parted(train, part) for part in range(_PARTS))
    return learn_apart(watched, parts), before


def _watched(train: Sequence[CascadeRow]) -> tuple[Histories, Precedents]:
    before = Precedents()
    for one in train:
        before.add(one.seed, len(one.people))
    known = [(one.delay, np.inf, before.beside(one.seed, len(one.people))) for one in train]
    return Histories.of(known), before


def _parted(train: Sequence[CascadeRow], part: int) -> tuple[Histories, Histories]:
    """All but a part of the cascades, and that part as those let expect it."""
    rest, before = _watched([one for n, one in enumerate(train) if n % _PARTS != part])
    held = [(one.delay, np.inf, before.expected(one.seed)) for one in train[part::_PARTS]]
    return rest, Histories.of(held)


def _at(one: CascadeRow, age: float, expected: float, pace: Pace) -> Foretold:
    made = pace.forecast(one.delay[one.delay <= age], age, expected)
    return Foretold(
        one.name, one.seed, age, made.so_far, made.typical, made.so_far + made.typical,
        made.so_far + made.low, made.so_far + made.high, made.to_come, len(one.people),
    )  # fmt: skip
