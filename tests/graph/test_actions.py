from datetime import UTC, datetime

import numpy as np
import pytest

from domain.influence import InteractionKind
from domain.windows import Window
from graph.actions import ActionLog

BIG = 2**63 - 1
ACTS = [
    (BIG, 5, 100.0, 21, 11, "reply"),
    (5, -(2**63), 200.0, 22, 0, "mention"),
    (5, BIG, 300.0, 23, 12, "share"),
]


@pytest.fixture
def log() -> ActionLog:
    return ActionLog.build([ACTS[:2], [], ACTS[2:]], [[(BIG, 50.0), (5, 60.0)], [], [(7, 70.0)]])


def test_ids_over_the_whole_range_become_dense(log: ActionLog) -> None:
    assert log.author_ids.tolist() == [-(2**63), 5, 7, BIG]
    assert log.author_ids[log.speaker].tolist() == [BIG, 5, 5]
    assert log.author_ids[log.actor].tolist() == [5, -(2**63), BIG]
    assert log.author_ids[log.said_by].tolist() == [BIG, 5, 7]
    assert log.on_post.tolist() == [11, 0, 12]


def test_an_id_beyond_64_bits_is_refused() -> None:
    with pytest.raises(OverflowError):
        ActionLog.build([[(2**63, 5, 1.0, 1, 1, "reply")]], [])


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(KeyError):
        ActionLog.build([[(1, 2, 1.0, 1, 1, "wink")]], [])


def test_index_of_known_and_unknown_authors(log: ActionLog) -> None:
    assert log.index([5, 6, BIG]).tolist() == [1, -1, 3]
    assert ActionLog.build([], []).index([5]).tolist() == [-1]


def test_an_empty_log() -> None:
    log = ActionLog.build([], [])
    assert (log.authors, log.acts) == (0, 0)


def test_until_drops_the_future(log: ActionLog) -> None:
    past = log.until(200.0)
    assert past.at.tolist() == [100.0, 200.0]
    assert past.author_ids is log.author_ids
    assert log.until(1e12) is log


def test_a_window_is_half_open(log: ActionLog) -> None:
    window = Window(datetime.fromtimestamp(60, UTC), datetime.fromtimestamp(300, UTC))
    inside = log.within(window)
    assert inside.at.tolist() == [100.0, 200.0]
    assert inside.said_at.tolist() == [60.0, 70.0]


def test_slices_by_kind_and_author(log: ActionLog) -> None:
    assert log.of_kinds({InteractionKind.SHARE}).at.tolist() == [300.0]
    assert log.of_kinds({InteractionKind.SHARE}).said_at.tolist() == [50.0, 60.0, 70.0]
    assert log.among({5, BIG}).at.tolist() == [100.0, 300.0]
    assert log.among({5, BIG}).said_at.tolist() == [50.0, 60.0]
    assert log.among(set()).acts == 0


def test_post_ids_are_kept_where_known() -> None:
    log = ActionLog.build([], [[(1, 2.0, 3)], [(4, 5.0, 6)]])
    assert log.said_post.tolist() == [3, 6]
    assert log.said_post.dtype == np.int64
