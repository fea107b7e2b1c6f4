"""Two readings of the same texts, and the mix that is likeliest on the part that chooses."""

import numpy as np
import pytest

from nlp.encoder import Matrix
from nlp.training.comparing import Mix, Parts, compared, task_of
from nlp.training.fitting import Task
from nlp.training.sets import Labelled

LABELS = ("bad", "good", "plain")
PARTS = ("train", "val", "test")
WAYS = ("other", "one", "both")


def rows(count: int) -> list[Labelled]:
    return [
        Labelled(
            f"text {at}",
            frozenset({LABELS[at % 3]}),
            PARTS[at // 3 % 3],
            "pt" if at // 9 % 2 else "",
        )
        for at in range(count)
    ]


def reading(task: Task, seed: int, clear: float) -> Matrix:
    """Logits that lean to the truth by so much, beside noise of their own."""
    noise = np.random.default_rng(seed).normal(size=task.targets.shape)
    leaning: Matrix = (clear * task.targets + noise).astype(np.float32)
    return leaning


def test_two_readings_are_better_than_one() -> None:
    texts = rows(3_000)
    task = task_of("felt", texts)
    first, beside = reading(task, 1, 1.5), reading(task, 2, 1.5)
    ways, scores = compared(task, texts, ("one", first), ("other", beside), "both")
    assert [one.name for one in scores] == [*WAYS, *(f"pt {way}" for way in WAYS)]
    found = {one.name: one for one in scores}
    assert found["both"].f1 > max(found["one"].f1, found["other"].f1) + 0.03
    assert ways["one"].beside == ways["other"].first == 0
    assert ways["both"].beside == pytest.approx(ways["both"].first, rel=0.51)
    assert found["both"].ece < 0.06


def test_a_reading_that_knows_little_counts_little() -> None:
    texts = rows(3_000)
    task = task_of("felt", texts)
    first, beside = reading(task, 1, 3.0), reading(task, 2, 0.2)
    mix = compared(task, texts, ("one", first), ("other", beside), "both")[0]["both"]
    assert mix.beside <= mix.first / 4


def test_nothing_is_chosen_on_the_test_rows() -> None:
    texts = rows(600)
    task, test = task_of("felt", texts), Parts.of(rows(600)).test
    first, beside = reading(task, 1, 1.5), reading(task, 2, 1.5)
    ways = compared(task, texts, ("one", first), ("other", beside), "both")[0]
    first[test], beside[test] = -first[test], 0
    again = compared(task, texts, ("one", first), ("other", beside), "both")[0]
    assert ways == again


def test_labels_that_hold_together_get_a_threshold_from_val() -> None:
    texts = [
        Labelled(f"text {at}", frozenset(LABELS[: at % 3]), PARTS[at // 3 % 3]) for at in range(900)
    ]
    task = task_of("told", texts)
    assert not task.exclusive
    (_, one, _) = compared(
        task, texts, ("one", 8 * task.targets - 5), ("other", reading(task, 2, 0.0)), "both"
    )[1]
    assert one.f1 == 1


def test_rare_labels_are_lifted_where_the_mean_over_labels_gains() -> None:
    labels = ["plain"] * 16 + ["good"] * 3 + ["bad"]
    texts = [
        Labelled(f"text {at}", frozenset({labels[at % 20]}), PARTS[at // 20 % 3])
        for at in range(6_000)
    ]
    task = task_of("felt", texts)
    chances = reading(task, 1, 1.5) + 1.5 * np.log(task.targets.mean(axis=0))
    ways, scores = compared(task, texts, ("one", chances), ("other", 0 * chances), "both")
    bad, good, plain = ways["one"].lift
    assert bad > good > plain
    assert sum(ways["one"].lift) == pytest.approx(0, abs=1e-5)
    assert scores[1].f1 > 0.5


def test_a_mix_weighs_logits_and_lifts() -> None:
    mix = Mix(0.5, 2.0, (0.0, 1.0))
    mixed = mix.logits(np.ones((1, 2), np.float32), np.array([[1, 0]], np.float32))
    assert mixed.tolist() == [[2.5, 1.5]]
