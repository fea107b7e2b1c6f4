"""Every author's influence from the log of acts: the door through which others come in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from domain.influence import DEGREE, EXPECTED_REACH, PAGERANK, VOUCHED_REACH, Influence
from graph.actions import ActionLog
from graph.audience import Audience
from graph.cascades import cascades
from graph.columns import Flags, Floats, Ints
from graph.csr import Csr
from graph.degree import degree
from graph.draws import Draws, Memory
from graph.evidence import evidence
from graph.growth import Tally
from graph.histories import histories
from graph.homes import Homes
from graph.pace import Pace, learn_pace
from graph.pagerank import rank_flow
from graph.probabilities import Learned, learn
from graph.reach import expected_reach, reaches
from graph.settings import GraphSettings
from graph.vouching import Town, vouched_by

_LEARNED = 2 / 3

Values = tuple[Floats, Floats, Floats]
"""Value, low and high of each author."""


@dataclass(frozen=True, slots=True)
class State:
    """What a measuring leaves for the next: what was counted, believed, drawn, and found.

    ``built_at`` (epoch seconds) is when all was last drawn anew.
    """

    tally: Tally
    audience: Audience
    draws: Draws
    town: Town
    onward: float
    rank: Floats
    built_at: float

    def recalled(self, acts: Csr, ids: Ints) -> tuple[Town, Memory, Floats]:
        """The town of these acts; draws and ranks to go on from, where the authors stand now."""
        place = np.searchsorted(ids, self.tally.author_ids)
        start = np.zeros(len(ids))
        start[place] = self.rank
        return self.town.grown(acts, ids, place), Memory(self.draws, place, self.onward), start


@dataclass(frozen=True, slots=True)
class Since:
    """The state of an earlier measuring, and which rows of the log are new since."""

    state: State
    new_acts: Flags
    new_said: Flags


@dataclass(frozen=True, slots=True)
class Measures:
    """Influence by measure, one value for each of ``author_ids``, and how acts come in time."""

    author_ids: Ints
    values: dict[str, Values]
    measured_at: datetime
    learned: Learned
    state: State

    def rows(self, measure: str, only: Flags | None = None) -> Iterator[Influence]:
        """The rows of one measure, of all or only these authors, made one by one."""
        chosen = slice(None) if only is None else only
        columns = (one[chosen].tolist() for one in (self.author_ids, *self.values[measure]))
        for author_id, value, low, high in zip(*columns, strict=True):
            yield Influence(author_id, measure, value, low, high, self.measured_at)

    @property
    def doubt(self) -> Floats:
        """After how many posts a count is half believed, for each author; 8 where nobody spoke."""
        found = self.learned.audience.doubt
        return found if len(found) else np.array([8.0])

    def items(self) -> Iterator[tuple[str, Iterator[Influence]]]:
        """Each measure with its rows."""
        return ((measure, self.rows(measure)) for measure in self.values)


def measure(
    log: ActionLog,
    settings: GraphSettings,
    now: datetime,
    since: Since | None = None,
    homes: Homes = (),
) -> Measures:
    """Expected and vouched reach, PageRank and degree of everyone in the log, as of now.

    With an earlier measuring of a log that has only grown ``since``, only what is new is counted
    and a thirty-second of the samples is drawn: degrees are the same, PageRank to 1e-6, reach
    within the sampling's error, at a fraction of the cost. ``homes`` are the sources and
    communities that authors are believed by; they count when all is built anew.

    >>> from datetime import UTC
    >>> acts = [(7, 9, 60.0, 2, 1, "reply"), (7, 8, 90.0, 3, 1, "share")]
    >>> log = ActionLog.build([acts], [[(7, 0.0), (9, 60.0), (8, 90.0)]])
    >>> found = measure(log, GraphSettings(), datetime(1970, 1, 2, tzinfo=UTC))
    >>> [(row.author_id, row.value) for row in found.rows("degree")]
    [(7, 2.0), (8, 0.0), (9, 0.0)]
    """
    tally, learned = _learned(log, settings, now.timestamp(), since, homes)
    counted, ids = tally.evidence, log.author_ids
    acts = Csr(counted.starts, counted.actor, counted.fresh_acts.astype(np.float32))
    recalled = since.state.recalled(acts, ids) if since else (Town.of(acts, ids), None, None)
    town, memory, start = recalled
    backwards = learned.graph.turned()
    person = vouched_by(town, ids, acts, backwards)
    reach, vouched = reaches(learned, backwards, person, settings, memory)
    rank = rank_flow(acts, start=start, threads=settings.threads)
    people = degree(counted)
    values = {
        EXPECTED_REACH: (reach.value, reach.low, reach.high),
        VOUCHED_REACH: (vouched.value, vouched.low, vouched.high),
        PAGERANK: (rank, rank, rank),
        DEGREE: (people, people, people),
    }
    built_at = since.state.built_at if since else now.timestamp()
    state = State(tally, learned.audience, reach.draws, town, reach.onward, rank, built_at)
    return Measures(ids, values, now, learned, state)


def _learned(
    log: ActionLog, settings: GraphSettings, now: float, since: Since | None, homes: Homes
) -> tuple[Tally, Learned]:
    """What speaks for each edge, and what is learned from it.

    What audiences are like is believed on until all is built anew; a new author's is that
    of those on whom nobody acted.
    """
    if since is None:
        tally = Tally.of(log, settings.half_life_days, now)
        return tally, learn(tally.evidence, homes=homes)
    before, place = since.state, log.index(since.state.tally.author_ids)
    tally = before.tally.grown(log, since.new_acts, since.new_said, now)
    quiet = before.tally.evidence.audience == 0

    def carried(known: Floats) -> Floats:
        now_known = np.full(log.authors, np.median(known[quiet] if quiet.any() else known))
        now_known[place] = known
        return now_known

    doubt, mean = carried(before.audience.doubt), carried(before.audience.mean)
    audience = replace(before.audience, doubt=doubt, mean=mean)
    return tally, learn(tally.evidence, audience)


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
