import numpy as np
import pytest

from graph.casts import Cast
from graph.columns import Floats
from graph.csr import Csr
from graph.simulate import simulated_reach
from graph.tracing import traced


def cast_of(*cascades: list[tuple[int, float]]) -> Cast:
    rows = [one for cascade in cascades for one in cascade]
    sizes = np.cumsum([0, *map(len, cascades)])
    return Cast(sizes, np.array([who for who, _ in rows], np.int32), np.array([t for _, t in rows]))


def world(seed: int, people: int = 150, cascades: int = 3_000) -> tuple[Csr, Cast]:
    """A graph with true probabilities, and independent cascades on it, a step a second."""
    chance = np.random.default_rng(seed)
    there = chance.random((people, people)) < 6 / people
    np.fill_diagonal(there, False)
    speaker, actor = np.nonzero(there)
    own = chance.beta(0.5, 4.0, people)
    truth = (own[speaker] * chance.uniform(0.5, 1.5, len(speaker))).clip(0.0, 0.95)
    starts = np.searchsorted(speaker, np.arange(people + 1))
    graph = Csr(starts, actor.astype(np.int32), truth.astype(np.float32))
    return graph, cast_of(*(_run(graph, chance) for _ in range(cascades)))


def _run(graph: Csr, chance: np.random.Generator) -> list[tuple[int, float]]:
    seed = int(chance.integers(graph.nodes))
    met, fresh, step = {seed: 0.0}, [seed], 0.0
    while fresh:
        step, reached = step + 1.0, []
        for who in fresh:
            for edge in range(graph.starts[who], graph.starts[who + 1]):
                other = int(graph.neighbour[edge])
                if other not in met and chance.random() < graph.probability[edge]:
                    met[other] = step
                    reached.append(other)
        fresh = reached
    return list(met.items())


def shares(graph: Csr) -> Floats:
    """What a file of acts alone gives: each person's acts divided among whom they act on."""
    total = np.bincount(graph.neighbour, minlength=graph.nodes)
    return 1 / total[graph.neighbour]


def rmse(found: Floats, truth: Floats) -> float:
    return float(np.sqrt(((found - truth) ** 2).mean()))


@pytest.mark.parametrize("seed", [1, 2])
def test_true_probabilities_are_learned_far_better_than_shares_guess(seed: int) -> None:
    truth, cast = world(seed)
    found = traced(truth, cast)
    assert rmse(found.probability, truth.probability) < 0.4 * rmse(shares(truth), truth.probability)
    everyone = np.arange(truth.nodes)
    want, _ = simulated_reach(truth, everyone, 400, 7)
    got, _ = simulated_reach(found, everyone, 400, 8)
    assert np.corrcoef(want, got)[0, 1] > 0.95


def test_few_cascades_are_believed_less_than_many() -> None:
    graph = Csr(np.array([0, 1, 1]), np.array([1], np.int32), np.ones(1, np.float32))
    other = [[(0, 0.0)]] * 5
    once = traced(graph, cast_of([(0, 0.0), (1, 1.0)], *other))
    often = traced(graph, cast_of(*([[(0, 0.0), (1, 1.0)]] * 100), *(other * 100)))
    assert often.probability[0] == pytest.approx(100 / 600, abs=0.01)
    assert 0 < once.probability[0] < 1


def test_who_came_first_was_not_set_in_motion() -> None:
    graph = Csr(np.array([0, 1, 1]), np.array([1], np.int32), np.ones(1, np.float32))
    after = traced(graph, cast_of(*([[(0, 0.0), (1, 1.0)], [(0, 0.0)]] * 50)))
    mixed = traced(graph, cast_of(*([[(0, 0.0), (1, 1.0)], [(0, 0.0)], [(1, 0.0), (0, 1.0)]] * 50)))
    assert mixed.probability[0] == pytest.approx(after.probability[0], abs=0.01)


def test_the_later_of_two_speakers_gets_more() -> None:
    graph = Csr(np.array([0, 1, 2, 2]), np.array([2, 2], np.int32), np.ones(2, np.float32))
    found = traced(graph, cast_of(*([[(0, 0.0), (1, 8.0), (2, 9.0)], [(0, 0.0), (1, 8.0)]] * 30)))
    assert found.probability[1] > found.probability[0] > 0


def test_no_cascade_of_anyone_known() -> None:
    graph = Csr(np.array([0, 1, 1]), np.array([1], np.int32), np.ones(1, np.float32))
    assert np.isfinite(traced(graph, cast_of([])).probability).all()
