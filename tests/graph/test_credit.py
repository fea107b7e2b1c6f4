import numpy as np
import pytest

from graph.cascadefiles import CascadeRow
from graph.casts import Acquaintance, Cast
from graph.credit import credit, credited


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
    assert found.total[0][b] > found.total[0][a] > found.total[0][unseen] > 0
    each, low, high = found.each
    assert each[a] < 8
    assert high[a] / low[a] > high[b] / low[b]
    assert np.all((low <= each) & (each <= high * 1.5))


def test_what_one_can_be_counted_on_for_is_earned_again_and_again() -> None:
    """``a`` was lucky once; ``b`` carries four people, twenty times."""
    met = ties(*(f"a{other}" for other in "cdefghij"), *(f"b{other}" for other in "cdefghij"))
    chance = np.random.default_rng(2)
    steady = [row("b", *"cdefgh"[: int(size)]) for size in chance.integers(2, 7, 20)]
    found = credit(Cast.of([row("a", *"cdefghij"), *steady], INDEX), met)
    a, b = INDEX["a"], INDEX["b"]
    assert found.balanced[b] > 1.2 * found.balanced[a]
    assert found.sure[b] / found.each[0][b] > found.sure[a] / found.each[0][a]
    assert np.all(found.sure < found.each[0])


def test_credit_that_varies_is_believed_less() -> None:
    met = ties(*(f"b{other}" for other in "cdefghijklmn"))
    even = [row("b", *"cdef") for _ in range(12)]
    uneven = [row("b", *"cdefghijklmn"), *(row("b", "c") for _ in range(6))] * 2
    spans = []
    for cascades in (even, uneven):
        each, low, high = (one[INDEX["b"]] for one in credit(Cast.of(cascades, INDEX), met).each)
        spans.append((high - low) / each)
    assert spans[1] > 1.5 * spans[0]


def test_nothing_seen_still_gives_numbers() -> None:
    found = credit(Cast.of([], INDEX), ties("ab"))
    assert np.isfinite(found.sure).all()
    assert found.taken.sum() == 0
