"""Any post that the domain allows comes back as it went in."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.people import Author
from domain.posts import Engagement, Post, PostKind, Rating
from storage.cleaning import clean, key

letters = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
words = st.text(letters, max_size=30)
ids = st.text(letters, min_size=1, max_size=20)
moments = st.datetimes(min_value=datetime(1, 1, 2), timezones=st.just(UTC))  # noqa: DTZ001
counts = st.none() | st.integers(-(2**63), 2**63 - 1)
ratings = st.builds(
    lambda low, step, share: Rating(low + step * share, low + step, low),
    st.integers(-10, 10),
    st.integers(1, 100),
    st.sampled_from([0, 0.25, 0.5, 1]),
)
posts = st.builds(
    Post,
    source=ids,
    external_id=ids,
    kind=st.sampled_from(PostKind),
    text=words,
    created_at=moments,
    author=st.none()
    | st.builds(
        Author,
        ids,
        ids,
        words,
        st.none() | words,
        counts,
        st.none() | moments,
        st.booleans(),
    ),
    parent=st.none() | ids,
    thread=st.none() | ids,
    title=words,
    url=st.none() | words,
    language=st.none() | words,
    rating=st.none() | ratings,
    engagement=st.builds(Engagement, counts, counts, counts, counts),
    quotes=st.lists(ids, max_size=3).map(tuple),
    quoted_text=words,
    accepted_answer=st.none() | ids,
    labels=st.dictionaries(words, words, max_size=3),
    edited_at=st.none() | moments,
    fetched_at=st.none() | moments,
    gone_at=st.none() | moments,
)
patient = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def empty(store):
    with store.writing() as unit:
        for name in ("awaited", "versions", "posts", "post_tokens", "authors"):
            unit.posts._connection.exec_driver_sql(f"DELETE FROM {name}")


@patient
@given(post=posts)
def test_any_post(store, now, post):
    empty(store)
    with store.writing() as unit:
        (post_id,) = unit.posts.add([post], now).ids
        assert unit.posts.add([post], now).same == 1
        stored = unit.posts.get(post_id)
        assert unit.posts.by_key(post.source, post.external_id) == stored
    author = post.author and replace(post.author, id=stored.author.id)
    assert stored == replace(post, author=author, id=post_id)


@patient
@given(batch=st.lists(posts, max_size=6), size=st.integers(1, 6))
def test_any_batch_in_any_portions(store, now, batch, size):
    empty(store)
    ids = []
    for start in range(0, len(batch), size):
        with store.writing() as unit:
            ids += unit.posts.add(batch[start : start + size], now).ids
    with store.reading() as unit:
        assert unit.posts.count() == len({(post.source, post.external_id) for post in batch})
        for post, post_id in zip(batch, ids, strict=True):
            assert unit.posts.by_key(post.source, post.external_id).id == post_id
            assert post_id in [one.id for one in unit.posts.thread(post_id)]


@given(st.text(alphabet=st.characters(codec=None)) | st.text(alphabet="\x00\ud83d\ude00a"))
def test_cleaned_text_can_be_kept_anywhere(text):
    cleaned = clean(text)
    assert "\x00" not in cleaned
    cleaned.encode()
    assert clean(cleaned) == cleaned


@given(st.text(alphabet="aç😀\x00", max_size=2000))
def test_a_key_is_short_and_stays_itself(text):
    short = key(text)
    assert len(short.encode()) <= 1000
    assert key(short) == short


def test_long_keys_stay_apart():
    assert key("x" * 5000) != key("x" * 5001)
