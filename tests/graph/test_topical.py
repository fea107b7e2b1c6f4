import numpy as np
import pytest

from graph.actions import ActionLog
from graph.topical import by_topic


def town(acts_on: dict[int, int], posts: int) -> tuple[ActionLog, np.ndarray]:
    """Author 1 says ``posts`` on each topic; so many people act on each post of it."""
    acts, said, topic = [], [], []
    for one, people in acts_on.items():
        for turn in range(posts):
            post = 1_000 * one + turn
            said.append((1, 0.0, post))
            topic.append(one)
            acts += [(1, 50 + v, 1.0, 10**6 + 100 * post + v, post, "reply") for v in range(people)]
    return ActionLog.build([acts], [said]), np.array(topic)


def factors(acts_on: dict[int, int], posts: int) -> dict[int, float]:
    log, topic = town(acts_on, posts)
    overall = np.full(log.authors, 2.0)
    found = by_topic(log, topic, (overall, overall * 0.9, overall * 1.1))
    for one in found.values():
        assert np.all((one.low <= one.value) & (one.value <= one.high))
    return {key: float(one.value[0]) / 2 for key, one in found.items()}


def test_much_evidence_is_believed_and_little_shrinks_to_the_whole() -> None:
    few, many = factors({1: 3, 2: 1}, 5), factors({1: 3, 2: 1}, 200)
    assert many[1] == pytest.approx(1.5, abs=0.05)
    assert many[2] == pytest.approx(0.5, abs=0.05)
    assert 1 < few[1] < many[1]
    assert many[2] < few[2] < 1


def test_who_said_little_on_a_topic_has_no_influence_of_their_own_on_it() -> None:
    assert factors({1: 3, 2: 1}, 4) == {}


def test_posts_of_no_topic_count_for_none() -> None:
    assert set(factors({0: 2, 1: 2}, 10)) == {1}
