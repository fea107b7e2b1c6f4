"""Who took part in cascades, and who may have set whom in motion: what credit is counted on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from graph.cascadefiles import CascadeRow
from graph.columns import Floats, Ints, Nodes


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """Who may set whom in motion: each person's neighbours, in either direction, as rows."""

    starts: Ints
    neighbour: Nodes

    @classmethod
    def of(cls, source: Nodes, target: Nodes, people: int) -> Acquaintance:
        """From directed pairs; parallel pairs and loops count once and not at all."""
        both = np.stack([np.append(source, target), np.append(target, source)]).astype(np.int64)
        pairs = np.unique(both[0] * people + both[1])
        row, other = pairs // people, pairs % people
        row, other = row[row != other], other[row != other].astype(np.int32)
        counts = np.bincount(row, minlength=people)
        return cls(np.concatenate([[0], counts.cumsum()]), other)


@dataclass(frozen=True, slots=True)
class Cast:
    """The people of cascades in order of time: ``person[starts[i]:starts[i + 1]]``, seed first."""

    starts: Ints
    person: Nodes
    at: Floats

    @classmethod
    def of(cls, rows: Iterable[CascadeRow], index: Mapping[str, int]) -> Cast:
        """From a file's cascades; people who are not in the index are left out."""
        sizes, person, at = [0], list[int](), list[float]()
        for row in rows:
            known = [(index[row.seed], 0.0)] if row.seed in index else []
            met = zip(row.people, row.delay.tolist(), strict=True)
            known += [(index[one], delay) for one, delay in met if one in index]
            person += [one for one, _ in known]
            at += [delay for _, delay in known]
            sizes.append(len(person))
        return cls(np.array(sizes), np.array(person, np.int32), np.array(at, float))

    def begun(self) -> Ints:
        """Everyone who began a cascade, once."""
        first = self.starts[:-1][np.diff(self.starts) > 0]
        return np.unique(self.person[first]).astype(np.int64)
