from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from scipy import stats
from sklearn import metrics

from app.simulation.agreement import macro_f1, precision_recall, root_mean_square, spearman
from app.simulation.scoring import Estimate, Estimates, Fired, score
from app.simulation.truth import POSTS, TownTruth

DAY = datetime(2026, 5, 4, tzinfo=UTC)


def post(name: str, **changes: Any) -> dict[str, Any]:
    plain = {
        "post": name,
        "author": "u1",
        "speech": "complaint",
        "polarity": "negative",
        "stage": "use",
        "theme": "use",
        "language": "pt",
        "variety": "pt-BR",
        "about": "lumare",
        "named": ["lumare"],
        "incident": "",
        "on": "",
        "cascade": name,
        "moved": False,
        "to_come": 0,
    }
    return plain | changes


def small_truth() -> TownTruth:
    posts = [
        post("p1"),
        post("p2", polarity="positive", stage="billing", language="en", named=[]),
        post("p3", polarity="neutral", stage="", speech="curiosity"),
        post("p4", speech="silent", polarity="", stage="", language="", named=[]),
        post("p5", speech="official", polarity="neutral", stage="", named=["lumare"]),
    ]
    authors = {
        "author": ["u1", "u2", "u3", "u4"],
        "posts": [9, 5, 1, 0],
        "reach": [4.0, 2.0, 1.0, 9.0],
    }
    edges = {"speaker": ["u1", "u1"], "actor": ["u2", "u3"], "probability": [0.5, 0.2]}
    incidents = [
        {
            "id": "cut",
            "stage": "use",
            "start": DAY.isoformat(),
            "end": (DAY + timedelta(days=1)).isoformat(),
        },
        {
            "id": "late",
            "stage": "delivery",
            "start": (DAY + timedelta(days=5)).isoformat(),
            "end": (DAY + timedelta(days=6)).isoformat(),
        },
    ]
    return TownTruth(
        pa.Table.from_pylist(posts, schema=POSTS),
        pa.table(authors),
        pa.table(edges),
        pa.table({"post": ["p1"]}),
        {"incidents": incidents},
    )


def test_nothing_estimated_is_nothing_scored() -> None:
    assert score(small_truth(), Estimates()).scores == ()


def test_reach_is_scored_among_those_who_spoke() -> None:
    reach = {"u1": Estimate(3, 2, 5), "u2": Estimate(3.5, 3, 4), "u3": Estimate(0.5, 0, 2)}
    scores = score(small_truth(), Estimates(reach=reach))
    assert scores.value("reach: Spearman", "all who spoke") == pytest.approx(0.5)
    assert scores.value("reach: Spearman", "≥ 5 posts") == pytest.approx(-1)
    inside = scores.value("reach: truth inside the interval", "all who spoke")
    assert inside == pytest.approx(2 / 3)


def test_an_author_not_estimated_counts_as_moving_nobody() -> None:
    scores = score(small_truth(), Estimates(reach={"u2": Estimate(2, 1, 3)}))
    assert scores.value("reach: truth inside the interval", "all who spoke") == pytest.approx(1 / 3)


def test_ties_missed_and_made_up_are_errors() -> None:
    edges = {("u1", "u2"): 0.4, ("u2", "u1"): 0.3}
    scores = score(small_truth(), Estimates(edges=edges))
    rmse = "ties: error (RMSE)"
    assert scores.value(rmse, "true ties") == pytest.approx(((0.1**2 + 0.2**2) / 2) ** 0.5)
    assert scores.value(rmse, "ties found") == pytest.approx(((0.1**2 + 0.3**2) / 2) ** 0.5)
    assert scores.value("ties: real", "ties found") == 0.5


def test_labels_are_scored_by_language_and_only_where_people_use_words() -> None:
    polarity = {
        "p1": "negative",
        "p2": "negative",
        "p3": "neutral",
        "p4": "positive",
        "p5": "positive",
    }
    scores = score(small_truth(), Estimates(polarity=polarity))
    assert scores.value("sentiment: accuracy", "all") == pytest.approx(2 / 3)
    assert scores.value("sentiment: accuracy", "pt") == 1
    assert scores.value("sentiment: accuracy", "en") == 0


def test_stages_are_right_silent_or_wrong() -> None:
    scores = score(small_truth(), Estimates(stage={"p1": "use", "p2": None, "p3": "support"}))
    assert scores.value("stage: accuracy", "all") == 0.5
    assert scores.value("stage: macro-F1", "all") == 0.5
    assert scores.value("stage: none where none is told", "all") == 0


def test_posts_not_seen_are_left_out() -> None:
    scores = score(small_truth(), Estimates(language={"p1": "pt"}))
    (accuracy, f1) = scores.scores
    assert (accuracy.value, accuracy.counted, f1.value) == (1, 1, 1)


def test_brands_are_scored_by_mention() -> None:
    brands = {"p1": ["lumare", "ventoria"], "p2": [], "p3": []}
    scores = score(small_truth(), Estimates(brands=brands))
    assert scores.value("brand named: precision", "all") == 0.5
    assert scores.value("brand named: recall", "all") == 0.5


def test_a_burst_is_found_in_its_time_and_stage() -> None:
    def found(*fired: Fired) -> tuple[float | None, float | None]:
        scores = score(small_truth(), Estimates(bursts=fired))
        return (
            scores.value("bursts: found", "incidents"),
            scores.value("bursts: alerts of none", "alerts"),
        )

    hour = timedelta(hours=1)
    assert found() == (0, 0)
    assert found(Fired(DAY + hour)) == (0.5, 0)
    assert found(Fired(DAY + 29 * hour, "use")) == (0.5, 0)
    assert found(Fired(DAY + 31 * hour, "use")) == (0, 1)
    assert found(Fired(DAY + hour, "delivery")) == (0, 1)
    assert found(Fired(DAY), Fired(DAY), Fired(DAY + 130 * hour, "delivery")) == (1, 0)


def test_the_table_is_plain_rows() -> None:
    rows = score(small_truth(), Estimates(bursts=(), language={"p1": "pt"})).table()
    assert rows[0] == ("language: accuracy", "all", "1.000", "1")
    assert all(len(row) == 4 and all(isinstance(cell, str) for cell in row) for row in rows)


def test_perfect_knowledge_of_a_town_scores_perfectly(truth: TownTruth) -> None:
    posts = [row for row in truth.posts.to_pylist() if row["language"]]
    reach = zip(
        truth.authors["author"].to_pylist(), truth.authors["reach"].to_pylist(), strict=True
    )
    ties = (truth.edges[name].to_pylist() for name in ("speaker", "actor", "probability"))
    known = Estimates(
        reach={author: Estimate(value, value, value) for author, value in reach},
        edges={(one, two): p for one, two, p in zip(*ties, strict=True)},
        language={row["post"]: row["language"] for row in posts},
        polarity={row["post"]: row["polarity"] for row in posts},
        stage={row["post"]: row["stage"] or None for row in posts},
        brands={row["post"]: row["named"] for row in posts},
        bursts=[Fired(one.start, one.stage) for one in truth.incidents],
    )
    for one in score(truth, known).scores:
        zero = "error" in one.measure or "of none" in one.measure
        assert one.value == pytest.approx(0 if zero else 1), one
        assert one.counted > 0


def test_spearman_agrees_with_scipy_ties_included() -> None:
    rng = np.random.default_rng(0)
    left, right = rng.integers(0, 9, 60), rng.integers(0, 9, 60)
    assert spearman(left, right) == pytest.approx(stats.spearmanr(left, right).statistic)
    assert spearman([1, 1, 1], [1, 2, 3]) is None
    assert spearman([1], [1]) is None


def test_macro_f1_agrees_with_scikit_learn() -> None:
    rng = np.random.default_rng(1)
    truth, guess = rng.choice(list("abc"), 80).tolist(), rng.choice(list("abcd"), 80).tolist()
    ours = macro_f1(truth, guess)
    assert ours == pytest.approx(
        metrics.f1_score(truth, guess, labels=list("abc"), average="macro")
    )
    assert macro_f1([], []) is None


def test_empty_measures_are_undefined() -> None:
    assert root_mean_square([]) is None
    assert precision_recall([frozenset()], [frozenset()]) == (None, None)
