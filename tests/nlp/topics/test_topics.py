"""Topics as geometry: spaces, groups, names and movement, on vectors made for the purpose."""

from __future__ import annotations

import numpy as np
import pytest

from domain.topics import Movement
from nlp.topics.atlas import Atlas
from nlp.topics.discovery import MOST, discover, halves
from nlp.topics.naming import Names
from nlp.topics.space import Space
from nlp.topics.trends import movement, ratio
from nlp.topics.vectors import Matrix, pack, unit, unpack

DIMENSIONS = 64


def cloud(seed: int, count: int, spread: float = 0.06) -> Matrix:
    """Posts that say alike things: around a direction of their own, in everyone's corner."""
    draw = np.random.default_rng(seed)
    direction = draw.normal(size=DIMENSIONS)
    corner = np.full(DIMENSIONS, 0.3)
    noise = draw.normal(scale=spread, size=(count, DIMENSIONS))
    return unit((corner + direction / np.linalg.norm(direction) + noise).astype(np.float32))


def strangers(count: int) -> Matrix:
    """Posts that have nothing to do with each other."""
    return np.concatenate([cloud(10_000 + seed, 1) for seed in range(count)])


def test_a_packed_vector_points_the_same_way() -> None:
    rows = strangers(50)
    back = unpack([pack(row) for row in rows])
    assert (rows * back).sum(axis=1).min() > 0.999
    assert unpack([]).shape == (0, 0)
    assert not unpack([pack(np.zeros(8, np.float32))]).any()


def test_groups_are_found_and_strangers_stay_out() -> None:
    rows = np.concatenate([cloud(1, 40), strangers(200), cloud(2, 20)])
    space = Space.learned(rows)
    found = discover(space.seen(rows), space.near(3.0), 8)
    members = sorted(map(sorted, (one.tolist() for one in found)), key=len, reverse=True)
    assert len(members) == 2
    assert set(range(40)) <= set(members[0]) and len(members[0]) < 45
    assert set(range(240, 260)) <= set(members[1]) and len(members[1]) < 25


def test_groups_are_sought_around_what_is_fresh_alone() -> None:
    rows = np.concatenate([cloud(1, 40), strangers(200), cloud(2, 20)])
    space = Space.learned(rows)
    seen, near = space.seen(rows), space.near(3.0)
    whole = discover(seen, near, 8)
    last, stranger = np.arange(260) == 259, np.arange(260) == 100
    (found,) = discover(seen, near, 8, last)
    assert found.tolist() in [one.tolist() for one in whole] and 259 in found
    assert not discover(seen, near, 8, stranger)
    everywhere = discover(seen, near, 8, np.ones(260, dtype=bool))
    assert [one.tolist() for one in everywhere] == [one.tolist() for one in whole]


def test_too_many_rows_are_refused() -> None:
    with pytest.raises(ValueError, match="more than"):
        discover(np.zeros((MOST + 1, 2), np.float32), 0.5, 3)


def test_a_topic_of_two_minds_splits_and_one_of_one_mind_does_not() -> None:
    rows = np.concatenate([cloud(1, 30), strangers(200), cloud(2, 50)])
    space = Space.learned(rows)
    mixed = np.concatenate([rows[:30], rows[230:]])
    smaller = halves(space.seen(mixed), space.near(3.0), 10)
    assert smaller is not None and smaller.tolist() == list(range(30))
    assert halves(space.seen(rows[230:]), space.near(3.0), 10) is None


def test_topics_move_with_their_posts_and_merge_when_they_meet() -> None:
    here, there = cloud(1, 60), cloud(2, 30)
    atlas = Atlas(Space.learned(np.concatenate([here, there, strangers(200)])), 3.0)
    atlas.absorb(7, here)
    atlas.absorb(8, there)
    assert atlas.nearest(np.concatenate([here[:2], there[:2], strangers(1)])) == [7, 7, 8, 8, None]
    assert list(atlas.merges()) == []
    atlas.anew(8, here[:20])
    assert list(atlas.merges()) == [(8, 7)]
    assert atlas.nearest(here[:1]) == [7]


def test_a_kept_atlas_is_the_same() -> None:
    rows = np.concatenate([cloud(1, 60), strangers(200)])
    space = Space.learned(rows)
    atlas = Atlas(space, 3.0)
    atlas.absorb(3, rows[:60])
    again = Atlas(Space.decode(space.encode()), 3.0)
    again.put(3, *atlas.middle(3))
    assert again.nearest(rows) == atlas.nearest(rows)


def test_a_topic_is_called_by_its_own_words() -> None:
    bills = [f"A fatura veio errada no mês {n}, cobraram a fatura errada de novo" for n in range(9)]
    others = [f"O aplicativo da Nimbus travou {n} vezes hoje no celular" for n in range(40)]
    names = Names([*bills, *others])
    words = names.of(bills)
    assert "fatura" in " ".join(words) and "errada" in " ".join(words)
    assert not {"de", "no", "o"} & set(words)
    assert "nimbus" not in names.of(others, Names.folded("Nimbus"))


def test_what_nobody_spoke_of_before_is_new_once_anything_was_heard() -> None:
    _, low, high = ratio(12, 0, 300, 1_200)
    assert movement(0, 1_200, low, high) is Movement.NEW
    assert movement(0, 0, low, high) is Movement.STEADY


@pytest.mark.parametrize(
    ("recent", "before", "expected"),
    [(60, 60, Movement.RISING), (15, 60, Movement.STEADY), (1, 60, Movement.FALLING)],
)
def test_a_topic_moves_by_its_share(recent: int, before: int, expected: Movement) -> None:
    _, low, high = ratio(recent, before, 300, 1_200)
    assert movement(before, 1_200, low, high) is expected


def test_twice_the_posts_of_everything_is_no_rise() -> None:
    _, low, high = ratio(60, 120, 1_200, 2_400)
    assert movement(120, 2_400, low, high) is Movement.STEADY
