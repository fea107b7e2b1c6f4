"""What an account buys of somebody's credit: it joins a cascade, begins its own, or only acts.

To a target who began a cascade, accounts are added who act on the target and, *late*, join that
cascade behind everyone, *early*, join it right behind the target, *own*, begin a cascade each that
nobody joins, or, *account*, do nothing else; *first*, they are the first to follow somebody's first
post. They are new (fakes), or drawn from all who act.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graph.cascadefiles import CascadeRow, read_cascades
from graph.casts import Cast
from graph.credit import credit
from graph.csr import Csr
from graph.standing import merged_acts

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Cascade = tuple[Ints, Floats]
WAYS = ("late", "early", "own", "account")


@dataclass(frozen=True)
class Community:
    """Ties speaker → actor, and cascades: their people in order of time, and when they joined."""

    ties: Csr
    cascades: tuple[Cascade, ...]

    def credit(self) -> Floats:
        people, at = (np.concatenate(one) for one in zip(*self.cascades, strict=True))
        starts = np.cumsum([0, *(len(one) for one, _ in self.cascades)])
        return credit(Cast(starts, people.astype(np.int32), at), self.ties).carried


def community(folder: Path, names: Sequence[str]) -> Community:
    """The graph and the cascades of a folder; those who are not in the graph are left out."""
    edges = [line.split()[:2] for line in (folder / "graph.txt").read_text().splitlines() if line]
    label = sorted({name for edge in edges for name in edge})
    index = {name: number for number, name in enumerate(label)}
    ends = np.array([[index[name] for name in edge] for edge in edges], np.int32)
    ties = merged_acts(ends[:, 1], ends[:, 0], np.ones(len(ends), np.float32), len(label))
    rows = (row for name in names for row in read_cascades(folder / f"{name}.txt"))
    cast = Cast.of([row for row in rows if isinstance(row, CascadeRow)], index)
    spans = zip(cast.starts[:-1].tolist(), cast.starts[1:].tolist(), strict=True)
    found = ((cast.person[i:j].astype(np.int64), cast.at[i:j]) for i, j in spans if j > i)
    return Community(ties, tuple(found))


def with_a_first_post(before: Community, seed: int) -> Community:
    """Someone who took part in nothing begins a cascade, the last, that nobody joins."""
    known = np.concatenate([people for people, _ in before.cascades])
    quiet = np.setdiff1d(before.ties.neighbour, known)
    who = np.random.default_rng(seed).choice(quiet, 1).astype(np.int64)
    return replace(before, cascades=(*before.cascades, (who, np.zeros(1))))


def bought(before: Community, place: int, who: Ints, way: str) -> Community:
    """The community after these accounts did so, for the one who began the cascade at ``place``."""
    ties, rows = before.ties, list(before.cascades)
    people, at = rows[place]
    speaker = np.append(ties.rows(), np.full(len(who), people[0])).astype(np.int32)
    actor = np.append(ties.neighbour, who).astype(np.int32)
    everyone = max(ties.nodes, int(who.max()) + 1)
    more = merged_acts(speaker, actor, np.ones(len(actor), np.float32), everyone)
    spread = (1 + np.arange(len(who))) / (1 + len(who))
    if way == "late":
        rows[place] = np.append(people, who), np.append(at, at[-1] + 86_400 * spread)
    if way == "early":
        soon = at[0] + spread * ((at[1] if len(at) > 1 else at[0] + 86_400) - at[0])
        rows[place] = np.insert(people, 1, who), np.insert(at, 1, soon)
    if way == "own":
        rows += [(np.array([one]), np.zeros(1)) for one in who.tolist()]
    return replace(before, ties=more, cascades=tuple(rows))


def gains(
    before: Community, place: int, ways: Sequence[str], sizes: Sequence[int], seed: int
) -> dict[tuple[str, int], tuple[float, float]]:
    """The credit that each fake, and each real account, adds to who began that cascade."""
    chance, ties = np.random.default_rng(seed), before.ties
    target = int(before.cascades[place][0][0])
    near = ties.neighbour[ties.starts[target] : ties.starts[target + 1]]
    strangers = np.setdiff1d(ties.neighbour, np.append(near, before.cascades[place][0]))
    was, found = before.credit()[target], {}
    for way in ways:
        for size in sizes:
            drawn = chance.choice(strangers, size, replace=False).astype(np.int64)
            fake, real = (
                float(bought(before, place, who, way).credit()[target] - was) / size
                for who in (ties.nodes + np.arange(size), drawn)
            )
            found[way, size] = fake, real
    return found
