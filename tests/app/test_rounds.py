"""The whole way through, on a conversation small enough to know by heart."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

from app.application import App
from app.rounds import STEPS, execute, rounds
from app.steps.crawl import visit
from domain.alerts import Delivery
from domain.analyses import Correction, Label
from domain.posts import Cursor
from domain.runs import RunOutcome
from tests.app.small import NOW, OpenApp, Sink, write_posts


def counts(app: App) -> dict[str, dict[str, int]]:
    return {run.step: dict(run.counts) for run in rounds(app)}


def test_one_round_brings_posts_to_people(
    town: SimpleNamespace, open_app: OpenApp, sink: Sink
) -> None:
    app = open_app(town.folder)
    runs = list(rounds(app))
    assert [run.step for run in runs] == list(STEPS)
    assert {run.outcome for run in runs} == {RunOutcome.OK}
    with app.store.reading() as unit:
        assert unit.posts.count() == len(town.posts)
        queue = unit.experiences.queue("mare")
        messages = unit.outbox.list()
    assert queue
    assert all(one.severity > 0 and one.priority.factors for one in queue)
    values = [one.priority.value for one in queue]
    assert values == sorted(values, reverse=True)
    assert {message.state for message in messages} == {Delivery.SENT}
    assert len(sink.by_key()) == len(messages) > 0
    assert {message.recipient for message in messages} == {"rui", "ana"}


def test_a_second_round_does_nothing_twice(
    town: SimpleNamespace, open_app: OpenApp, sink: Sink
) -> None:
    app = open_app(town.folder)
    list(rounds(app))
    sent = len(sink.received)
    later = open_app(town.folder, NOW + timedelta(minutes=1))
    again = counts(later)
    assert again["crawl"]["posts_new"] == 0
    assert again["analyse"]["posts"] == again["link"]["posts"] == again["group"]["posts"] == 0
    assert (
        again["watch"]["messages"] == again["digest"]["messages"] == again["deliver"]["sent"] == 0
    )
    assert len(sink.received) == sent


def test_the_brands_own_answer_ends_the_wait_and_is_no_audience(
    town: SimpleNamespace, open_app: OpenApp
) -> None:
    app = open_app(town.folder)
    list(rounds(app))
    with app.store.reading() as unit:
        post = unit.posts.by_key("forum", "p1")
        assert post is not None
        answered = unit.experiences.get(unit.experiences.of_posts([post.id])[post.id])
        assert answered is not None
        official = unit.authors.accounts({"mare_ajuda"})
        acts = unit.interactions.cascades(answered.post_ids)
    actors = {actor for some in acts.values() for actor, *_ in some}
    assert official < actors
    assert answered.reach.so_far == len(actors - official - {answered.author_id})


def test_a_correction_moves_the_experience(town: SimpleNamespace, open_app: OpenApp) -> None:
    app = open_app(town.folder)
    list(rounds(app))
    with app.store.writing() as unit:
        post = unit.posts.by_key("forum", "p11")
        assert post is not None
        before = unit.experiences.of_posts([post.id])[post.id]
        unit.analyses.correct(Correction(post.id, Label.STAGE, "billing", "ana", NOW))
    later = open_app(town.folder, NOW + timedelta(minutes=1))
    list(rounds(later))
    with later.store.reading() as unit:
        moved = unit.experiences.get(unit.experiences.of_posts([post.id])[post.id])
        left = unit.experiences.get(before)
    assert moved is not None
    assert moved.stage == "billing"
    assert left is None or post.id not in left.post_ids


def test_an_edit_is_read_and_placed_anew(town: SimpleNamespace, open_app: OpenApp) -> None:
    app = open_app(town.folder)
    list(rounds(app))
    edited = [
        replace(post, text="Maré billing bom, resolvido") if post.external_id == "p11" else post
        for post in town.posts
    ]
    write_posts(town.folder, edited)
    later = open_app(town.folder, NOW + timedelta(minutes=1))
    assert counts(later)["crawl"]["posts_changed"] == 1
    with later.store.reading() as unit:
        post = unit.posts.by_key("forum", "p11")
        assert post is not None
        assert len(unit.posts.versions(post.id)) == 1
        told = unit.experiences.get(unit.experiences.of_posts([post.id])[post.id])
    assert told is not None
    assert told.stage == "billing"


def test_a_dry_run_leaves_no_trace(town: SimpleNamespace, open_app: OpenApp, sink: Sink) -> None:
    app = open_app(town.folder)
    app.dry_run = True
    found = counts(app)
    assert found["watch"]["messages"] > 0
    assert sink.received == []
    with app.store.reading() as unit:
        assert unit.outbox.list() == []
        assert unit.alerts.recent(10) == []
        assert unit.digests.list() == []


def test_a_digest_waits_while_reading_fails(town: SimpleNamespace, open_app: OpenApp) -> None:
    from domain.errors import ModelError

    class Broken:
        version = "broken"

        def analyse(self, posts: object, now: object) -> object:
            raise ModelError("the model is gone")

    app = open_app(town.folder)
    app.open_workers = lambda *_: nullcontext(Broken())  # type: ignore[assignment,return-value]
    runs = {run.step: run for run in rounds(app)}
    assert runs["analyse"].outcome is RunOutcome.FAILED
    assert runs["digest"].outcome is RunOutcome.DEGRADED
    with app.store.reading() as unit:
        assert unit.digests.list() == []
    mended = open_app(town.folder, NOW + timedelta(minutes=1))
    assert counts(mended)["digest"]["digests"] == 1


def test_execute_remembers_the_run(town: SimpleNamespace, open_app: OpenApp) -> None:
    app = open_app(town.folder)
    run = execute(STEPS["crawl"], app)
    with app.store.reading() as unit:
        assert unit.runs.last("crawl") == run


def test_what_is_past_its_retention_is_erased(town: SimpleNamespace, open_app: OpenApp) -> None:
    app = open_app(town.folder)
    list(rounds(app))
    kept = app.settings.storage.model_copy(update={"retention_days": 1})
    app.settings = app.settings.model_copy(update={"storage": kept})
    run = execute(STEPS["tidy"], app)
    old = [post for post in town.posts if post.created_at < NOW - timedelta(days=1)]
    assert 0 < run.counts["posts_erased"] == len(old)
    with app.store.writing() as unit:
        unit.sources.set_cursor(Cursor("forum", {}))
    visit(app, app.settings.sources, NOW)
    with app.store.reading() as unit:
        assert unit.posts.count() == len(town.posts) - len(old)
