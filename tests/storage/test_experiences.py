from dataclasses import replace
from datetime import timedelta

import pytest

from domain.experiences import Experience, Factor, Priority, Reach, Reason


@pytest.fixture
def post_ids(store, make_post, now):
    with store.writing() as unit:
        return unit.posts.add([make_post(str(one)) for one in range(6)], now).ids


@pytest.fixture
def make(now):
    def make(key, post_ids=(), priority=1.0, minutes=0, **fields):
        factors = (Factor("severity", 0.8, Reason("severity", {"score": -0.7, "who": "Ana"})),)
        told = now + timedelta(minutes=minutes)
        given = {
            "brand": "lua",
            "stage": "delivery",
            "author_id": 5,
            "told_at": told,
            "last_told_at": told,
            "score": -0.7,
            "severity": 0.8,
            "reach": Reach(3, 4.5, 1.0, 9.0),
            "priority": Priority(priority, factors, True),
        }
        return Experience(key=key, post_ids=tuple(post_ids), **(given | fields))

    return make


def test_an_experience_keeps_its_id_over_saves(store, make, post_ids):
    with store.writing() as unit:
        (first,) = unit.experiences.save([make("a", post_ids[:2])])
        assert first.id > 0
        again, other = unit.experiences.save(
            [make("a", post_ids[1:3], priority=2.0), make("b", post_ids[3:4], author_id=None)]
        )
        assert again.id == first.id != other.id
    with store.reading() as unit:
        assert unit.experiences.get(first.id) == again == unit.experiences.by_key("a")
        assert unit.experiences.of_posts(post_ids) == {
            post_ids[1]: first.id,
            post_ids[2]: first.id,
            post_ids[3]: other.id,
        }
        assert unit.experiences.get(999) is None is unit.experiences.by_key("x")
        assert unit.experiences.save([]) == []


def test_a_post_may_tell_of_two_brands(store, make, post_ids):
    with store.writing() as unit:
        first, second = unit.experiences.save(
            [make("a", post_ids[:1]), make("b", post_ids[:1], brand="sol")]
        )
        assert unit.experiences.of_posts(post_ids) == {post_ids[0]: first.id}
        unit.experiences.remove([first.id])
        assert unit.experiences.of_posts(post_ids) == {post_ids[0]: second.id}
        assert unit.experiences.get(first.id) is None


def test_the_queue_is_ordered_filtered_and_paged(store, make, now):
    told = [
        make("a", priority=1.0),
        make("b", priority=3.0, stage="payment", minutes=5),
        make("c", priority=2.0, brand="sol", minutes=9),
        make("happy", priority=9.0, severity=0.0),
    ]
    with store.writing() as unit:
        unit.experiences.save(told)

        def keys(**filters):
            return [one.key for one in unit.experiences.queue(**filters)]

        assert keys() == ["b", "c", "a"]
        assert keys(limit=1, offset=1) == ["c"]
        assert keys(offset=10**30) == []
        assert keys(brand="lua") == ["b", "a"]
        assert keys(stage="delivery") == ["c", "a"]
        assert keys(since=now + timedelta(minutes=5)) == ["b", "c"]
        assert unit.experiences.count() == 4
        assert unit.experiences.count("lua", since=now + timedelta(minutes=1)) == 1


def test_what_the_same_person_told_nearby(store, make, now):
    told = [
        make("a", minutes=0),
        make("b", minutes=60),
        make("other stage", stage="payment"),
        make("other author", author_id=6),
    ]
    long = replace(make("long", minutes=-600), last_told_at=now)
    with store.writing() as unit:
        unit.experiences.save([*told, long])
        assert [one.key for one in unit.experiences.of_author(5, limit=1)] == ["b"]


def test_active_ones_come_in_batches(store, make, now):
    with store.writing() as unit:
        unit.experiences.save([make(str(one), minutes=one) for one in range(2100)])
        since = now + timedelta(minutes=50)
        batches = list(unit.experiences.active(since))
    assert [len(batch) for batch in batches] == [1000, 1000, 50]
    assert {one.key for batch in batches for one in batch} == {str(one) for one in range(50, 2100)}
