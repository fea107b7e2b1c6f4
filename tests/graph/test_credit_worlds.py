"""Credit in made-up worlds: whom it names, and what fakes buy there."""

from dataclasses import replace

import numpy as np
import pytest

from graph.cascadefiles import CascadeRow
from graph.casts import Acquaintance, Cast
from graph.columns import Floats
from graph.credit import Credit, credit
from graph.csr import Csr
from graph.pagerank import rank_flow
from graph.sharing import earnings
from graph.standing import merged_acts


def bought(ties: Csr, rows: list[CascadeRow], who: list[int], way: str) -> float:
    """The credit that each of these buys ``0``, on whom they act, by what else they do."""
    people = max(ties.nodes, max(who) + 1)
    names = {str(i): i for i in range(people)}
    speaker = np.append(ties.rows(), np.zeros(len(who), np.int32))
    actor = np.append(ties.neighbour, who).astype(np.int32)
    more = merged_acts(speaker, actor, np.ones(len(actor), np.float32), people)
    mine = next(one for one in rows if one.name == "mine")
    extra, after = tuple(map(str, who)), list(rows)
    late, soon = (start + np.arange(len(who)) / len(who) for start in (1e6, 0.1))
    if way == "late":
        joined = replace(mine, people=mine.people + extra, delay=np.append(mine.delay, late))
        after[rows.index(mine)] = joined
    if way == "early":
        joined = replace(mine, people=extra + mine.people, delay=np.append(soon, mine.delay + 2))
        after[rows.index(mine)] = joined
    if way == "own":
        after += [CascadeRow(one, one, (), np.empty(0), None) for one in extra]
    before = credit(Cast.of(rows, names), ties).carried[0]
    return float(credit(Cast.of(after, names), more).carried[0] - before) / len(who)


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
@pytest.mark.parametrize("way", ["late", "early", "own", "account"])
def test_a_fake_buys_less_than_one_credit(seed: int, way: str) -> None:
    ties, begin, pull = society(seed, 800)
    rows = spread(ties, begin, pull, 150, np.random.default_rng(seed))
    rows.append(CascadeRow("mine", "0", ("1",), np.array([60.0]), None))
    for fakes in (1, 10, 100):
        each = bought(ties, rows, list(range(800, 800 + fakes)), way)
        assert each < 1.0
