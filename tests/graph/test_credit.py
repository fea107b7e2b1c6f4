import numpy as np
import pytest

from graph.cascadefiles import CascadeRow
from graph.casts import Acquaintance, Cast
from graph.columns import Floats
from graph.credit import Credit, credit, standing
from graph.csr import Csr
from graph.pagerank import rank_flow
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


def test_whose_cascades_outgrow_others_stands_higher() -> None:
    rows = [row("a", *"cdefgh"), row("b", "c")] * 4 + [row("x", "y", "z")]
    found = standing(Cast.of(rows, INDEX), 26)
    assert found[INDEX["a"]] > found[INDEX["x"]] > found[INDEX["b"]] > 0
    assert found[INDEX["q"]] == 0.5
    assert found.max() < 1


@pytest.mark.parametrize("rows", [[], [row("a")], [row("a"), row("b")] * 9, [row("a", "b")]])
@pytest.mark.parametrize("pairs", [("ab",), ("ab", "ba", "ac")])
def test_little_seen_still_gives_numbers(rows: list[CascadeRow], pairs: tuple[str, ...]) -> None:
    found = credit(Cast.of(rows, INDEX), acted_on(*pairs))
    for values in (found.carried, found.standing, *found.each, *found.total):
        assert np.isfinite(values).all()
        assert np.all(values >= 0)


def test_nobody_in_the_graph() -> None:
    nobody = Csr(np.zeros(1, np.int64), np.empty(0, np.int32), np.empty(0, np.float32))
    assert len(credit(Cast.of([row("a", "b")], {}), nobody).carried) == 0


def gained(fakes: int, ties: Csr, rows: list[CascadeRow]) -> float:
    """What so many fakes, who act on ``a`` and join one of its cascades, buy each."""
    people = ties.nodes
    names = {str(i): i for i in range(people + fakes)}
    speaker = np.append(ties.rows(), np.zeros(fakes, np.int32))
    actor = np.append(ties.neighbour, people + np.arange(fakes, dtype=np.int32))
    more = merged_acts(speaker, actor, np.ones(len(actor), np.float32), people + fakes)
    joined = next(one for one in rows if one.name == "mine")
    extra = tuple(str(people + i) for i in range(fakes))
    delay = np.append(joined.delay, 1e6 + np.arange(fakes))
    bought = CascadeRow(joined.name, "0", joined.people + extra, delay, None)
    after = [bought if one is joined else one for one in rows]
    before = credit(Cast.of(rows, names), ties).carried[0]
    return float(credit(Cast.of(after, names), more).carried[0] - before) / fakes


def world(
    seed: int, people: int = 1_500, cascades: int = 250
) -> tuple[Csr, Credit, Floats, Floats]:
    """Cascades in which who acts on whom tells little of whom they follow.

    Gives the ties, what is learned from the past, the credit that as many later cascades brought,
    and that which everyone who begins one is truly worth.
    """
    ties, begin, pull = society(seed, people)
    chance = np.random.default_rng(seed + 100)
    past, later = (spread(ties, begin, pull, cascades, chance) for _ in range(2))
    index = {str(i): i for i in range(people)}
    met = Acquaintance.of(ties.rows(), ties.neighbour, people)
    future = earnings(Cast.of(later, index), met)[0][0]
    return ties, credit(Cast.of(past, index), ties), future, pull


def society(seed: int, people: int) -> tuple[Csr, Floats, Floats]:
    """Ties by popularity; how often each begins a cascade, and the pull of their words."""
    chance = np.random.default_rng(seed)
    known = chance.pareto(1.5, people) + 0.5
    speaker = chance.choice(people, 8 * people, p=known / known.sum()).astype(np.int32)
    actor = chance.integers(people, size=8 * people).astype(np.int32)
    there = speaker != actor
    ties = merged_acts(speaker[there], actor[there], np.ones(there.sum(), np.float32), people)
    begin = chance.pareto(1.5, people) + 0.1
    return ties, begin / begin.sum(), chance.beta(0.4, 3.0, people)


def spread(
    ties: Csr, begin: Floats, pull: Floats, count: int, chance: np.random.Generator
) -> list[CascadeRow]:
    """Independent cascades: everyone whose words pull sets their audience in motion."""
    rows = []
    for number in range(count):
        seed = int(chance.choice(len(begin), p=begin))
        met, fresh = {seed: 0.0}, [seed]
        while fresh and len(met) < 200:
            who = fresh.pop(0)
            heard = ties.neighbour[ties.starts[who] : ties.starts[who + 1]]
            for other in heard[chance.random(len(heard)) < pull[who]].tolist():
                if other not in met:
                    met[other] = met[who] + float(chance.exponential(60.0))
                    fresh.append(other)
        order = sorted(met, key=met.__getitem__)
        people = tuple(map(str, order[1:]))
        rows.append(
            CascadeRow(str(number), str(seed), people, np.array(sorted(met.values())[1:]), None)
        )
    return rows


def held(score: Floats, future: Floats) -> float:
    return float(future[np.argsort(-score, kind="stable")[:50]].sum() / future.sum())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_later_credit_goes_to_those_it_names_more_than_to_degree_or_pagerank(seed: int) -> None:
    ties, found, future, _ = world(seed)
    ours = held(found.carried, future)
    assert ours > 1.1 * held(np.diff(ties.starts).astype(float), future)
    assert ours > held(rank_flow(ties), future)
    assert ours > held(rank_flow(ties.turned()), future)


@pytest.mark.parametrize("seed", [1, 2])
def test_with_few_cascades_position_speaks(seed: int) -> None:
    """Ten cascades name few of those who will carry; degree knows the others."""
    ties, begin, _ = society(seed, 800)
    chance = np.random.default_rng(seed)
    pull = np.full(800, 0.12)
    few, later = (spread(ties, begin, pull, count, chance) for count in (10, 300))
    index = {str(i): i for i in range(800)}
    met = Acquaintance.of(ties.rows(), ties.neighbour, 800)
    future, seen = (earnings(Cast.of(one, index), met)[0][0] for one in (later, few))
    assert held(credit(Cast.of(few, index), ties).carried, future) > 1.1 * held(seen, future)


@pytest.mark.parametrize("seed", [4, 5])
def test_a_fake_buys_no_more_than_its_own_credit(seed: int) -> None:
    ties, begin, pull = society(seed, 800)
    rows = spread(ties, begin, pull, 150, np.random.default_rng(seed))
    rows.append(CascadeRow("mine", "0", (), np.empty(0), None))
    assert max(gained(fakes, ties, rows) for fakes in (10, 100, 600)) < 1.0
