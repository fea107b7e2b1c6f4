import numpy as np
import pytest

from graph.cascadefiles import CascadeRow
from graph.credit import Acquaintance, Cast, credit, credited


def row(*people: str, step: float = 10.0) -> CascadeRow:
    delay = step * np.arange(1, len(people))
    return CascadeRow("1", people[0], tuple(people[1:]), delay, None)


def ties(*pairs: str, people: int = 26) -> Acquaintance:
    ends = np.array([[ord(one) - 97 for one in pair] for pair in pairs], np.int32)
    return Acquaintance.of(ends[:, 0], ends[:, 1], people)


INDEX = {chr(97 + i): i for i in range(26)}


def earned(cascades: list[CascadeRow], met: Acquaintance) -> dict[str, float]:
    values = credited(Cast.of(cascades, INDEX), met)
    return {name: round(float(values[i]), 4) for name, i in INDEX.items() if values[i]}


def test_credit_is_passed_on_along_the_chain() -> None:
    assert earned([row("a", "b", "c", "d")], ties("ab", "bc", "cd")) == {"a": 3, "b": 2, "c": 1}


def test_those_before_share_and_strangers_get_nothing() -> None:
    met = ties("ac", "bc", "ax")
    found = earned([CascadeRow("1", "a", ("b", "z", "c"), np.array([0.0, 5.0, 1e-9]), None)], met)
    assert found == {"a": 0.5, "b": 0.5} or found == {"a": 1.0}


def test_the_later_of_two_gets_the_greater_share() -> None:
    found = earned([row("a", "b", "c")], ties("ac", "bc"))
    assert found["b"] > found["a"] > 0
    assert found["a"] + found["b"] == pytest.approx(1.0, abs=1e-3)


def test_cascades_do_not_touch_each_other() -> None:
    assert earned([row("a", "b"), row("c", "b")], ties("ab", "ac", "bc")) == {"a": 1, "c": 1}


def test_who_is_not_in_the_graph_is_left_out() -> None:
    cast = Cast.of([row("?", "a", "b")], INDEX)
    assert cast.person.tolist() == [0, 1]


def test_the_forward_sum_over_all_paths_is_the_same() -> None:
    """Goyal's own recursion: the credit of each earlier person for each later one, summed."""
    chance = np.random.default_rng(1)
    pairs = {
        "".join(sorted(chance.choice(list("abcdefghij"), 2, replace=False))) for _ in range(25)
    }
    met = ties(*pairs)
    order = list(chance.permutation(list("abcdefghij")))
    gaps = 10.0 * (np.arange(10)[:, None] - np.arange(10)[None, :])
    near = [[("".join(sorted((v, w))) in pairs) and j < i for j, w in enumerate(order)]
            for i, v in enumerate(order)]  # fmt: skip
    patience = gaps[np.array(near)].mean()
    weight = np.where(near, np.exp(-gaps / patience), 0)
    weight = weight / np.maximum(weight.sum(axis=1, keepdims=True), 1e-300)
    carried = np.eye(10)
    for i in range(10):
        for j in range(i):
            carried[i] += weight[i, j] * carried[j]
    expected = carried.sum(axis=0) - 1
    found = credited(Cast.of([row(*order)], INDEX), met)
    assert [found[INDEX[name]] for name in order] == pytest.approx(expected)


def test_one_lucky_cascade_is_no_reason_to_be_sure() -> None:
    met = ties(*(f"a{other}" for other in "cdefghij"), *(f"b{other}" for other in "cdefghij"))
    lucky = [row("a", *"cdefghij")]
    steady = [row("b", *"cdef") for _ in range(20)]
    found = credit(Cast.of(lucky + steady, INDEX), met)
    a, b, unseen = INDEX["a"], INDEX["b"], INDEX["z"]
    assert found.total[b] > found.total[a] > found.total[unseen] > 0
    assert found.each[a] < 8
    assert found.each_high[a] / found.each_low[a] > found.each_high[b] / found.each_low[b]
    assert np.all((found.total_low <= found.total) & (found.total <= found.total_high * 1.5))


def test_nothing_seen_still_gives_numbers() -> None:
    found = credit(Cast.of([], INDEX), ties("ab"))
    assert np.isfinite(found.total).all()
    assert found.taken.sum() == 0
