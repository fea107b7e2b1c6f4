"""Choosing among cases whose audiences overlap: nobody counts twice."""

from __future__ import annotations

import numpy as np
import pytest

from graph.actions import ActionLog
from graph.evidence import DAY, evidence
from graph.overlap import Cases, Chosen, choose_cases
from graph.probabilities import Learned, learn
from graph.reach import expected_reach
from graph.settings import GraphSettings

SETTINGS = GraphSettings(samples=64, half_life_days=10_000)


@pytest.fixture(scope="module")
def learned() -> Learned:
    """Authors 1 and 2 speak to the same forty people, 3 to thirty others; thirty posts each.

    Nobody ever acts on the crowds, who speak as well.
    """
    crowds = {1: range(100, 140), 2: range(100, 140), 3: range(200, 230)}
    people = {who for crowd in crowds.values() for who in crowd}
    acts, said = [], [(who, 0.0, 100 * who + post) for who in people for post in range(30)]
    for speaker, crowd in crowds.items():
        for post in range(30):
            key = 1_000 * speaker + post
            said.append((speaker, float(post), key))
            acts += [(speaker, who, post + 0.5, 10**6 * key + who, key, "reply") for who in crowd]
    log = ActionLog.build([acts], [said])
    return learn(evidence(log, SETTINGS.half_life_days, DAY))


def cases(learned: Learned, **columns: list[float]) -> Cases:
    """One case of each of the three authors, and one of nobody known."""
    reach = np.append(expected_reach(learned, SETTINGS).value[:3], 0.0)
    given = {"people": [*reach[:3], 1.0], "weight": [1.0] * 4} | columns
    return Cases(
        np.array([0, 1, 2, -1]), reach, *(np.array(given[n]) for n in ("people", "weight"))
    )


def chosen(learned: Learned, count: int, **columns: list[float]) -> Chosen:
    return choose_cases(learned, cases(learned, **columns), count, np.array([0, 1]), SETTINGS)


def test_a_second_voice_to_the_same_crowd_is_not_picked(learned: Learned) -> None:
    found = chosen(learned, 2)
    assert set(found.picked.tolist()) in ({0, 2}, {1, 2})
    assert found.together.people.mean == pytest.approx(70, abs=4)
    assert found.naive.people.mean == pytest.approx(41, abs=3)
    assert 1 - np.exp(-1) - 0.1 <= found.at_least <= 1


def test_alone_a_case_is_worth_what_its_forecast_says(learned: Learned) -> None:
    for place, people in enumerate([4.0, 90.0, 0.5, 2.5]):
        given = [0.0] * 4
        given[place] = people
        found = chosen(learned, 1, people=given, weight=[0.5] * 4)
        assert found.picked.tolist() == [place]
        assert found.together.people.mean == pytest.approx(people, rel=0.1)
        assert found.together.harm.mean == pytest.approx(people / 2, rel=0.15)


def test_nothing_is_worth_anything(learned: Learned) -> None:
    found = chosen(learned, 2, people=[0.0] * 4)
    assert found.picked.tolist() == [] and found.together.people.mean == 0


def test_nobody_ever_acted() -> None:
    learned = learn(evidence(ActionLog.build([], [[(1, 0.0, 1)]]), 90, DAY))
    one = np.ones(2)
    given = Cases(np.array([0, -1]), one, np.array([1.0, 3.0]), one)
    found = choose_cases(learned, given, 1, np.array([0]), SETTINGS)
    assert found.picked.tolist() == [1]
    assert found.together.people.mean == pytest.approx(3, rel=0.01)
