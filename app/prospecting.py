"""People who may buy: who they are, what they met, what they did later, what they find today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.readership import known_readers
from domain.analyses import Intent, Polarity
from domain.prospects import Exposure, Prospect, Sequel
from graph.exposure import Told, exposures, possible, prominence
from graph.readers import Readers
from storage.prospects import Met
from storage.unit import Unit

FINDABLE = timedelta(days=180)
"""Testimonies older than that are not what a prospect finds today."""

_DAY = timedelta(days=1)


def prospects(unit: Unit, silent: frozenset[int], now: datetime) -> list[tuple[Prospect, Sequel]]:
    """Who asked about a brand or wanted to buy, each once a brand, and what they did later."""
    first: dict[tuple[str, int], Prospect] = {}
    for one in unit.prospects.asking():
        if one.author_id not in silent and one.since <= now:
            first.setdefault((one.brand, one.author_id), one)
    later = _later(unit, first)
    return [(one, later[key]) for key, one in first.items()]


def _later(unit: Unit, first: Mapping[tuple[str, int], Prospect]) -> dict[tuple[str, int], Sequel]:
    posts: dict[tuple[str, int], list[tuple[datetime, int, str]]] = {key: [] for key in first}
    for author_id, brand, at, post_id, polarity in unit.prospects.of_brands(
        {author_id for _, author_id in first}
    ):
        one = first.get((brand, author_id))
        if one is not None and (at, post_id) > (one.since, one.post_id):
            posts[brand, author_id].append((at, post_id, polarity))
    wanted: dict[int, list[Intent]] = {}
    for post_id, intent in unit.prospects.intents(
        post_id for some in posts.values() for _, post_id, _ in some
    ):
        wanted.setdefault(post_id, []).append(intent)
    return {key: _sequel(sorted(some), wanted) for key, some in posts.items()}


def _sequel(posts: list[tuple[datetime, int, str]], wanted: Mapping[int, list[Intent]]) -> Sequel:
    intents = {intent for _, post_id, _ in posts for intent in wanted.get(post_id, ())}
    last = Polarity(posts[-1][2]) if posts else None
    return Sequel(len(posts), tuple(sorted(intents)), last)


def met(
    unit: Unit, found: Iterable[Prospect], silent: frozenset[int]
) -> list[tuple[str, Exposure]]:
    """Which testimonies of a brand its prospects met, by brand."""
    by_brand: dict[str, set[int]] = {}
    for one in found:
        by_brand.setdefault(one.brand, set()).add(one.author_id)
    wanted = {author_id for some in by_brand.values() for author_id in some}
    spoken = [_told(*one) for one in unit.prospects.said(wanted)]
    acts = list(unit.prospects.acted(wanted))
    threads = {one.thread for one in spoken}
    on = {act.on_post_id for act in acts if act.on_post_id is not None}
    told: dict[str, dict[int, Told]] = {}
    for brand, post in unit.prospects.testimonies(threads, on):
        if post[1] not in silent:
            told.setdefault(brand, {})[post[0]] = _told(*post)
    return [
        (brand, one)
        for brand, ours in by_brand.items()
        for one in exposures(ours, list(told.get(brand, {}).values()), spoken, acts)
    ]


def _told(post_id: int, author_id: int, source: str, root: str, at: datetime) -> Told:
    return Told(post_id, author_id, (source, root), at)


@dataclass(frozen=True, slots=True)
class Finding:
    """A testimony as a prospect finds it today: ``share`` of all that is found, in [0, 1].

    ``possible`` bounds from above how many prospects saw it, by its views, counted or estimated.
    """

    met: Met
    share: float
    possible: float


@dataclass(frozen=True, slots=True)
class Findings:
    """What a prospect of a brand finds today, the weightiest first, and how it feels as a whole."""

    found: tuple[Finding, ...]
    feelings: Mapping[Polarity, float]


def findings(unit: Unit, brand: str, silent: frozenset[int], now: datetime) -> Findings:
    """The testimonies of a brand, each weighing what ``graph.exposure.prominence`` says."""
    shares = unit.prospects.shares(brand)
    testimonies = [
        one
        for one in unit.prospects.to_meet(brand, now - FINDABLE)
        if one.author_id not in silent and one.at <= now
    ]
    readers = known_readers(unit)
    bounds = [
        possible(_views(readers, one, now), *shares.get(one.source, (0, 0))) for one in testimonies
    ]
    weights = [
        prominence(max(one.observed + one.likely, bound), one.replies, (now - one.at) / _DAY)
        for one, bound in zip(testimonies, bounds, strict=True)
    ]
    total = sum(weights) or 1.0
    found = [
        Finding(one, weight / total, bound)
        for one, weight, bound in zip(testimonies, weights, bounds, strict=True)
    ]
    feelings = {
        feeling: sum(one.share for one in found if one.met.polarity is feeling)
        for feeling in Polarity
    }
    found.sort(key=lambda one: (-one.share, one.met.post_id))
    return Findings(tuple(found), feelings)


def _views(readers: Readers, one: Met, now: datetime) -> float:
    """How many opened it: as its place counts; estimated where it counts others' only."""
    if one.views is not None:
        return one.views
    age = max((now - one.at).total_seconds(), 0.0)
    read = readers.silent(one.source, one.replies, age, one.opens)
    return one.replies + read.value if read else 0.0
