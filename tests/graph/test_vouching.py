import numpy as np
import pytest

from graph.columns import Floats
from graph.csr import Csr
from graph.reach import sampled_reach
from graph.vouching import vouching

Pairs = list[tuple[int, int]]
PEOPLE, TARGET = 60, 7


def town(seed: int, acts: int = 400) -> Pairs:
    """Sixty who act on one another, and fifteen who only act: ``(actor, speaker)``."""
    chance = np.random.default_rng(seed)
    pairs = chance.integers(0, PEOPLE, (acts, 2)).tolist()
    guests = [(PEOPLE + i % 15, int(v)) for i, v in enumerate(chance.integers(0, PEOPLE, 60))]
    return [(v, u) for v, u in pairs if v != u] + guests


def ring(fakes: range, ties: int) -> Pairs:
    """Everyone acts on the target and on the next ones round."""
    size = len(fakes)
    beside = [(fakes[i], fakes[(i + step) % size]) for i in range(size) for step in range(1, ties)]
    return [(one, TARGET) for one in fakes] + beside


def graphs(pairs: Pairs) -> tuple[Csr, Csr]:
    """Acts and shares of acts."""
    actor, speaker = np.unique(np.array(pairs), axis=0).T
    order, nodes = np.lexsort((actor, speaker)), int(max(actor.max(), speaker.max())) + 1
    starts = np.concatenate([[0], np.bincount(speaker, minlength=nodes).cumsum()])
    share = 1 / np.bincount(actor, minlength=nodes)[actor[order]]
    ones = np.ones(len(order), np.float32)
    ends = actor[order].astype(np.int32)
    return Csr(starts, ends, ones), Csr(starts, ends, share.astype(np.float32))


def score(pairs: Pairs) -> tuple[float, Floats]:
    """The target's vouched reach, and what everyone counts for."""
    acts, chance = graphs(pairs)
    counts = vouching(acts, chance)
    return float(sampled_reach(chance, counts, 400, 1)[0][TARGET]), counts


@pytest.mark.parametrize("ties", [1, 2, 6])
@pytest.mark.parametrize("fakes", [10, 40, 100])
def test_a_fake_buys_no_more_than_a_real_follower(fakes: int, ties: int) -> None:
    """Also where the fakes are more than the town, and whatever they do to each other."""
    honest = town(1)
    before, _ = score(honest)
    attack = range(75, 75 + fakes)
    after, counts = score(honest + ring(attack, ties))
    mine = {v for v, u in honest if u == TARGET} | {TARGET}
    real = [v for v in range(75) if v not in mine]
    followed, _ = score(honest + [(v, TARGET) for v in real])
    assert (after - before) / fakes <= (followed - before) / len(real)
    assert counts[75:].max() < 0.2 < 0.6 < np.median(counts[:PEOPLE])


def test_a_vote_that_the_target_gives_its_fakes_is_one_person_at_most() -> None:
    honest, attack = town(2), range(75, 95)
    _, unanswered = score(honest + ring(attack, 6))
    _, answered = score(honest + ring(attack, 6) + [(TARGET, one) for one in attack])
    assert unanswered[75:].sum() < answered[75:].sum() <= unanswered[75:].sum() + 1


def test_fakes_raise_what_an_ordinary_follower_carries_never() -> None:
    honest = town(3)
    _, before = score(honest)
    _, after = score(honest + ring(range(75, 175), 1))
    assert after[75:].max() <= before.min()


def test_where_nobody_acts_in_a_circle_everyone_counts_whole() -> None:
    acts, chance = graphs([(i, 0) for i in range(1, 9)])
    assert vouching(acts, chance).tolist() == [1.0] * 9
    nobody = Csr(np.zeros(4, np.int64), np.empty(0, np.int32), np.empty(0, np.float32))
    assert vouching(nobody, nobody).tolist() == [1.0] * 3
