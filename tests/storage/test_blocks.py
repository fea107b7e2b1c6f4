from datetime import timedelta

from domain.influence import Interaction, InteractionKind
from storage.blocks import BLOCK

REPLY = InteractionKind.REPLY


def test_the_blocks_hold_the_log_and_their_marks_change_with_it(store, make_post, now):
    with store.writing() as unit:
        ids = unit.posts.add([make_post(str(number)) for number in (1, 2, 3)], now).ids
        before = unit.blocks.act_marks(), unit.blocks.said_marks()
        unit.interactions.add([Interaction(REPLY, 10, 20, now, ids[1], ids[0])])
        one = unit.blocks.act_marks()
        unit.interactions.add([Interaction(REPLY, 10, 30, now, ids[2], ids[0])])
    with store.reading() as unit:
        marks, said = unit.blocks.act_marks(), unit.blocks.said_marks()
        acts = [act for block in marks for act in unit.blocks.acts(block)]
        words = [row for block in said for row in unit.blocks.said(block)]
        assert sorted(acts) == sorted(a for batch in unit.interactions.log(None) for a in batch)
        assert sorted(words) == sorted(w for batch in unit.posts.spoken(None) for w in batch)
    assert before[0] == {} and one.keys() == marks.keys() == {ids[0] // BLOCK}
    assert one != marks and before[1] == said


def test_an_act_at_another_time_is_another_mark(store, make_post, now):
    marks = []
    for hours in (0, 1):
        with store.writing() as unit:
            ids = unit.posts.add([make_post(f"post {hours}")], now).ids
            at = now + timedelta(hours=hours)
            unit.interactions.add([Interaction(REPLY, 10, 20, at, ids[0])])
            marks.append(next(iter(unit.blocks.act_marks().values()))[-1])
    assert marks[1] == 2 * marks[0] + 3600
