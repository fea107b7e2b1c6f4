"""How far an account counts as a person: by whom the town's people act on."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numba import njit
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import breadth_first_order, connected_components

from graph.columns import Codes, Flags, Floats, Ints, Nodes, Singles
from graph.csr import Csr

_CANDIDATES = 8
_GREAT = 0.25
"""A group is great if it has this share of the largest one's people."""

_FOLDS = 5
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_ALL = np.uint8((1 << _FOLDS) - 1)
_CIRCLE = 3
"""Fewer people than this who act on one another are no town, and nobody is judged by them."""


@dataclass(frozen=True, slots=True)
class Town:
    """Whom the town's centre leads to, whichever fifth of all accounts is left out.

    ``led`` holds a bit of each account (uint8) for each fifth, ``centre`` how many the centre
    has in all (0: there is no town), ``rest`` how many without each fifth (int64 of five).
    """

    led: Codes
    centre: int
    rest: Ints

    @classmethod
    def of(cls, acts: Csr, ids: Ints) -> Town:
        """Found from nothing. The fifths go by the accounts' ids. O(edges)."""
        fifth = _fifths(ids)
        led, rest = np.zeros(acts.nodes, np.uint8), np.zeros(_FOLDS, np.int64)
        shape = (acts.nodes, acts.nodes)
        acted = csr_matrix((np.ones(acts.edges, np.int8), acts.neighbour, acts.starts), shape)
        centre = _centre(acted)
        if centre is None:
            return cls(led, 0, rest)
        for left_out in range(_FOLDS):
            stay = np.flatnonzero(fifth != 1 << left_out)
            core = stay[_core(acted[stay][:, stay], centre[stay])]
            led[core] |= np.uint8(1 << left_out)
            rest[left_out] = len(core)
        return cls(_spread(acts, led, fifth), int(centre.sum()), rest)

    def grown(self, acts: Csr, ids: Ints, place: Ints) -> Town:
        """The same after edges and accounts were added and none went; exactly ``Town.of``.

        ``place`` is where its accounts stand now. Groups only grow, and whoever is led to stays
        so; only whom the new edges lead to besides is looked for. Where some other group could
        by now be as great as the centre, all is found from nothing.
        """
        busy = int(np.count_nonzero((np.diff(acts.starts) > 0) & _acting(acts)))
        alone = busy - self.centre < max(_CIRCLE, _GREAT * self.centre)
        if not self.centre or not alone or 2 * self.rest.min() <= busy:
            return Town.of(acts, ids)
        led = np.zeros(acts.nodes, np.uint8)
        led[place] = self.led
        return replace(self, led=_spread(acts, led, _fifths(ids)))

    def people(self, acts: Csr, ids: Ints) -> Flags:
        """Who is in town: led to, or without their own fifth by someone led to at least."""
        heard = _heard(acts.starts, acts.neighbour, self.led)
        found: Flags = (self.led | (heard & _fifths(ids))) == _ALL
        return found


def vouching(acts: Csr, chance: Csr) -> Floats:
    """What each account counts for in a vouched reach, in [0, 1].

    ``acts`` and ``chance`` are the same edges speaker → actor, with weights of acts and with
    probabilities. Everyone in *town* (below) has one vote, shared among those they act on in
    proportion to their acts. With τ(v) the votes that v gets, at most 1, v counts
    ``c(v) = τ(v) + (1 - τ(v)) ρ``: a whole person with a whole vote, and without any vote ρ,
    what an ordinary follower carries: ``ρ = mean of p̄(v) c(v)`` over all who act, ``p̄(v) =
    Σ_u p(u → v) / (1 + those v acts on)`` being the chance of one more edge of v's. In closed
    form, ``ρ = Σ p̄ τ / (n - Σ p̄ (1 - τ))``.

    **Bound.** Let k fakes act on whom they like, and on each other however they like, and let
    people in town spend s whole votes on them. Then all that the fakes themselves add to anyone's
    vouched reach is ``Σ_f P(f is set in motion) c(f) ≤ Σ_f c(f) ≤ k ρ + s``, as each
    is set in motion with a probability of at most 1 and the votes they get are s. No fake
    raises ρ: it adds to the numerator its votes alone and to the denominator 1 - p̄ ≥ 0 or more.
    A real follower, drawn from all who act, adds p̄(v) c(v) on average directly, which *is* ρ, and
    those down the line besides. So where nobody vouches (s = 0) a fake buys at most one
    real follower, and s bought votes buy at most s people more. Real people won over to act on a
    fake are an audience like any other and outside the bound. (Limits on Sybils by the trust
    that crosses over to them: SybilRank, Cao and others, NSDI 2012; SumUp, Tran and others,
    NSDI 2009. Those start from people known to be honest; here the town stands for them.)

    **Town.** Of the great groups whose members all lead to one another by acts (strong
    components) the one to which the most accounts lead, and everyone its acts lead to; and of
    these only who stays in town whichever fifth of all accounts is left out. A ring on which
    nobody outside acts is no part of it, even one up to four times the town, for whoever it
    lifts is led to by the ring *and* by others. Nor is a ring smaller than the town to which only
    one account leads, as the one that it lifts: that is one vote at most. The bound ends with
    greater ones, and with rings to which several of the town lead in circles: their members vote
    for one another, and a fake counts for up to one person.
    Without a circle of three people there is no town and everyone counts whole.
    O(edges).

    >>> from dataclasses import replace
    >>> speaker, actor = np.nonzero(~np.eye(6, dtype=bool))  # six who act on one another
    >>> starts = np.array([0, 5, 10, 15, 20, 25, 31, 31])  # and one more who acts on the last
    >>> acts = Csr(starts, np.append(actor, 6).astype(np.int32), np.ones(31, np.float32))
    >>> vouching(acts, replace(acts, probability=acts.probability / 5)).round(2).tolist()
    [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.14]
    """
    ids = np.arange(acts.nodes)
    return vouched_by(Town.of(acts, ids), ids, acts, chance.turned())


def vouched_by(town: Town, ids: Ints, acts: Csr, backwards: Csr) -> Floats:
    """What each account (with these ids) counts for by the votes of a town; see ``vouching``.

    ``backwards`` are the edges actor → speaker, with probabilities.
    """
    if not town.centre:
        return np.ones(acts.nodes)
    people = town.people(acts, ids)
    given = _given(acts.neighbour, acts.probability, acts.nodes)
    ties, chances = np.diff(backwards.starts), backwards.totals()
    vote = np.divide(people, given, out=np.zeros(acts.nodes), where=given > 0)
    trust = acts.times(vote).clip(max=1.0)
    one_more = chances / (ties + 1)
    carried, lost = (one_more * trust).sum(), (one_more * (1 - trust)).sum()
    ordinary = carried / ((ties > 0).sum() - lost)
    counts: Floats = trust + (1 - trust) * ordinary
    return counts


def _fifths(ids: Ints) -> Codes:
    """A bit for the fifth that each account belongs to; it looks drawn, however ids are given."""
    drawn = (ids.astype(np.uint64) * _GOLDEN) >> np.uint64(32)
    bits: Codes = np.left_shift(1, drawn % np.uint64(_FOLDS)).astype(np.uint8)
    return bits


def _acting(acts: Csr) -> Flags:
    """Who acts on anyone."""
    acting = np.zeros(acts.nodes, bool)
    acting[acts.neighbour] = True
    return acting


def _centre(acted: csr_matrix) -> Flags | None:
    """The great group to which the most accounts lead."""
    count, group = connected_components(acted, connection="strong")
    size = np.bincount(group, minlength=count)
    largest = np.argsort(-size, kind="stable")[:_CANDIDATES]
    great = largest[size[largest] >= max(_CIRCLE, _GREAT * size.max(initial=0))]
    if not len(great):
        return None
    led = [_led(acted, int(np.argmax(group == one))) for one in great.tolist()]
    centre: Flags = group == great[int(np.argmax(led))]
    return centre


def _led(acted: csr_matrix, start: int) -> int:
    """How many lead to one."""
    return len(breadth_first_order(acted, start, return_predecessors=False))


def _core(acted: csr_matrix, centre: Flags) -> Ints:
    """The members of the group with the most of the centre's people."""
    if not centre.any():
        return np.empty(0, np.int64)
    _, group = connected_components(acted, connection="strong")
    return np.flatnonzero(group == np.bincount(group[centre]).argmax())


def _spread(acts: Csr, led: Codes, fifth: Codes) -> Codes:
    """Everyone to whom acts lead from those led to, each fifth's own members left out."""
    while _step(acts.starts, acts.neighbour, led, fifth):
        pass
    return led


@njit(cache=True, nogil=True)
def _step(starts: Ints, actor: Nodes, led: Codes, fifth: Codes) -> bool:
    grew = False
    for u in range(len(led)):
        open_to = ~(led[u] | fifth[u]) & _ALL
        if open_to:
            found = np.uint8(0)
            for edge in range(starts[u], starts[u + 1]):
                found |= led[actor[edge]]
            if found & open_to:
                led[u] |= found & open_to
                grew = True
    return grew


@njit(cache=True, nogil=True)
def _heard(starts: Ints, actor: Nodes, led: Codes) -> Codes:
    """The bits of all who act on each account."""
    result = np.zeros(len(led), np.uint8)
    for u in range(len(led)):
        for edge in range(starts[u], starts[u + 1]):
            result[u] |= led[actor[edge]]
    return result


@njit(cache=True, nogil=True)
def _given(actor: Nodes, acts: Singles, nodes: int) -> Floats:
    """The acts of each account, added up."""
    given = np.zeros(nodes)
    for edge in range(len(actor)):
        given[actor[edge]] += acts[edge]
    return given
