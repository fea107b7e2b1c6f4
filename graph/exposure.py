"""Which testimonies a prospect has met: by acting on them, or by speaking where they stood."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.influence import Interaction
from domain.prospects import Certainty, Exposure


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


def possible(views: int, prospects_there: int, people_there: int) -> float:
    """How many prospects may have seen a post: its views by the share of prospects there.

    An upper bound where the place counts views of the same person twice, and a guess that
    prospects read as others do. Unit: people.

    >>> possible(1_000, 20, 400)
    50.0
    """
    return views * prospects_there / people_there if people_there else 0.0


def _observed(
    wanted: frozenset[int], told: Mapping[int, Told], acts: Iterable[Interaction]
) -> Iterator[Exposure]:
    for act in acts:
        if act.actor_id in wanted and act.on_post_id in told and act.actor_id != act.speaker_id:
            yield Exposure(act.actor_id, act.on_post_id, Certainty.OBSERVED, act.at)


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
