import numpy as np
import pytest

from graph.cascadefiles import CascadeRow
from graph.casts import Acquaintance, Cast
from graph.credit import credit, onward
from graph.csr import Csr
from graph.sharing import earnings
from graph.standing import merged_acts


def row(*people: str, step: float = 10.0) -> CascadeRow:
    delay = np.arange(1, len(people)) * np.float64(step)
    return CascadeRow("1", people[0], tuple(people[1:]), delay, None)


def ties(*pairs: str, people: int = 26) -> Acquaintance:
    ends = np.array([[ord(one) - 97 for one in pair] for pair in pairs], np.int32)
    return Acquaintance.of(ends[:, 0], ends[:, 1], people)


INDEX = {chr(97 + i): i for i in range(26)}


def acted_on(*pairs: str) -> Csr:
    """Ties speaker → actor from pairs like ``ab``."""
    ends = np.array([[ord(one) - 97 for one in pair] for pair in pairs], np.int32)
    return merged_acts(ends[:, 0], ends[:, 1], np.ones(len(ends), np.float32), 26)


def earned(cascades: list[CascadeRow], met: Acquaintance) -> dict[str, float]:
    values = earnings(Cast.of(cascades, INDEX), met)[0][0]
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
    found = earnings(Cast.of([row(*order)], INDEX), met)[0][0]
    assert [found[INDEX[name]] for name in order] == pytest.approx(expected)


STARS = (*(f"a{other}" for other in "cdefghij"), *(f"b{other}" for other in "cdefghij"))


def test_one_lucky_cascade_counts_less_than_many() -> None:
    lucky, steady = [row("a", *"cdefghij")], [row("b", *"cdef") for _ in range(20)]
    found = credit(Cast.of(lucky + steady, INDEX), acted_on(*STARS))
    a, b, unseen = INDEX["a"], INDEX["b"], INDEX["z"]
    assert found.total[0][b] > found.total[0][a] > found.total[0][unseen] > 0
    assert found.carried[b] > found.carried[a] > found.carried[unseen] > 0
    each, low, high = found.each
    assert each[a] < 8
    assert high[a] / low[a] > high[b] / low[b]
    assert np.all((low <= each) & (each <= high * 1.5))


def test_credit_that_varies_is_believed_less() -> None:
    ties = acted_on(*(f"b{other}" for other in "cdefghijklmn"))
    even = [row("b", *"cdef") for _ in range(12)]
    uneven = [row("b", *"cdefghijklmn"), *(row("b", "c") for _ in range(6))] * 2
    for name in ("each", "total"):
        spans = []
        for cascades in (even, uneven):
            values = getattr(credit(Cast.of(cascades, INDEX), ties), name)
            value, low, high = (one[INDEX["b"]] for one in values)
            spans.append((high - low) / value)
        assert spans[1] > 1.5 * spans[0]


def test_whose_cascades_go_on_stands_higher() -> None:
    rows = [row("a", *"cdefgh"), row("b", "c")] * 4 + [row("x", "y", "z")]
    found = onward(Cast.of(rows, INDEX), 26)
    a, b, unseen, last = (found[INDEX[name]] for name in "abqh")
    assert a > unseen > b > 0
    assert last < unseen
    assert found[INDEX["y"]] < found[INDEX["x"]]


def test_one_huge_cascade_makes_no_star() -> None:
    others = [row("a", *"cdef"), row("b", *"cde")] * 20
    long, longer = (
        onward(Cast.of([row("x", *one), *others], INDEX), 26)[INDEX["x"]]
        for one in ("ghijk", "ghijklmnopqrstuv")
    )
    assert long > 1
    assert longer < 1.2 * long


def test_among_those_of_whom_little_was_seen_the_cascades_they_join_decide() -> None:
    """Equal ties and no credit of their own; one was there early in what went far."""
    pairs = [f"a{other}" for other in "cdefgh"]
    rows = [row("a", "x", *"cdefgh"), row("a", *"cd", "y")] * 3
    found = credit(Cast.of(rows, INDEX), acted_on(*pairs, "ax", "ay"))
    x, y = INDEX["x"], INDEX["y"]
    assert found.total[0][x] == pytest.approx(found.total[0][y], rel=0.05)
    assert found.carried[x] > 1.1 * found.carried[y]
    assert found.carried.argmax() == INDEX["a"]


@pytest.mark.parametrize("rows", [[], [row("a")], [row("a"), row("b")] * 9, [row("a", "b")]])
@pytest.mark.parametrize("pairs", [("ab",), ("ab", "ba", "ac")])
def test_little_seen_still_gives_numbers(rows: list[CascadeRow], pairs: tuple[str, ...]) -> None:
    found = credit(Cast.of(rows, INDEX), acted_on(*pairs))
    for values in (found.carried, found.onward, *found.each, *found.total):
        assert np.isfinite(values).all()
        assert np.all(values >= 0)


def test_nobody_in_the_graph() -> None:
    nobody = Csr(np.zeros(1, np.int64), np.empty(0, np.int32), np.empty(0, np.float32))
    assert len(credit(Cast.of([row("a", "b")], {}), nobody).carried) == 0
