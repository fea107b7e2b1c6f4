"""Conversations and links hold whatever order their posts arrive in."""

import itertools

import pytest


def add(store, *posts, at):
    with store.writing() as unit:
        return unit.posts.add(posts, at).ids


def linked(store):
    with store.writing() as unit:
        ids = [post.id for post in unit.posts.unlinked(99)]
        unit.posts.mark_linked(ids)
        return ids


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
@pytest.mark.parametrize("size", [1, 2, 4])
def test_a_chain_is_one_thread_in_any_order(store, make_post, now, order, size):
    posts = [
        make_post(str(number), parent=str(number - 1) if number else None, minutes=number)
        for number in range(4)
    ]
    arriving = [posts[number] for number in order]
    for start in range(0, 4, size):
        add(store, *arriving[start : start + size], at=now)
    with store.reading() as unit:
        for post in posts:
            start = unit.posts.by_key("forum", post.external_id).id
            told = [one.external_id for one in unit.posts.thread(start)]
            assert told == ["0", "1", "2", "3"]


def test_a_named_thread_holds_posts_whose_parent_nobody_saw(store, make_post, now):
    ids = add(
        store,
        make_post("5", thread="t", parent="4", minutes=1),
        make_post("6", thread="t", minutes=0),
        make_post("7", parent="5", minutes=2),
        make_post("8"),
        at=now,
    )
    with store.reading() as unit:
        assert [post.external_id for post in unit.posts.thread(ids[2])] == ["6", "5", "7"]
        assert len(unit.posts.thread(ids[0], limit=2)) == 2
        assert unit.posts.thread(12345) == []


def test_a_circle_of_parents_is_survived(store, make_post, now):
    ids = add(store, make_post("1", parent="2"), make_post("2", parent="1"), at=now)
    add(store, make_post("3", parent="3"), at=now)
    with store.reading() as unit:
        assert unit.posts.thread(ids[0])


@pytest.mark.parametrize("tie", [{"parent": "1"}, {"quotes": ("0", "1")}, {"accepted_answer": "1"}])
def test_a_late_post_has_those_who_spoke_of_it_linked_again(store, make_post, now, tie):
    (child,) = add(store, make_post("2", **tie), at=now)
    assert linked(store) == [child]
    assert linked(store) == []
    (parent,) = add(store, make_post("1"), at=now)
    assert linked(store) == [child, parent]
    add(store, make_post("1", "editado"), at=now)
    assert linked(store) == [parent]


def test_a_tie_learned_later_is_linked(store, make_post, now):
    question, answer = add(store, make_post("1"), make_post("2", parent="1"), at=now)
    linked(store)
    add(store, make_post("1", accepted_answer="2"), at=now)
    assert linked(store) == [question]
    with store.reading() as unit:
        assert unit.posts.get(question).accepted_answer == "2"
        assert unit.posts.versions(question) == []
        assert unit.posts.get(answer).accepted_answer is None


def test_a_parent_learned_later_joins_the_thread(store, make_post, now):
    child = make_post("3", parent="2", minutes=2)
    ids = add(store, make_post("1"), make_post("2", minutes=1), child, at=now)
    add(store, make_post("2", parent="1", minutes=1), at=now)
    with store.reading() as unit:
        assert [post.id for post in unit.posts.thread(ids[0])] == list(ids)
