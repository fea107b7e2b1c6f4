"""How far an account counts as a person: by whom the town's people act on."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import breadth_first_order, connected_components

from graph.columns import Flags, Floats, Ints
from graph.csr import Csr

_CANDIDATES = 8
_GREAT = 0.25
"""A group is great if it has this share of the largest one's people."""

_FOLDS = 5
_CIRCLE = 3
"""Fewer people than this who act on one another are no town, and nobody is judged by them."""


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
    if not acts.edges:
        return np.ones(acts.nodes)
    shape = (acts.nodes, acts.nodes)
    town = _town(csr_matrix((np.ones(acts.edges, np.int8), acts.neighbour, acts.starts), shape))
    if town is None:
        return np.ones(acts.nodes)
    speaker, actor = acts.rows(), acts.neighbour
    given = np.bincount(actor, acts.probability, acts.nodes)
    votes = town[actor] * acts.probability / np.maximum(given, 1e-300)[actor]
    trust = np.bincount(speaker, votes, acts.nodes).clip(max=1.0)
    ties = np.bincount(actor, minlength=acts.nodes)
    one_more = np.bincount(actor, chance.probability, acts.nodes) / (ties + 1)
    ordinary = (one_more @ trust) / ((ties > 0).sum() - one_more @ (1 - trust))
    counts: Floats = trust + (1 - trust) * ordinary
    return counts


def _town(acted: csr_matrix) -> Flags | None:
    """Who is in town, whichever fifth of all accounts is left out; None where there is none."""
    centre = _centre(acted)
    if centre is None:
        return None
    town, fold = np.ones(len(centre), bool), np.arange(len(centre)) % _FOLDS
    for left_out in range(_FOLDS):
        stays = fold != left_out
        rest = np.flatnonzero(stays)
        found = np.zeros(len(centre), bool)
        found[rest] = _around(acted[rest][:, rest], centre[rest])
        town &= found | (~stays & (acted @ found.astype(np.int32) > 0))
    return town


def _centre(acted: csr_matrix) -> Flags | None:
    """The great group to which the most accounts lead."""
    count, group = connected_components(acted, connection="strong")
    size = np.bincount(group, minlength=count)
    largest = np.argsort(-size, kind="stable")[:_CANDIDATES]
    great = largest[size[largest] >= max(_CIRCLE, _GREAT * size.max())]
    if not len(great):
        return None
    led = [len(_reached(acted, int(np.argmax(group == one)))) for one in great.tolist()]
    centre: Flags = group == great[int(np.argmax(led))]
    return centre


def _around(acted: csr_matrix, centre: Flags) -> Flags:
    """The group with the most of the centre's people, and everyone its acts lead to."""
    _, group = connected_components(acted, connection="strong")
    chosen = np.bincount(group[centre], minlength=1).argmax()
    around: Flags = np.zeros(len(centre), bool)
    if not centre.any():
        return around
    around[_reached(acted.T.tocsr(), int(np.argmax(group == chosen)))] = True
    return around


def _reached(graph: csr_matrix, start: int) -> Ints:
    """Everyone to whom a path leads."""
    found: Ints = breadth_first_order(graph, start, return_predecessors=False)
    return found
