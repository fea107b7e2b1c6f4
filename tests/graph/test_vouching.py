import numpy as np
import pytest

from graph.columns import Floats
from graph.csr import Csr
from graph.reach import sampled_reach
from graph.vouching import Town, vouched_by, vouching

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


def grown_in_steps(pairs: Pairs, ids: np.ndarray, days: int, seed: int) -> tuple[Town, Csr]:
    """A town gone on from day after day, new accounts standing between the old ones."""
    rows = np.unique(np.array(pairs), axis=0)
    day = np.random.default_rng(seed).integers(0, days, len(rows))
    known, town = np.empty(0, np.int64), None
    for today in range(days):
        some = rows[day <= today]
        there = np.unique(some)
        acts, _ = graphs(list(map(tuple, np.searchsorted(there, some).tolist())))
        if town is None:
            town = Town.of(acts, ids[there])
        else:
            town = town.grown(acts, ids[there], np.searchsorted(there, known))
        known = there
    return town, acts


def same(one: Town, other: Town) -> bool:
    found: bool = one.led.tolist() == other.led.tolist() and (one.centre > 0) == (other.centre > 0)
    return found


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("fakes", [0, 6, 60, 400])
def test_a_town_gone_on_from_is_the_town_found_anew(seed: int, fakes: int) -> None:
    """Also where a ring grows until it is contested who is the town."""
    pairs = town(seed) + (ring(range(75, 75 + fakes), 6) if fakes else [])
    ids = np.cumsum(np.random.default_rng(seed).integers(1, 40, 75 + fakes))
    found, acts = grown_in_steps(pairs, ids, 8, seed)
    anew = Town.of(acts, ids)
    assert same(found, anew)
    counts = [vouched_by(one, ids, acts, acts.turned()) for one in (found, anew)]
    assert counts[0].tolist() == counts[1].tolist()


def test_a_town_that_is_gone_on_from_is_not_searched_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a day costs: nobody looks for groups where none can have become as great."""
    acts, _ = graphs(town(1, acts=900))
    ids = np.arange(acts.nodes)
    before = Town.of(acts, ids)
    monkeypatch.setattr(Town, "of", None)
    assert same(before.grown(acts, ids, ids), before)


def test_fifths_are_even_however_ids_are_given() -> None:
    acts, chance = graphs(town(1))
    for step in (1, 5, 10, 65_536):
        ids = np.arange(acts.nodes) * step
        assert np.median(vouched_by(Town.of(acts, ids), ids, acts, chance.turned())[:PEOPLE]) > 0.5
