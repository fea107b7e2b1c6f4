from pathlib import Path

import numpy as np
import pytest

from app.foretelling import Foretold, foretell
from domain.posts import Rejected


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """Cascades of which each tenth is great; all acts come within two hours."""
    chance = np.random.default_rng(3)
    lines = []
    for number in range(400):
        size = 40 if number % 10 == 0 else int(chance.integers(0, 4))
        acts = np.sort(chance.random(size) * 7_200).round(1)
        lines.append(" ".join(["seed,0", *(f"u{i},{at}" for i, at in enumerate(acts.tolist()))]))
    path = tmp_path / "cascades.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_every_cascade_at_every_age(town: Path) -> None:
    found = [one for one in foretell(town, None, [600.0, 3_600.0]) if isinstance(one, Foretold)]
    assert len(found) == 800
    assert all(one.low <= one.total <= one.high for one in found)
    assert all(one.so_far <= one.ended for one in found)


def test_what_comes_later_in_the_file_changes_nothing(town: Path) -> None:
    lines = town.read_text().splitlines()
    before = list(foretell(town, None, [600.0]))[:250]
    town.write_text("\n".join(lines[:250] + ["seed,0 a,1 b,2 c,3"] * 150))
    assert list(foretell(town, None, [600.0]))[:250] == before


def test_learning_helps(town: Path) -> None:
    learned, plain = (
        [one for one in foretell(town, train, [600.0]) if isinstance(one, Foretold)][:100]
        for train in (town, None)
    )
    errors = [sum(abs(one.total - one.ended) for one in rows) for rows in (learned, plain)]
    assert errors[0] < errors[1]


def test_unreadable_lines_are_told(tmp_path: Path) -> None:
    path = tmp_path / "c.txt"
    path.write_text("ana,0 bia,2\nana,0 bia,x\n")
    assert [type(one) for one in foretell(path, path, [60.0])] == [Rejected, Foretold, Rejected]
    assert [type(one) for one in foretell(path, None, [60.0])] == [Rejected, Foretold]


def test_the_order_of_the_file_changes_nothing_where_it_tells_dates(tmp_path: Path) -> None:
    chance = np.random.default_rng(5)
    lines = []
    for n in range(60):
        began = 1_000_000 + 50_000 * n
        acts = np.sort(chance.random(int(chance.integers(1, 9))) * 9_000).round()
        lines.append(
            f"s{n % 7},{began} " + " ".join(f"u{i},{began + a}" for i, a in enumerate(acts))
        )
    found = []
    for name, order in (("a", range(60)), ("b", chance.permutation(60))):
        (tmp_path / name).write_text("\n".join(lines[n] for n in order))
        rows = foretell(tmp_path / name, None, [600.0])
        found.append([(one.seed, one.total, one.low) for one in rows if isinstance(one, Foretold)])
    assert found[0] == found[1]


@pytest.mark.parametrize(("count", "held"), [(40, 0.6), (300, 0.74)])
def test_a_file_calibrates_itself(tmp_path: Path, count: int, held: float) -> None:
    """Cascades whose sizes are spread over two orders of magnitude, each from a seed of its own."""
    chance, inside, tried = np.random.default_rng(6), 0, 0
    lines = []
    for n in range(count):
        acts = np.sort(chance.exponential(5_000, int(chance.lognormal(2.0, 1.2)) + 1)).round(1)
        lines.append(f"s{n} " + " ".join(f"u{i} {at}" for i, at in enumerate(acts)))
    path = tmp_path / "c.txt"
    path.write_text("\n".join(lines))
    for one in list(foretell(path, None, [1_800.0]))[count // 2 :]:
        assert isinstance(one, Foretold)
        inside, tried = inside + (one.low <= one.ended <= one.high), tried + 1
    assert held <= inside / tried <= 0.95
