"""Every author's influence from the log of acts: the door through which others come in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from domain.influence import DEGREE, EXPECTED_REACH, PAGERANK, VOUCHED_REACH, Influence
from graph.actions import ActionLog
from graph.cascades import cascades
from graph.columns import Floats, Ints
from graph.csr import Csr
from graph.degree import degree
from graph.evidence import evidence
from graph.histories import histories
from graph.pace import Pace, learn_pace
from graph.pagerank import pagerank
from graph.probabilities import Learned, learn
from graph.reach import expected_reach, vouched_reach
from graph.settings import GraphSettings
from graph.vouching import vouching

_LEARNED = 2 / 3

Values = tuple[Floats, Floats, Floats]
"""Value, low and high of each author."""


@dataclass(frozen=True, slots=True)
class Measures:
    """Influence by measure, one value for each of ``author_ids``, and how acts come in time."""

    author_ids: Ints
    values: dict[str, Values]
    measured_at: datetime
    learned: Learned

    def rows(self, measure: str) -> Iterator[Influence]:
        """The rows of one measure, made one by one."""
        columns = (self.author_ids, *self.values[measure])
        for author_id, value, low, high in zip(*(one.tolist() for one in columns), strict=True):
            yield Influence(author_id, measure, value, low, high, self.measured_at)

    @property
    def doubt(self) -> Floats:
        """After how many posts a count is half believed, for each author; 8 where nobody spoke."""
        found = self.learned.audience.doubt
        return found if len(found) else np.array([8.0])

    def items(self) -> Iterator[tuple[str, Iterator[Influence]]]:
        """Each measure with its rows."""
        return ((measure, self.rows(measure)) for measure in self.values)


def measure(log: ActionLog, settings: GraphSettings, now: datetime) -> Measures:
    """Expected and vouched reach, PageRank and degree of everyone in the log, as of now.

    >>> from datetime import UTC
    >>> acts = [(7, 9, 60.0, 2, 1, "reply"), (7, 8, 90.0, 3, 1, "share")]
    >>> log = ActionLog.build([acts], [[(7, 0.0), (9, 60.0), (8, 90.0)]])
    >>> found = measure(log, GraphSettings(), datetime(1970, 1, 2, tzinfo=UTC))
    >>> [(row.author_id, row.value) for row in found.rows("degree")]
    [(7, 2.0), (8, 0.0), (9, 0.0)]
    """
    counted = evidence(log, settings.half_life_days, now.timestamp())
    learned = learn(counted)
    reach = expected_reach(learned, settings)
    rank, people = pagerank(counted, settings.threads), degree(counted)
    acts = Csr(counted.starts, counted.actor, counted.fresh_acts.astype(np.float32))
    values = {
        EXPECTED_REACH: (reach.value, reach.low, reach.high),
        VOUCHED_REACH: vouched_reach(learned, reach, vouching(acts, learned.graph), settings),
        PAGERANK: (rank, rank, rank),
        DEGREE: (people, people, people),
    }
    return Measures(log.author_ids, values, now, learned)


def pace(log: ActionLog, settings: GraphSettings, now: datetime) -> Pace:
    """Learn the pace of the log's cascades.

    What their authors were expected to set in motion is what could be known before: reach
    is learned from the first two thirds of all that was said, and the cascades of the last
    third are the examples.
    """
    log = log.until(now.timestamp())
    split = float(np.quantile(log.said_at, _LEARNED)) if len(log.said_at) else now.timestamp()
    before = learn(evidence(log, settings.half_life_days, split))
    later = log.after(split)
    expected = expected_reach(before, settings).value
    return learn_pace(histories(later, cascades(later), expected, now.timestamp()))
