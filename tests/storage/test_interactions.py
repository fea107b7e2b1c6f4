from datetime import timedelta

import pytest

from domain.influence import Influence, Interaction, InteractionKind
from domain.windows import Window

REPLY, SHARE = InteractionKind.REPLY, InteractionKind.SHARE


@pytest.fixture
def acts(store, make_post, now):
    """Post 2 replies to post 1, post 3 shares it and names a third author."""
    with store.writing() as unit:
        ids = unit.posts.add([make_post(str(number)) for number in (1, 2, 3)], now).ids
    later = now + timedelta(microseconds=1)
    return [
        Interaction(REPLY, 10, 20, now, ids[1], ids[0]),
        Interaction(SHARE, 10, 30, later, ids[2], ids[0]),
        Interaction(InteractionKind.MENTION, 20, 30, later, ids[2]),
    ]


def test_an_act_is_kept_once(store, acts):
    with store.writing() as unit:
        assert unit.interactions.add(acts[:2]) == 2
        assert unit.interactions.add([*acts, acts[0]]) == 1
        assert unit.interactions.add([]) == 0
    with store.reading() as unit:
        log = [act for batch in unit.interactions.log(None) for act in batch]
        assert unit.interactions.of_author(30) in (acts[1:], acts[:0:-1])
        assert unit.interactions.of_author(10, limit=1) == [acts[1]]
    assert sorted(log) == sorted(
        (
            act.speaker_id,
            act.actor_id,
            act.at.timestamp(),
            act.post_id,
            act.on_post_id or 0,
            act.kind.value,
        )
        for act in acts
    )
    assert {type(act) for act in log} == {tuple}


def test_the_log_of_a_window_is_half_open(store, acts, now):
    with store.writing() as unit:
        unit.interactions.add(acts)
        window = Window(now, now + timedelta(microseconds=1))
        assert [len(batch) for batch in unit.interactions.log(window)] == [1]
        assert list(unit.interactions.log(window.before())) == []


def test_an_edited_post_makes_its_acts_anew(store, acts, make_post, now):
    with store.writing() as unit:
        unit.interactions.add(acts)
        unit.posts.add([make_post("3", "outra coisa")], now)
        (left,) = [act for batch in unit.interactions.log(None) for act in batch]
        assert left[1] == 20
        assert unit.interactions.add(acts) == 2


def test_a_measure_is_swapped_as_a_whole(store, now):
    def measured(author_id, value, topic=""):
        return Influence(author_id, "reach", value, value - 1, value + 1, now, topic)

    with store.writing() as unit:
        unit.influence.replace("reach", [measured(1, 5.0), measured(2, 7.0), measured(3, 0.0)])
        unit.influence.replace("degree", [Influence(1, "degree", 2.0, 2.0, 2.0, now)])
        assert unit.influence.mean("reach") == 4.0
        unit.influence.replace("reach", iter([measured(1, 6.0), measured(1, 9.0, "price")]))
    with store.reading() as unit:
        assert unit.influence.top("reach", 5) == [measured(1, 6.0)]
        assert unit.influence.count("reach") == 1
        assert unit.influence.many("reach", [1, 2]) == {1: measured(1, 6.0)}
        assert [one.measure for one in unit.influence.of(1)] == ["degree", "reach", "reach"]
        assert unit.influence.mean("unknown") is None


def test_the_best_come_first_page_by_page(store, now):
    rows = [Influence(one, "reach", one % 7, 0.0, 9.0, now) for one in range(1, 30)]
    with store.writing() as unit:
        unit.influence.replace("reach", rows)
        pages = [unit.influence.top("reach", 10, offset) for offset in (0, 10, 20, 30)]
    told = [one for page in pages for one in page]
    assert told == sorted(rows, key=lambda one: (-one.value, one.author_id))
