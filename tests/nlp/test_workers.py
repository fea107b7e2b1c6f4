import os
import pickle
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

import pytest

from domain.analyses import Analysis, Polarity, Sentiment
from domain.errors import ModelError
from domain.posts import Post, Rejected
from nlp.pipeline import Pipeline
from nlp.settings import NlpSettings
from nlp.workers import Workers, open_workers

Make = Callable[..., Post]


class Fragile:
    """A stand-in for a pipeline, which some posts kill."""

    version = "fragile-1"

    def analyse(self, posts: Iterable[Post], now: datetime) -> Iterator[Analysis | Rejected]:
        for post in posts:
            if post.text == "crash":
                os._exit(3)
            if post.text == "hang":
                time.sleep(600)
            if post.text == "hoard":
                hoarded = [bytearray(64_000_000) for _ in range(100)]
                del hoarded
            yield Analysis(
                post.id, "pt", Sentiment(Polarity.NEUTRAL, 0, 0), (), (), (), self.version, now
            )


def refuse() -> Fragile:
    raise ModelError("nothing to load", where="here", todo="give up")


def summary(told: Iterable[Analysis | Rejected]) -> list[int | str]:
    return [one.post_id if isinstance(one, Analysis) else one.code for one in told]


def test_order_is_kept(post: Make, now: datetime) -> None:
    with Workers(Fragile, NlpSettings(workers=2, batch_size=5)) as workers:
        assert workers.version == "fragile-1"
        told = workers.analyse((post("ok", n) for n in range(103)), now)
        assert summary(told) == list(range(103))
        assert summary(workers.analyse([], now)) == []


def test_only_the_post_that_kills_is_rejected(post: Make, now: datetime) -> None:
    texts = {4: "crash", 13: "hang", 14: "crash"}
    posts = [post(texts.get(n, "ok"), n) for n in range(20)]
    settings = NlpSettings(workers=2, batch_size=10, deadline=1.0)
    with Workers(Fragile, settings) as workers:
        told = list(workers.analyse(posts, now))
    expected: list[int | str] = list(range(20))
    expected[4], expected[13], expected[14] = "crashed", "hung", "crashed"
    assert summary(told) == expected
    assert isinstance(told[4], Rejected)
    assert told[4].where == "forum/4"


def test_what_takes_too_much_memory_is_rejected(post: Make, now: datetime) -> None:
    posts = [post("hoard" if n == 5 else "ok", n) for n in range(10)]
    with Workers(Fragile, NlpSettings(workers=1, batch_size=10, memory=256)) as workers:
        told = list(workers.analyse(posts, now))
    assert summary(told) == [0, 1, 2, 3, 4, "memory", 6, 7, 8, 9]


def test_one_in_a_hundred_poisoned_costs_only_itself(post: Make, now: datetime) -> None:
    texts = {100: "crash", 250: "hoard", 430: "crash", 555: "hang"}
    posts = [post(texts.get(n, "ok"), n) for n in range(600)]
    settings = NlpSettings(workers=2, batch_size=50, deadline=1.0, memory=256)
    with Workers(Fragile, settings) as workers:
        told = list(workers.analyse(posts, now))
    refused = {at: one.code for at, one in enumerate(told) if isinstance(one, Rejected)}
    assert refused == {100: "crashed", 250: "memory", 430: "crashed", 555: "hung"}


def test_answers_before_a_slow_post_do_not_wait_for_it(post: Make, now: datetime) -> None:
    posts = [post("hang" if n == 5 else "ok", n) for n in range(10)]
    with Workers(Fragile, NlpSettings(workers=1, batch_size=10, deadline=1.0)) as workers:
        told = workers.analyse(posts, now)
        first = [next(told) for _ in range(5)]
        assert summary(first) == [0, 1, 2, 3, 4]
        assert not workers._crew[0].batch or workers._crew[0].batch.told[-1:] == first[-1:]
        assert summary(told) == ["hung", 6, 7, 8, 9]


def test_posts_are_not_read_far_ahead(post: Make, now: datetime) -> None:
    taken = 0

    def endless() -> Iterator[Post]:
        nonlocal taken
        while True:
            taken += 1
            yield post("ok", taken)

    with Workers(Fragile, NlpSettings(workers=2, batch_size=10)) as workers:
        told = workers.analyse(endless(), now)
        for _ in range(50):
            next(told)
        assert taken < 200


def test_what_a_worker_cannot_load_is_told(post: Make) -> None:
    with (
        pytest.raises(ModelError, match="nothing to load"),
        Workers(refuse, NlpSettings(workers=1)),
    ):
        pytest.fail("it must not start")


def test_the_real_pipeline_in_workers_says_the_same(
    pipeline: Pipeline, post: Make, now: datetime
) -> None:
    parts = pipeline._listener.parts
    settings = parts.settings.model_copy(update={"workers": 1, "batch_size": 8})
    posts = [post("Adorei a Vértix, entrega rápida!", n) for n in range(20)]
    with open_workers(settings, parts.brands, parts.stages) as workers:
        assert workers.version == pipeline.version
        there = list(workers.analyse(posts, now))
    here = list(pipeline.analyse(posts, now))
    assert [one.mentions for one in here if isinstance(one, Analysis)] == [
        one.mentions for one in there if isinstance(one, Analysis)
    ]


def test_errors_survive_the_journey() -> None:
    error = ModelError("what", where="where", todo="todo")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
