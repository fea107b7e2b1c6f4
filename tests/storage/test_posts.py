from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.people import Author
from domain.posts import Census, Engagement, Gone, Post, PostKind, Rating
from domain.queries import Phrase
from domain.windows import Window


def add(store, *posts, at):
    with store.writing() as unit:
        return unit.posts.add(posts, at)


def test_a_post_comes_back_as_it_went_in(store, now):
    post = Post(
        source="shop",
        external_id="77",
        kind=PostKind.REVIEW,
        text="O café é ótimo 😀",
        created_at=datetime(2025, 1, 2, 3, 4, 5, 678901, tzinfo=UTC),
        author=Author("shop", "u1", "Bia", "https://shop.example/u1", 12, now, True),
        parent="70",
        thread="60",
        title="Um título",
        url="https://shop.example/77",
        language="pt",
        rating=Rating(4.5, 5, 0.5),
        engagement=Engagement(1, 2, 3, None),
        quotes=("71", "72"),
        quoted_text="palavras alheias",
        accepted_answer="73",
        labels={"place": "São Luís"},
        edited_at=now,
        fetched_at=now + timedelta(seconds=1),
    )
    added = add(store, post, at=now)
    with store.reading() as unit:
        stored = unit.posts.get(added.ids[0])
        assert stored == unit.posts.by_key("shop", "77")
    assert (added.new, added.changed, added.same) == (1, 0, 0)
    assert stored.author.id > 0
    assert replace(stored, id=0, author=replace(stored.author, id=0)) == post


def test_adding_again_changes_nothing(store, make_post, now):
    posts = [make_post("1", by="ana"), make_post("2", by="rui", parent="1")]
    first = add(store, *posts, at=now)
    later = [replace(post, fetched_at=now) for post in posts]
    again = add(store, *later, at=now)
    assert (again.new, again.changed, again.same) == (0, 0, 2)
    assert again.ids == first.ids
    with store.reading() as unit:
        assert unit.posts.count() == 2
        assert unit.posts.versions(first.ids[0]) == []


@pytest.mark.parametrize(
    "edit", [{"text": "chegou hoje"}, {"title": "novo"}, {"rating": Rating(2.0)}]
)
def test_an_edit_becomes_a_version_and_is_read_anew(store, make_post, make_analysis, now, edit):
    post = make_post("1", title="velho", rating=Rating(1.0))
    (post_id,) = add(store, post, at=now).ids
    with store.writing() as unit:
        unit.analyses.add([make_analysis(post_id)])
        unit.posts.mark_linked([post_id])
    edited_at = now + timedelta(hours=1)
    added = add(store, replace(post, **edit), at=edited_at)
    with store.reading() as unit:
        (version,) = unit.posts.versions(post_id)
        assert unit.analyses.get(post_id) is None
        assert [one.id for one in unit.posts.unlinked(5)] == [post_id]
        assert [one.id for one in unit.posts.unanalysed("1", 5)] == [post_id]
        stored = unit.posts.get(post_id)
    assert (added.new, added.changed, added.same) == (0, 1, 0)
    assert (version.text, version.title, version.rating) == (post.text, "velho", Rating(1.0))
    assert version.seen_at == edited_at
    assert replace(stored, id=0) == replace(post, **edit)


def test_counters_change_quietly_and_are_kept_where_none_are_shown(store, make_post, now):
    post = make_post("1", engagement=Engagement(likes=1, views=9))
    (post_id,) = add(store, post, at=now).ids
    with store.writing() as unit:
        unit.posts.mark_linked([post_id])
    added = add(store, replace(post, engagement=Engagement(likes=5)), at=now)
    with store.reading() as unit:
        assert unit.posts.get(post_id).engagement == Engagement(likes=5, views=9)
        assert unit.posts.unlinked(5) == []
        assert unit.posts.versions(post_id) == []
    assert added.same == 1


def test_two_words_on_one_post_in_a_batch_are_an_edit(store, make_post, now):
    posts = make_post("1", "um"), make_post("2"), make_post("1", "dois"), make_post("1", "dois")
    added = add(store, *posts, at=now)
    assert (added.new, added.changed, added.same) == (2, 1, 1)
    assert added.ids[0] == added.ids[2] == added.ids[3] != added.ids[1]
    with store.reading() as unit:
        assert unit.posts.get(added.ids[0]).text == "dois"
        assert [version.text for version in unit.posts.versions(added.ids[0])] == ["um"]


def test_ids_grow_in_order_of_arrival(store, make_post, now):
    first = add(store, make_post("b"), make_post("a"), at=now).ids
    second = add(store, make_post("a"), make_post("0"), at=now).ids
    assert first[0] < first[1] == second[0] < second[1]


def test_the_same_id_in_two_sources_is_two_posts(store, make_post, now):
    added = add(store, make_post("1"), make_post("1", source="blog"), at=now)
    assert added.new == 2


def test_authors_are_shared_and_kept_up_to_date(store, make_post, now):
    ana = Author("forum", "7", "Ana", followers=3)
    add(store, make_post("1", author=ana), make_post("2", author=ana), at=now)
    add(store, make_post("3", author=Author("forum", "7", "Ana Sá", followers=None)), at=now)
    with store.reading() as unit:
        (author_id,) = set(unit.authors.handles("forum", ["@ANA sá"]).values())
        assert unit.authors.get(author_id) == Author(
            "forum", "7", "Ana Sá", followers=3, id=author_id
        )
        said = unit.authors.posts_of(author_id)
        assert [post.external_id for post in said] == ["3", "2", "1"]
        assert [author.id for author in unit.authors.search("sa ANA")] == [author_id]
        assert unit.authors.search("rui") == []


def test_nul_and_lone_surrogates_are_cleaned_once(store, make_post, now):
    dirty = make_post(
        "a\x00b", "me\x00smo \ud800 \ud83d\ude00", labels={"x\x00": "y\udfff"}, by="é\x00"
    )
    added = add(store, dirty, at=now)
    assert add(store, dirty, at=now).same == 1
    with store.reading() as unit:
        stored = unit.posts.by_key("forum", "a\x00b")
        assert unit.posts.keys("forum", ["a\x00b"]) == {"a\x00b": (added.ids[0], stored.author.id)}
    assert stored.external_id == "ab"
    assert stored.text == "mesmo \ufffd 😀"
    assert stored.labels == {"x": "y\ufffd"}


def test_huge_numbers_and_absurd_dates_are_kept_in_bounds(store, make_post, now):
    first = datetime(1, 1, 1, tzinfo=UTC)
    last = datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
    huge = make_post("1", engagement=Engagement(likes=10**30, views=-(10**30)), created_at=first)
    ids = add(store, huge, make_post("2", created_at=last), at=now).ids
    assert add(store, huge, at=now).same == 1
    with store.reading() as unit:
        stored = unit.posts.get(ids[0])
        assert stored.created_at == first
        assert stored.engagement == Engagement(likes=2**63 - 1, views=-(2**63))
        assert unit.posts.get(ids[1]).created_at == last
        assert unit.posts.get(10**40) is None
        assert unit.posts.search(Phrase(("tarde",)), before_id=10**40, limit=10**40)


def test_very_long_ids_and_texts_are_kept(store, make_post, now):
    name = "https://forum.example/" + "ç" * 5000
    add(store, make_post(name, "palavra " * 200_000), at=now)
    add(store, make_post("2", parent=name), at=now)
    with store.reading() as unit:
        long = unit.posts.by_key("forum", name)
        assert len(long.text) == 1_600_000
        assert len(unit.posts.thread(long.id)) == 2
        assert unit.posts.by_key("forum", name + "ç") is None


def test_work_is_found_until_it_is_done(store, make_post, make_analysis, now):
    reaction = make_post("3", "", kind=PostKind.REACTION, parent="1", by="rui")
    ids = add(store, make_post("1", by="ana"), make_post("2"), reaction, at=now).ids
    with store.writing() as unit:
        unit.posts.gone(Gone("forum", "2"), now)
        assert [post.id for post in unit.posts.unanalysed("1", 9)] == [ids[0]]
        assert [post.id for post in unit.posts.unlinked(2)] == [ids[0], ids[2]]
        unit.analyses.add([make_analysis(ids[0])])
        unit.posts.mark_linked(ids)
        assert unit.posts.unanalysed("1", 9) == []
        assert unit.posts.unlinked(9) == []
        assert [post.id for post in unit.posts.unanalysed("2", 9)] == [ids[0]]
        unit.analyses.add([make_analysis(ids[0], version="2")])
        assert unit.posts.unanalysed("2", 9) == []
        assert [post.id for post in unit.posts.unanalysed("1", 9)] == [ids[0]]


def test_new_posts_are_read_before_old_ones_are_read_again(store, make_post, make_analysis, now):
    ids = add(store, make_post("1"), make_post("2"), at=now).ids
    with store.writing() as unit:
        unit.analyses.add([make_analysis(ids[0], version="1")])
        assert [post.id for post in unit.posts.unanalysed("2", 9)] == [ids[1], ids[0]]
        assert [post.id for post in unit.posts.unanalysed("2", 1)] == [ids[1]]


def test_a_census_marks_what_is_gone_and_what_returned(store, make_post, now):
    posts = make_post("1"), make_post("2", parent="1", thread="1"), make_post("3", parent="2")
    other = make_post("9")
    ids = add(store, *posts, other, at=now).ids
    with store.writing() as unit:
        assert unit.posts.census(Census("forum", "1", frozenset({"1"})), now) == 2
        assert unit.posts.census(Census("forum", "1", frozenset({"1"})), now) == 0
        assert unit.posts.census(Census("forum", "1", frozenset({"1", "3"})), now) == 1
        gone = {number: post.gone_at for number, post in unit.posts.get_many(ids).items()}
    assert gone == {ids[0]: None, ids[1]: now, ids[2]: None, ids[3]: None}


def test_a_gone_post_that_is_seen_again_is_back(store, make_post, make_analysis, now):
    (post_id,) = add(store, make_post("1"), at=now).ids
    with store.writing() as unit:
        assert unit.posts.gone(Gone("forum", "1"), now) == 1
        assert unit.posts.gone(Gone("forum", "1"), now) == 0
        assert unit.posts.gone(Gone("forum", "unknown"), now) == 0
        unit.analyses.add([make_analysis(post_id)])
        unit.analyses.mark_grouped([post_id])
    add(store, make_post("1"), at=now)
    with store.reading() as unit:
        assert unit.posts.get(post_id).gone_at is None
        assert [post.id for post in unit.posts.unanalysed("1", 9)] == [post_id]
        assert [post.id for post in unit.posts.search(Phrase(("chegou",)))] == [post_id]


def test_an_author_learned_later_is_linked(store, make_post, now):
    (post_id,) = add(store, make_post("1"), at=now).ids
    with store.writing() as unit:
        unit.posts.mark_linked([post_id])
    add(store, make_post("1", by="ana"), at=now)
    with store.reading() as unit:
        (post,) = unit.posts.unlinked(5)
    assert post.author.name == "ana"


def test_trials_are_posts_with_words_and_an_author(store, make_post, now):
    add(
        store,
        make_post("1", by="ana", minutes=0),
        make_post("2", by="rui", minutes=1),
        make_post("3"),
        make_post("4", "", kind=PostKind.REACTION, by="rui"),
        at=now,
    )
    with store.reading() as unit:
        everything = [row for batch in unit.posts.spoken(None) for row in batch]
        window = Window(now, now + timedelta(seconds=60))
        (first,) = [row for batch in unit.posts.spoken(window) for row in batch]
        by = unit.posts.by_key("forum", "1").author.id
    assert len(everything) == 2
    assert first[:2] == (by, now.timestamp())
    assert type(first) is tuple


def test_limits_are_taken_as_they_come(store, make_post, now):
    add(store, make_post("1"), at=now)
    with store.reading() as unit:
        assert unit.posts.unlinked(0) == unit.posts.unlinked(-5) == []
        assert unit.posts.search(Phrase(("tarde",)), limit=-1) == []
        assert unit.posts.get_many([]) == {}


def test_an_empty_batch_is_fine(store, now):
    assert add(store, at=now).ids == ()


def test_more_posts_than_one_portion(store, make_post, now):
    posts = [make_post(str(number), parent=str(number - 1)) for number in range(2500)]
    added = add(store, *posts, at=now)
    assert add(store, *posts, at=now).same == 2500
    with store.reading() as unit:
        assert len(unit.posts.get_many(added.ids)) == 2500
        assert len(unit.posts.thread(added.ids[-1], limit=5000)) == 2500


def test_views_are_told_with_their_age_newest_first(store, make_post, now):
    hour, seen = timedelta(hours=1), now + timedelta(hours=3)
    posts = [
        make_post("1", by="rui", engagement=Engagement(views=0), fetched_at=now + hour),
        make_post("2", by="bia", engagement=Engagement(views=7), thread="1"),
        make_post("3", by="eva"),
        make_post("4", engagement=Engagement(views=9)),
        make_post("5", by="eva", engagement=Engagement(views=3), kind=PostKind.REACTION),
    ]
    ids = add(store, *posts, at=now).ids
    with store.reading() as unit:
        told = unit.posts.viewed(seen, 10)
        assert unit.posts.viewed(seen, 1) == told[:1]
    assert [(one.post_id, bool(one.opens), one.views) for one in told] == [
        (ids[1], False, 7),
        (ids[0], True, 0),
    ]
    assert [one.age for one in told] == [3 * 3600.0, 3600.0]
