"""Which testimonies a prospect has met: by acting on them, or by speaking where they stood."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from domain.influence import Interaction
from domain.prospects import Certainty, Exposure

_MONTH = 30.0


@dataclass(frozen=True, slots=True)
class Told:
    """A post as far as exposure asks: whose, in which thread (source and root), and when."""

    post_id: int
    author_id: int
    thread: tuple[str, str]
    at: datetime


def exposures(
    prospects: Collection[int],
    testimonies: Collection[Told],
    spoken: Iterable[Told],
    acts: Iterable[Interaction],
) -> list[Exposure]:
    """What these authors met of these testimonies, each pair once, the surest way, oldest first.

    Observed where a prospect acted on the post (replied, quoted, shared, reacted), from
    the act on. Likely where a prospect spoke in the same thread after the testimony was
    there, from then on; of the threads' readers only those who speak are seen, so there
    are more than these (see ``possible``). Nobody is exposed to words of their own.
    O(acts + Σ over threads of its testimonies × its prospects' posts).
    """
    wanted, told = frozenset(prospects), {one.post_id: one for one in testimonies}
    met: dict[tuple[int, int], Exposure] = {}
    for one in (*_observed(wanted, told, acts), *_likely(wanted, told, spoken)):
        key = (one.author_id, one.post_id)
        known = met.get(key)
        if known is None or _surer(one, known):
            met[key] = one
    return sorted(met.values(), key=lambda one: (one.at, one.author_id, one.post_id))


def possible(views: float, prospects_there: int, people_there: int) -> float:
    """How many prospects may have seen a post: its views by their share there, at most all.

    An upper bound where the place counts views of the same person twice, and a guess that
    prospects read as others do. Unit: people.

    >>> possible(1_000, 20, 400)
    20.0
    """
    if not people_there:
        return 0.0
    return min(float(prospects_there), views * prospects_there / people_there)


def prominence(met: float, replies: int, age_days: float) -> float:
    """How much a testimony weighs in what a prospect finds today; without a unit.

    ``(1 + met + log2(1 + replies)) · 2^(-age / 30 days)``, where ``met`` counts the prospects
    who met it: those known to, or those its views may hold, if these are more. Places show
    first what is talked about and new; the form is a plain guess at that, no measured law.

    >>> prominence(3.0, 3, 30.0)
    3.0
    """
    return (1 + met + float(np.log2(1 + replies))) * float(np.exp2(-age_days / _MONTH))


def _observed(
    wanted: frozenset[int], told: Mapping[int, Told], acts: Iterable[Interaction]
) -> Iterator[Exposure]:
    for act in acts:
        post_id = act.on_post_id
        if post_id is None or post_id not in told or act.actor_id == act.speaker_id:
            continue
        if act.actor_id in wanted:
            yield Exposure(act.actor_id, post_id, Certainty.OBSERVED, act.at)


def _likely(
    wanted: frozenset[int], told: Mapping[int, Told], spoken: Iterable[Told]
) -> Iterator[Exposure]:
    standing: dict[tuple[str, str], list[Told]] = {}
    for one in told.values():
        standing.setdefault(one.thread, []).append(one)
    for post in spoken:
        if post.author_id not in wanted:
            continue
        for one in standing.get(post.thread, ()):
            if one.at < post.at and one.author_id != post.author_id:
                yield Exposure(post.author_id, one.post_id, Certainty.LIKELY, post.at)


def _surer(one: Exposure, other: Exposure) -> bool:
    order = list(Certainty)
    return (order.index(one.certainty), one.at) < (order.index(other.certainty), other.at)
