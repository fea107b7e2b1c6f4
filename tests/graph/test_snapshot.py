from pathlib import Path

import numpy as np
import pytest

from graph.actions import Act, ActionLog
from graph.snapshot import Kept, Snapshot

Said = tuple[int, float, int]


class Truth:
    """A store of acts and posts in blocks of ten post ids, counting what is read."""

    def __init__(self, acts: list[Act], said: list[Said]) -> None:
        self.acts, self.said, self.read = acts, said, list[str]()
        self.blocks = set[int]()

    def brought_up(self, snapshot: Snapshot) -> Kept:
        self.read.clear()
        return snapshot.brought_up(self._marks(), self._acts, self._said)

    def log(self) -> ActionLog:
        return ActionLog.build([sorted(self.acts, key=lambda row: row[3])], [self.said])

    def _marks(self) -> dict[int, int]:
        rows = [row[3] for row in self.acts], [row[2] for row in self.said]
        self.blocks |= {post // 10 for posts in rows for post in posts}
        return {
            one: hash(tuple(row for row in (*self.acts, *self.said) if _post(row) // 10 == one))
            for one in self.blocks
        }

    def _acts(self, block: int) -> list[Act]:
        self.read.append(f"acts {block}")
        return sorted((row for row in self.acts if row[3] // 10 == block), key=lambda row: row[3])

    def _said(self, block: int) -> list[Said]:
        self.read.append(f"said {block}")
        return [row for row in self.said if row[2] // 10 == block]


def _post(row: Act | Said) -> int:
    return row[3] if len(row) == 6 else row[2]


@pytest.fixture
def truth() -> Truth:
    said = [(1 + post % 5, 100.0 * post, post) for post in range(1, 40)]
    acts = [(1 + (post - 1) % 5, 1 + post % 5, 100.5 * post, post, post - 1, "reply")
            for post in range(2, 40)]  # fmt: skip
    return Truth(acts, said)


def same(one: ActionLog, other: ActionLog) -> bool:
    return all(
        np.array_equal(getattr(one, name), getattr(other, name)) for name in ActionLog.__slots__
    )


def test_the_first_time_everything_is_read(truth: Truth, tmp_path: Path) -> None:
    kept = truth.brought_up(Snapshot(tmp_path / "graph"))
    assert same(kept.log, truth.log())
    assert kept.new_acts.all() and len(truth.read) == 8


def test_nothing_new_reads_nothing(truth: Truth, tmp_path: Path) -> None:
    truth.brought_up(Snapshot(tmp_path))
    kept = truth.brought_up(Snapshot(tmp_path))
    assert truth.read == [] and not kept.new_acts.any() and kept.grew
    assert same(kept.log, truth.log())


def test_a_new_act_reads_its_block_alone(truth: Truth, tmp_path: Path) -> None:
    truth.brought_up(Snapshot(tmp_path))
    truth.acts.append((7, 9, 5_000.0, 41, 12, "share"))
    kept = truth.brought_up(Snapshot(tmp_path))
    assert truth.read == ["acts 4", "said 4"] and kept.grew
    assert same(kept.log, truth.log())
    assert kept.new_acts.tolist() == [False] * 38 + [True]


def test_what_was_erased_is_gone(truth: Truth, tmp_path: Path) -> None:
    truth.brought_up(Snapshot(tmp_path))
    del truth.acts[15]
    kept = truth.brought_up(Snapshot(tmp_path))
    assert truth.read == ["acts 1", "said 1"] and not kept.grew
    assert same(kept.log, truth.log())


def test_a_block_that_went_altogether_leaves_no_file(truth: Truth, tmp_path: Path) -> None:
    truth.brought_up(Snapshot(tmp_path))
    truth.acts = [row for row in truth.acts if row[3] >= 10]
    kept = truth.brought_up(Snapshot(tmp_path))
    assert not kept.grew and same(kept.log, truth.log())
    assert not (tmp_path / "acts-000000.words").exists()


@pytest.mark.parametrize("damage", ["cut", "flipped", "missing", "no manifest", "torn manifest"])
def test_a_damaged_snapshot_costs_only_time(truth: Truth, tmp_path: Path, damage: str) -> None:
    truth.brought_up(Snapshot(tmp_path))
    file = tmp_path / "acts-000002.words"
    match damage:
        case "cut":
            file.write_bytes(file.read_bytes()[:-9])
        case "flipped":
            file.write_bytes(file.read_bytes()[:-1] + b"\x7f")
        case "missing":
            file.unlink()
        case "no manifest":
            (tmp_path / "manifest.json").unlink()
        case "torn manifest":
            (tmp_path / "manifest.json").write_text('{"version": 1, "blo')
    kept = truth.brought_up(Snapshot(tmp_path))
    assert same(kept.log, truth.log())
    assert "acts 2" in truth.read


def test_killed_before_the_manifest(truth: Truth, tmp_path: Path) -> None:
    truth.brought_up(Snapshot(tmp_path))
    manifest = (tmp_path / "manifest.json").read_bytes()
    truth.acts.append((7, 9, 5_000.0, 39, 12, "share"))
    truth.brought_up(Snapshot(tmp_path))
    (tmp_path / "manifest.json").write_bytes(manifest)
    assert same(truth.brought_up(Snapshot(tmp_path)).log, truth.log())
