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
