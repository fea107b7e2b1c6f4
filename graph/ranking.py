"""Every author of a file of interactions, by any measure: the table of measures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from domain.errors import UsageError
from graph.cascadefiles import CascadeRow
from graph.casts import Cast
from graph.columns import Floats, Nodes, Singles
from graph.communities import brokerage, divided
from graph.credit import Credit, credit
from graph.csr import Csr
from graph.evidence import Evidence
from graph.files import Interactions
from graph.grouping import grouped
from graph.pagerank import rank_flow
from graph.reach import sampled_reach
from graph.settings import GraphSettings
from graph.standing import (
    FACTORS,
    betweenness,
    core_number,
    h_index,
    merged_acts,
    vendor_reach,
    vendor_score,
)
from graph.tracing import traced
from graph.vouching import vouching

_Z80 = 1.2816
FOLLOW = "follow"
"""The kind of acts that are counted as followers."""


class Chances(StrEnum):
    """Where the probability that one person sets another in motion comes from."""

    SHARES = "shares"
    WEIGHTS = "weights"


@dataclass(frozen=True, slots=True)
class Slice:
    """What a measure looks at: acts, what each weighs, and what single measures ask for besides.

    ``around`` are the people in the middle, ``platform`` whose factor a vendor's formula takes.
    """

    acts: Interactions
    weight: Singles
    around: Nodes
    chances: Chances
    settings: GraphSettings
    cascades: tuple[CascadeRow, ...] = ()
    platform: str | None = None

    @classmethod
    def of(
        cls,
        acts: Interactions,
        *,
        half_life_days: float | None = None,
        around: tuple[str, ...] = (),
        chances: Chances = Chances.SHARES,
        settings: GraphSettings,
        cascades: tuple[CascadeRow, ...] = (),
        platform: str | None = None,
    ) -> Slice:
        """The whole file; raises UsageError where it knows no ``around``."""
        place = {name: number for number, name in enumerate(acts.names)} if around else {}
        unknown = [name for name in around if name not in place]
        if unknown:
            raise UsageError(f"nobody in the file is called {', '.join(unknown)}")
        chosen = np.array([place[name] for name in around], np.int32)
        weight = acts.decayed(half_life_days)
        return cls(acts, weight, chosen, chances, settings, cascades, platform)

    def cast(self) -> Cast:
        """The cascades, with people as indices."""
        index = {name: number for number, name in enumerate(self.acts.names)}
        return Cast.of(self.cascades, index)

    def merged(self) -> Csr:
        """One edge for each pair speaker → actor, with its acts' weights added up."""
        acts = self.acts
        return merged_acts(acts.speaker, acts.actor, self.weight, acts.people)

    def influence(self) -> Csr:
        """The graph of influence, speaker → actor, with probabilities.

        ``shares``: ``p(u → v) = w(u, v) / Σ_x w(x, v)``, the weighted cascade of Kempe,
        Kleinberg, Tardos (KDD 2003), where a file tells acts but not what met with none.
        ``weights``: as the file says, several acts of one pair being several chances.
        Where there are cascades, shares give way to what is learned from them
        (``graph.tracing``): they tell silence too.
        """
        if self.chances is Chances.WEIGHTS:
            if self.acts.weight.max(initial=0) > 1:
                raise UsageError("a weight above 1 is no probability", todo="use --chances shares")
            lost = -np.log1p(-np.minimum(self.acts.weight, 0.999_999))
            merged = merged_acts(self.acts.speaker, self.acts.actor, lost, self.acts.people)
            return replace(merged, probability=-np.expm1(-merged.probability))
        merged = self.merged()
        if self.cascades:
            return traced(merged, self.cast())
        total = np.bincount(merged.neighbour, merged.probability, merged.nodes)
        share = merged.probability / total[merged.neighbour]
        return replace(merged, probability=share.astype(np.float32))


Values = tuple[Floats, Floats, Floats]
"""Value, low and high of each person; all the same where a measure has no interval."""


def _reach(given: Slice) -> Values:
    """Expected distinct people set in motion, the author not counted; see ``graph.reach``."""
    graph, settings = given.influence(), given.settings
    ones = np.ones(graph.nodes)
    mean, variance = sampled_reach(graph, ones, settings.samples, settings.seed, settings.threads)
    off = _Z80 * np.sqrt(variance)
    return mean, (mean - off).clip(min=0), mean + off


def _vouched(given: Slice) -> Floats:
    """Expected reach in which people count by who acts on them; see ``graph.vouching``."""
    graph, settings = given.influence(), given.settings
    counts = vouching(given.merged(), graph)
    return sampled_reach(graph, counts, settings.samples, settings.seed, settings.threads)[0]


def _pagerank(given: Slice, personal: Floats | None = None) -> Floats:
    """Weighted PageRank from actor to speaker; see ``graph.pagerank``."""
    acts, threads = given.acts, given.settings.threads
    graph = grouped(acts.speaker, acts.actor, given.weight, acts.people, threads)
    return rank_flow(graph, personal=personal, threads=threads)


def _personalised(given: Slice) -> Floats:
    """PageRank that restarts at the people named."""
    if not len(given.around):
        raise UsageError("personalised PageRank of whom?", todo="name people: --around ID")
    personal = np.zeros(given.acts.people)
    personal[given.around] = 1
    return _pagerank(given, personal)


def _followers(given: Slice) -> Floats:
    """Distinct people with an act of the kind ``follow`` on the author."""
    acts = given.acts
    if FOLLOW not in acts.kinds:
        raise UsageError("the file tells no followers", todo="add rows with the kind follow")
    rows = acts.kind == acts.kinds.index(FOLLOW)
    ties = merged_acts(acts.speaker[rows], acts.actor[rows], given.weight[rows], acts.people)
    return np.diff(ties.starts).astype(np.float64)


def _vendor_reach(given: Slice) -> Floats:
    """Followers × the platform's factor; see ``graph.standing.vendor_reach``."""
    if given.platform is None:
        raise UsageError("whose factor?", todo=f"--platform {', '.join(FACTORS)}")
    return vendor_reach(_followers(given), given.platform)


def _vendor_score(given: Slice) -> Floats:
    """Geometric mean of the ranks by followers, acts a person, and people who acted."""
    ties = given.merged()
    people = np.diff(ties.starts).astype(np.float64)
    acts = ties.times(np.ones(given.acts.people))
    affinity = np.divide(acts, people, out=np.zeros_like(acts), where=people > 0)
    return vendor_score(_followers(given), affinity, people)


def _brokerage(given: Slice) -> Floats:
    """Acts exchanged with communities other than one; see ``graph.communities.brokerage``."""
    ties = given.merged()
    none = np.zeros(ties.nodes, np.int64)
    fresh = ties.probability.astype(np.float64)
    acts = np.ones(ties.edges, np.int64)
    counted = Evidence(ties.starts, ties.neighbour, acts, fresh, none, none.astype(np.float64))
    return brokerage(counted, divided(counted, given.settings.seed)[0])


def _credited(given: Slice) -> Credit:
    """Credit for cascades that happened; see ``graph.credit``."""
    if not given.cascades:
        raise UsageError("credit for which cascades?", todo="name a file: --cascades FILE")
    return credit(given.cast(), given.merged(), given.settings.threads)


def _h(given: Slice) -> Floats:
    acts = given.acts
    return h_index(acts.speaker, acts.actor, given.weight, acts.people)


def _alone(measure: Callable[[Slice], Floats]) -> Callable[[Slice], Values]:
    """A measure without an interval."""

    def values(given: Slice) -> Values:
        value = measure(given)
        return value, value, value

    return values


MEASURES: Mapping[str, Callable[[Slice], Values]] = {
    "reach": _reach,
    "pagerank": _alone(_pagerank),
    "personalised": _alone(_personalised),
    "credit": _alone(lambda given: _credited(given).carried),
    "credit-each": lambda given: _credited(given).each,
    "credit-total": lambda given: _credited(given).total,
    "vouched": _alone(_vouched),
    "degree": _alone(lambda given: np.diff(given.merged().starts).astype(np.float64)),
    "acts": _alone(lambda given: given.merged().times(np.ones(given.acts.people))),
    "followers": _alone(_followers),
    "h-index": _alone(_h),
    "betweenness": _alone(lambda given: betweenness(given.merged(), seed=given.settings.seed)),
    "k-core": _alone(lambda given: core_number(given.merged())),
    "brokerage": _alone(_brokerage),
    "vendor-reach": _alone(_vendor_reach),
    "vendor-score": _alone(_vendor_score),
}
"""Measures by name. Each takes a slice and gives value, low and high of each person."""


def rank(given: Slice, measure: str) -> Values:
    """The values of a measure; raises UsageError where there is no such measure.

    >>> acts = Interactions(["ana", "bia"], np.array([1], np.int32), np.array([0], np.int32),
    ...                     np.empty(0), np.empty(0, np.uint8), [], np.ones(1, np.float32))
    >>> rank(Slice.of(acts, settings=GraphSettings()), "degree")[0].tolist()
    [1.0, 0.0]
    """
    if measure not in MEASURES:
        known = ", ".join(sorted(MEASURES))
        raise UsageError(f"there is no measure called {measure}", todo=f"choose one of {known}")
    return MEASURES[measure](given)
