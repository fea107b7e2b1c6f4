"""What is due: threads that grow are looked at soon, quiet ones ever more rarely."""

from datetime import timedelta
from itertools import pairwise

import pytest

from domain.posts import Engagement, Gone
from domain.sources import Patience

PATIENCE = Patience(
    soonest=timedelta(minutes=10),
    rarest=timedelta(days=1),
    share=0.5,
    give_up=timedelta(days=3),
    tries=3,
)


def take_in(store, now, *posts, patience=PATIENCE):
    with store.writing() as unit:
        unit.revisits.grew(unit.posts.add(posts, now).ids, patience, now)


def due(store, at, limit=10):
    with store.reading() as unit:
        return unit.revisits.due("forum", at, limit)


def visit(store, at, *roots):
    with store.writing() as unit:
        unit.revisits.visited("forum", roots, PATIENCE, at)


def test_a_new_thread_is_due_soon_and_not_at_once(store, make_post, now):
    take_in(store, now, make_post("1"))
    assert due(store, now) == []
    assert due(store, now + timedelta(minutes=10)) == ["1"]


def test_pauses_grow_geometrically_until_the_thread_is_given_up(store, make_post, now):
    take_in(store, now, make_post("1"))
    at, visits = now, []
    while at < now + timedelta(days=30):
        at += timedelta(minutes=5)
        if due(store, at):
            visits.append(at)
            visit(store, at, "1")
    pauses = [late - early for early, late in pairwise(visits)]
    assert pauses == sorted(pauses)
    assert max(pauses) <= PATIENCE.rarest + timedelta(minutes=5)
    ages = [(at - now) / timedelta(minutes=1) for at in visits]
    middle = [late / early for early, late in pairwise(ages) if 60 < late < 2880]
    assert all(1.4 < growth < 1.7 for growth in middle)
    assert 8 <= len(visits) <= 20
    assert visits[-1] - now >= PATIENCE.give_up > visits[-2] - now


def test_a_thread_that_grows_is_due_soon_again(store, make_post, now):
    take_in(store, now, make_post("1"))
    later = now + timedelta(days=2)
    visit(store, later, "1")
    assert due(store, later + timedelta(hours=12)) == []
    minutes = 60 * 48
    take_in(store, later, make_post("2", parent="1", thread="1", minutes=minutes))
    assert due(store, later + timedelta(minutes=10)) == ["1"]


def test_given_up_is_taken_up_when_it_grows(store, make_post, now):
    take_in(store, now, make_post("1"))
    visit(store, now + timedelta(days=9), "1")
    assert due(store, now + timedelta(days=90)) == []
    later = now + timedelta(days=10)
    take_in(store, later, make_post("2", parent="1", minutes=60 * 240))
    assert due(store, later + timedelta(minutes=10)) == ["1"]


def test_more_replies_told_than_held_bring_one_visit(store, make_post, now):
    old = -60 * 24 * 30
    told = make_post("1", minutes=old, engagement=Engagement(replies=5))
    take_in(store, now, told)
    assert due(store, now) == ["1"]
    visit(store, now, "1")
    take_in(store, now, told)
    assert due(store, now + timedelta(days=90)) == []
    take_in(store, now, make_post("1", minutes=old, engagement=Engagement(replies=6)))
    assert due(store, now) == ["1"]


def test_the_longest_due_come_first_and_a_visit_is_bounded(store, make_post, now):
    take_in(store, now, make_post("late"))
    take_in(store, now - timedelta(minutes=30), make_post("early", minutes=-30))
    at = now + timedelta(hours=1)
    assert due(store, at) == ["early", "late"]
    assert due(store, at, limit=1) == ["early"]


def test_a_thread_led_elsewhere_is_followed_there(store, make_post, now):
    take_in(store, now, make_post("2", parent="1"))
    assert due(store, now + timedelta(days=1)) == ["1"]
    take_in(store, now, make_post("1", parent="0"), make_post("0"))
    assert due(store, now + timedelta(days=1)) == ["0"]


@pytest.fixture
def orphan(store, make_post, now):
    take_in(store, now, make_post("2", parent="1", thread="0"))


def test_missing_posts_are_asked_for_a_few_times(store, orphan, now):
    asked, at = [], now
    while at < now + timedelta(days=10):
        with store.writing() as unit:
            if found := unit.revisits.missing("forum", at, 10):
                assert found == ["1"]
                unit.revisits.asked("forum", found, PATIENCE, at)
                asked.append(at)
        at += timedelta(minutes=5)
    assert len(asked) == PATIENCE.tries
    assert [late - early for early, late in pairwise(asked)] == [
        timedelta(minutes=10),
        timedelta(minutes=40),
    ]


def test_what_came_is_not_asked_for_again(store, orphan, make_post, now):
    with store.writing() as unit:
        unit.revisits.asked("forum", ["1"], PATIENCE, now)
    take_in(store, now, make_post("1", parent="0"))
    at = now + timedelta(hours=1)
    with store.writing() as unit:
        assert unit.revisits.missing("forum", at, 10) == ["0"]
        unit.revisits.asked("forum", ["1", "0"], PATIENCE, at)
        assert unit.revisits.missing("forum", at + timedelta(days=1), 10) == ["0"]
        assert unit.revisits.missing("elsewhere", at, 10) == []


def test_what_is_gone_counts_for_nothing(store, make_post, now):
    take_in(store, now, make_post("1"), make_post("2", parent="1"))
    with store.writing() as unit:
        unit.posts.gone(Gone("forum", "2"), now)
        unit.revisits.visited("forum", ["1", "never heard of"], PATIENCE, now)
    assert due(store, now + timedelta(days=1)) == ["1"]
