import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Self

import pytest
from spacy.tokens import Doc

from domain.analyses import Analysis
from domain.brands import Brand, ServiceStage
from domain.errors import ModelError
from domain.posts import Post, Rejected
from nlp.batches import MOST_CHARACTERS, batches
from nlp.components.component import Component
from nlp.listener import COMPONENTS, build
from nlp.parts import Parts
from nlp.pipeline import Pipeline
from nlp.settings import NlpSettings

Make = Callable[..., Post]


class Fussy(Component):
    """Refuses what it is told to refuse."""

    name = "fussy"
    assigns = ("doc._.fussy",)

    @classmethod
    def made_of(cls, parts: Parts) -> Self:
        return cls()

    def annotate(self, docs: Sequence[Doc]) -> None:
        for doc in docs:
            if "poison" in doc._.text:
                raise RecursionError("too deep")


class Needy(Component):
    """Wants what nobody gives."""

    name = "needy"
    requires = ("doc._.moon",)
    assigns = ("doc._.needy",)

    @classmethod
    def made_of(cls, parts: Parts) -> Self:
        return cls()


def test_order_is_kept_and_every_post_answered(
    pipeline: Pipeline, post: Make, now: datetime
) -> None:
    posts = [post("palavra " * (number % 40), number) for number in range(1, 601)]
    told = list(pipeline.analyse(iter(posts), now))
    assert [one.post_id for one in told if isinstance(one, Analysis)] == list(range(1, 601))
    assert {one.version for one in told if isinstance(one, Analysis)} == {pipeline.version}
    assert {one.analysed_at for one in told if isinstance(one, Analysis)} == {now}


def test_a_batch_changes_no_answer(pipeline: Pipeline, post: Make, now: datetime) -> None:
    texts = ["Adorei a entrega!", "ok", "", "Fui cobrado duas vezes na Vértix. Que absurdo!"] * 30
    posts = [post(text, number) for number, text in enumerate(texts)]
    together = list(pipeline.analyse(posts, now))
    alone = [next(iter(pipeline.analyse([one], now))) for one in posts[:4]]
    for one, other in zip(together, alone, strict=False):
        assert isinstance(one, Analysis)
        assert isinstance(other, Analysis)
        assert one.sentiment.score == pytest.approx(other.sentiment.score, abs=1e-3)
        assert (one.mentions, one.stage) == (other.mentions, other.stage)


def test_a_poisoned_post_is_rejected_alone(parts: Parts, post: Make, now: datetime) -> None:
    pipeline = Pipeline(build(parts, [Fussy, *COMPONENTS]))
    posts = [post("poison" if n in (3, 7) else "tudo bem", n) for n in range(10)]
    posts[5] = post(None, 5)
    told = list(pipeline.analyse(posts, now))
    refused = {at: one for at, one in enumerate(told) if isinstance(one, Rejected)}
    assert {at: one.code for at, one in refused.items()} == {
        3: "failed",
        5: "unreadable",
        7: "failed",
    }
    assert refused[3].where == "forum/3"
    assert "fussy" in refused[3].detail
    assert "RecursionError" in refused[3].detail
    assert len(told) == 10


def test_an_unmet_requirement_stops_the_start(parts: Parts) -> None:
    with pytest.raises(ModelError, match=r"'needy' requires doc\._\.moon"):
        build(parts, [*COMPONENTS, Needy])


def test_every_component_declares_what_it_assigns(parts: Parts) -> None:
    listener = build(parts)
    assigned: set[str] = set()
    for component in COMPONENTS:
        refined = assigned & set(component.assigns)
        assert refined <= set(component.requires), "to refine is to require and assign"
        assigned |= set(component.assigns)
    assert listener.pipe_names == [component.name for component in COMPONENTS]


@pytest.mark.parametrize(
    "text",
    [
        "(" * 100_000,
        "a" * 100_000,
        " " * 100_000,
        "\n" * 100_000,
        "👍" * 50_000,
        "@" * 100_000,
        "mas " * 25_000,
        "!? " * 30_000,
        "O atendimento foi péssimo. " * 4_000,
        "\ud83d",
        "\x00\x00",
        "e\u0301" * 30_000,
    ],
)
@pytest.mark.timeout(60)
def test_awkward_texts_are_analysed(
    pipeline: Pipeline, post: Make, now: datetime, text: str
) -> None:
    (told,) = pipeline.analyse([post(text)], now)
    assert isinstance(told, Analysis), told
    if told.sentiment.evidence is not None:
        assert told.sentiment.evidence.end <= len(text)


def test_no_more_is_read_than_the_settings_say(parts: Parts, post: Make, now: datetime) -> None:
    short = replace(parts, settings=NlpSettings(longest=1_000))
    text = "palavra " * 125 + " Vértix"
    (told,) = Pipeline(build(short)).analyse([post(text)], now)
    assert isinstance(told, Analysis)
    assert told.mentions == ()


@pytest.mark.parametrize(
    "change",
    [
        {"settings": NlpSettings(languages=("pt",))},
        {"settings": NlpSettings(stage_threshold=0.9)},
        {"brands": (Brand("other", "Other"),)},
        {"stages": (ServiceStage("use", "Uso", examples=("não liga",)),)},
    ],
)
def test_the_version_changes_with_what_decides(parts: Parts, change: dict[str, Any]) -> None:
    assert Pipeline(build(replace(parts, **change))).version != Pipeline(build(parts)).version


def test_the_version_ignores_what_does_not_decide(parts: Parts) -> None:
    hurried = replace(parts, settings=NlpSettings(workers=7, batch_size=3, deadline=1))
    owned = replace(parts, stages=tuple(replace(one, owner="ana") for one in parts.stages))
    versions = {Pipeline(build(one)).version for one in (parts, hurried, owned)}
    assert len(versions) == 1


def test_the_version_changes_with_the_weights(parts: Parts) -> None:
    other = replace(parts, models=replace(parts.models, fingerprint="other"))
    assert Pipeline(build(other)).version != Pipeline(build(parts)).version


def test_new_words_do_not_pile_up(parts: Parts, post: Make, now: datetime) -> None:
    listener = build(parts)
    pipeline = Pipeline(listener)

    def flood(start: int) -> None:
        posts = (post(f"word{n} x{n}y z{n}", n) for n in range(start, start + 500))
        for _ in pipeline.analyse(posts, now):
            pass

    flood(0)
    words = len(listener.vocab.strings)
    tracemalloc.start()
    flood(10_000)
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(listener.vocab.strings) <= words
    assert grown < 3_000_000


def test_batches_are_bounded_in_number_and_size(post: Make) -> None:
    settings = NlpSettings(batch_size=4)
    posts = [post("ok", n) for n in range(10)]
    assert [len(batch) for batch in batches(posts, settings)] == [4, 4, 2]
    long = [post("x" * (MOST_CHARACTERS // 3), n) for n in range(7)]
    sizes = [len(batch) for batch in batches(long, NlpSettings(longest=1_000_000))]
    assert sizes == [3, 3, 1]
    assert list(batches([], settings)) == []
