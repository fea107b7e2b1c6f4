"""How near estimates come to a town's truth."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import numpy as np

from app.simulation.agreement import (
    accuracy,
    macro_f1,
    precision_recall,
    root_mean_square,
    spearman,
)
from app.simulation.speech import Speech
from app.simulation.truth import TownTruth

WELL_HEARD = 5
"""From this many posts on an author counts as well heard."""

_GRACE = timedelta(hours=6)


class Estimate(NamedTuple):
    """A value with its interval."""

    value: float
    low: float
    high: float


class Fired(NamedTuple):
    """A volume alert: when, and of which stage if it names one."""

    at: datetime
    stage: str | None = None


@dataclass(frozen=True, slots=True)
class Estimates:
    """What was found out, by external ids; what is left empty is not scored.

    ``reach`` by author, ``edges`` by (speaker, actor), the labels by post. A post
    without an entry in a label's mapping counts as not seen: it is left out there.
    """

    reach: Mapping[str, Estimate] = field(default_factory=dict)
    edges: Mapping[tuple[str, str], float] = field(default_factory=dict)
    language: Mapping[str, str] = field(default_factory=dict)
    polarity: Mapping[str, str] = field(default_factory=dict)
    stage: Mapping[str, str | None] = field(default_factory=dict)
    brands: Mapping[str, Collection[str]] = field(default_factory=dict)
    bursts: Sequence[Fired] | None = None


class Score(NamedTuple):
    """One number: what is measured, among whom, how many were counted."""

    measure: str
    group: str
    value: float | None
    counted: int


@dataclass(frozen=True, slots=True)
class Scores:
    """All scores of one comparison."""

    scores: tuple[Score, ...]

    def table(self) -> list[tuple[str, str, str, str]]:
        """Plain rows for a table: measure, group, value to three places, count."""
        return [
            (
                one.measure,
                one.group,
                "–" if one.value is None else f"{one.value:.3f}",
                f"{one.counted:,}",
            )
            for one in self.scores
        ]

    def value(self, measure: str, group: str) -> float | None:
        """The value of one score; KeyError if there is none such."""
        found = {(one.measure, one.group): one.value for one in self.scores}
        return found[measure, group]


def score(truth: TownTruth, estimates: Estimates) -> Scores:
    """Compare estimates with what is so."""
    rows = [*_reach(truth, estimates.reach), *_edges(truth, estimates.edges)]
    rows += _labels(truth, estimates)
    if estimates.bursts is not None:
        rows += _bursts(truth, estimates.bursts)
    return Scores(tuple(rows))


def _reach(truth: TownTruth, found: Mapping[str, Estimate]) -> Iterator[Score]:
    """Ranks and intervals; an author of whom nothing is estimated counts as moving nobody."""
    if not found:
        return
    authors = truth.authors.select(["author", "posts", "reach"]).to_pylist()
    for group, fewest in (("all who spoke", 1), (f"≥ {WELL_HEARD} posts", WELL_HEARD)):
        heard = [one for one in authors if one["posts"] >= fewest]
        guess = [found.get(one["author"], Estimate(0.0, 0.0, 0.0)) for one in heard]
        true = [one["reach"] for one in heard]
        inside = [low <= value <= high for value, (_, low, high) in zip(true, guess, strict=True)]
        yield Score(
            "reach: Spearman", group, spearman(true, [one.value for one in guess]), len(true)
        )
        share = sum(inside) / len(inside) if inside else None
        yield Score("reach: truth inside the interval", group, share, len(true))


def _edges(truth: TownTruth, found: Mapping[tuple[str, str], float]) -> Iterator[Score]:
    """Errors over every true tie (one not found counts as 0) and every tie found."""
    if not found:
        return
    columns = (truth.edges[name].to_pylist() for name in ("speaker", "actor", "probability"))
    true = {(speaker, actor): value for speaker, actor, value in zip(*columns, strict=True)}
    missed = [value - found.get(tie, 0.0) for tie, value in true.items()]
    made = [true.get(tie, 0.0) - value for tie, value in found.items()]
    yield Score("ties: error (RMSE)", "true ties", root_mean_square(missed), len(missed))
    yield Score("ties: error (RMSE)", "ties found", root_mean_square(made), len(made))
    real = sum(tie in true for tie in found) / len(found)
    yield Score("ties: real", "ties found", real, len(found))


def _labels(truth: TownTruth, estimates: Estimates) -> Iterator[Score]:
    """Labels of people's words; what our own account writes is not judged."""
    columns = ["post", "speech", "language", "polarity", "stage", "named"]
    posts = [
        one
        for one in truth.posts.select(columns).to_pylist()
        if one["language"] and one["speech"] != Speech.OFFICIAL
    ]
    yield from _classes("language", "all", posts, "language", estimates.language)
    for group, some in _by_language(posts):
        yield from _classes("sentiment", group, some, "polarity", estimates.polarity)
        yield from _stages(group, some, estimates.stage)
    yield from _mentions(posts, estimates.brands)


_Rows = Sequence[Mapping[str, Any]]


def _by_language(posts: _Rows) -> Iterator[tuple[str, _Rows]]:
    yield "all", posts
    for language in sorted({one["language"] for one in posts}):
        yield language, [one for one in posts if one["language"] == language]


def _classes(
    name: str, group: str, posts: _Rows, column: str, found: Mapping[str, str | None]
) -> Iterator[Score]:
    seen = [one for one in posts if one["post"] in found]
    if seen:
        true = [one[column] for one in seen]
        guess = [found[one["post"]] or "" for one in seen]
        yield Score(f"{name}: accuracy", group, accuracy(true, guess), len(true))
        yield Score(f"{name}: macro-F1", group, macro_f1(true, guess), len(true))


def _stages(group: str, posts: _Rows, found: Mapping[str, str | None]) -> Iterator[Score]:
    """Right stages where the words tell one, and silence where they tell none."""
    telling = [one for one in posts if one["stage"]]
    yield from _classes("stage", group, telling, "stage", found)
    mute = [one for one in posts if not one["stage"] and one["post"] in found]
    if mute:
        quiet = sum(not found[one["post"]] for one in mute) / len(mute)
        yield Score("stage: none where none is told", group, quiet, len(mute))


def _mentions(posts: _Rows, found: Mapping[str, Collection[str]]) -> Iterator[Score]:
    seen = [one for one in posts if one["post"] in found]
    if seen:
        true = [frozenset(one["named"]) for one in seen]
        guess = [frozenset(found[one["post"]]) for one in seen]
        precision, recall = precision_recall(true, guess)
        yield Score("brand named: precision", "all", precision, len(seen))
        yield Score("brand named: recall", "all", recall, len(seen))


def _bursts(truth: TownTruth, fired: Sequence[Fired]) -> Iterator[Score]:
    """A burst is found by an alert of its stage, or of none, until six hours after it."""
    hits = np.array(
        [
            [
                one.start <= alert.at <= one.end + _GRACE and alert.stage in (None, one.stage)
                for alert in fired
            ]
            for one in truth.incidents
        ],
        dtype=bool,
    ).reshape(len(truth.incidents), len(fired))
    found = float(hits.any(axis=1).mean()) if len(hits) else None
    yield Score("bursts: found", "incidents", found, len(hits))
    yield Score("bursts: alerts of none", "alerts", float((~hits.any(axis=0)).sum()), len(fired))
