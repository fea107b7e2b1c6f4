"""Influence by topic: how much further an author's posts on one topic go than their others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincinv

from graph.actions import ActionLog
from graph.columns import Floats, Ints

_FEWEST = 5
"""With fewer posts on a topic, an author has no influence of their own on it."""

_BELIEF = 5.0
"""Acts that it takes to believe in a topic of one's own as much as in the whole."""

Values = tuple[Floats, Floats, Floats]


@dataclass(frozen=True, slots=True)
class Topical:
    """Value, low and high of those with enough posts on one topic; ``author`` are indices."""

    author: Ints
    value: Floats
    low: Floats
    high: Floats


def by_topic(log: ActionLog, topic: Ints, overall: Values) -> dict[int, Topical]:
    """The reach of a post on each topic, for authors with five posts or more on it. O(acts).

    ``topic`` is that of each row of ``said_post`` (0 or less: none), ``overall`` the reach of
    each author over all topics. With A distinct people-and-post acts on an author's n posts on
    a topic, where their overall rate lets E expect, the topic's factor has a gamma posterior:
    ``(A + 5) / (E + 5)`` times the overall reach. So a topic without much evidence is told like
    the whole. The interval adds the factor's variance to that of the whole.

    >>> acts = [(1, 9, 1.0, 10 + i, 1 + i, "reply") for i in range(5)]
    >>> log = ActionLog.build([acts], [[(1, 0.0, i) for i in range(1, 11)]])
    >>> topic, one = np.array([3] * 5 + [4] * 5), np.ones(2)
    >>> found = by_topic(log, topic, (one, one, one))
    >>> found[3].value.round(2).tolist(), found[4].value.round(2).tolist()
    ([1.33], [0.67])
    """
    order = np.argsort(log.said_post, kind="stable")
    place = np.searchsorted(log.said_post[order], log.on_post).clip(max=max(len(order) - 1, 0))
    row = order[place] if len(order) else place
    direct = np.zeros(log.acts, bool)
    if len(order):
        direct = (log.said_post[row] == log.on_post) & (log.on_post != 0)
    pairs = np.unique(np.stack([row[direct], log.actor[direct]]), axis=1)[0]
    acts = np.bincount(pairs, minlength=len(topic)).astype(float)
    said = np.bincount(log.said_by, minlength=log.authors)
    rate = np.bincount(log.said_by, acts, log.authors) / np.maximum(said, 1.0)
    found = {}
    for one in np.unique(topic[topic > 0]).tolist():
        mine = topic == one
        posts = np.bincount(log.said_by[mine], minlength=log.authors)
        author = np.flatnonzero(posts >= _FEWEST)
        if len(author):
            happened = np.bincount(log.said_by[mine], acts[mine], log.authors)[author]
            expected: Floats = rate[author] * posts[author]
            found[one] = _shrunk(author, happened.astype(float), expected, overall)
    return found


def _shrunk(author: Ints, happened: Floats, expected: Floats, overall: Values) -> Topical:
    factor = (happened + _BELIEF) / (expected + _BELIEF)
    value, low, high = (one[author] for one in overall)
    mean = factor * value
    spread = ((high - low) / (2 * 1.2816) / np.maximum(value, 1e-9)) ** 2
    shape = 1 / (spread + 1 / (happened + _BELIEF))
    low, high = (mean * gammaincinv(shape, share) / shape for share in (0.1, 0.9))
    return Topical(author, mean, np.minimum(low, mean), np.maximum(high, mean))
