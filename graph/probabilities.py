"""Learned edge probabilities: how likely an actor is to act on a speaker's next post."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.audience import Audience, fit_audience
from graph.columns import Floats, Singles
from graph.csr import Csr
from graph.evidence import Evidence
from graph.homes import Homes


@dataclass(frozen=True, slots=True)
class EdgeEvidence:
    """Why an edge has its probability: distinct posts acted on, of how many."""

    acts: int
    posts: int
    fresh_acts: float
    fresh_posts: float
    probability: float


@dataclass(frozen=True, slots=True)
class Learned:
    """The graph of influence, learned: out-edges speaker → actor with probabilities.

    ``newcomers`` is, for each author, how many people who never acted on them before are
    expected to act on their next post. ``edge_variance`` and ``newcomer_variance`` say how
    unsure the probabilities and the newcomers are (posterior variances).
    """

    graph: Csr
    newcomers: Floats
    edge_variance: Singles
    newcomer_variance: Floats
    evidence: Evidence
    audience: Audience

    def edge(self, speaker: int, actor: int) -> EdgeEvidence | None:
        """The evidence of one edge, by dense indices; None where there is none."""
        first, last = self.evidence.starts[speaker : speaker + 2]
        place = first + np.searchsorted(self.evidence.actor[first:last], actor)
        if place == last or self.evidence.actor[place] != actor:
            return None
        return EdgeEvidence(
            int(self.evidence.acts[place]),
            int(self.evidence.posts[speaker]),
            float(self.evidence.fresh_acts[place]),
            float(self.evidence.fresh_posts[speaker]),
            float(self.graph.probability[place]),
        )


def learn(counted: Evidence, audience: Audience | None = None, homes: Homes = ()) -> Learned:
    """Probabilities from counts, shrunk as far as the counts are thin. O(edges).

    The plain estimate, acts / posts (the Bernoulli model of Goyal, Bonchi, Lakshmanan:
    Learning influence probabilities in social networks, WSDM 2010), makes one lucky reply
    a sure thing and leaves no room for people yet unseen. Here, in the model of
    ``graph.audience``, with decayed counts k of n:

    - of an edge that was seen, ``p ~ Beta(k, n - k + b_u)``, so ``E p = k / (n + b_u)``, with a
      doubt ``b_u`` of the speaker's own, shrunk to the source's (``graph.doubts``);
    - of people yet unseen, ``alpha_u · b_u / (b_u + n)`` act on the next post, where ``alpha_u``
      shrinks from what this speaker's audience shows to the mean at home: ``(shape +
      f·people) / (shape/mean + f·seen(posts))``, f the share of evidence that is still fresh.

    So what is taken from a lucky edge is not lost, but given to people still to come: an
    author with one answered post of one falls back towards the mean of their community, and it
    towards that of the source (``homes``). What audiences are like is fitted, unless it is known.
    """
    audience = audience or fit_audience(counted, homes)
    graph, edge_variance = _seen_edges(counted, audience)
    newcomers, newcomer_variance = _newcomers(counted, audience)
    return Learned(graph, newcomers, edge_variance, newcomer_variance, counted, audience)


def _seen_edges(counted: Evidence, audience: Audience) -> tuple[Csr, Singles]:
    """Mean and variance of each seen edge's beta posterior."""
    weight = np.repeat(counted.fresh_posts + audience.doubt, counted.audience)
    mean = counted.fresh_acts / weight
    variance = (mean * (1 - mean) / (weight + 1)).astype(np.float32)
    return Csr(counted.starts, counted.actor, mean.astype(np.float32)), variance


def _newcomers(counted: Evidence, audience: Audience) -> tuple[Floats, Floats]:
    """Mean and variance of how many people yet unseen act on the next post."""
    posts = counted.posts.astype(np.float64)
    fresh = counted.fresh_posts / np.maximum(posts, 1.0)
    shape = audience.shape + fresh * counted.audience
    alpha = shape / (audience.shape / audience.mean + fresh * audience.seen(posts))
    mean = alpha * audience.unseen(counted.fresh_posts)
    # unsure of alpha, and of how unevenly the unseen probabilities are spread
    uneven = mean / (1 + audience.doubt + counted.fresh_posts)
    return mean, mean**2 / shape + uneven
