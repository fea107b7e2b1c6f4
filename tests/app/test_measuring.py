"""Measuring again costs next to nothing where nothing happened, and misses nothing where it did."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

from app.application import App
from app.rounds import rounds
from app.steps.measure import customers_log, measure
from domain.analyses import Correction, Label
from domain.people import Author
from domain.posts import Post, PostKind
from tests.app.small import NOW, OpenApp, write_posts


def keeping(app: App, folder: Path) -> App:
    """The same app with a snapshot of the graph in a folder."""
    graph = app.settings.graph.model_copy(update={"snapshot": folder})
    app.settings = app.settings.model_copy(update={"graph": graph})
    return app


def test_nothing_new_is_not_measured_again(town: SimpleNamespace, open_app: OpenApp) -> None:
    app = open_app(town.folder)
    list(rounds(app))
    assert measure(app, NOW).counts == {}
    assert measure(app, NOW + timedelta(hours=20)).counts == {}
    assert measure(app, NOW + timedelta(hours=30)).counts["authors"] > 0


def test_a_corrected_stage_is_measured_anew(town: SimpleNamespace, open_app: OpenApp) -> None:
    app = open_app(town.folder)
    list(rounds(app))
    with app.store.writing() as unit:
        post = unit.posts.by_key("forum", "p11")
        assert post is not None
        unit.analyses.correct(Correction(post.id, Label.STAGE, "billing", "ana", NOW))
    assert measure(app, NOW).counts["authors"] > 0
    assert measure(app, NOW).counts == {}


def test_the_same_words_from_several_accounts_are_a_concert(
    town: SimpleNamespace, open_app: OpenApp
) -> None:
    words = "Troquei a Maré pela concorrente e a fatura desceu para metade logo no primeiro mês"
    voices = [Author("forum", f"v{n}", name=f"voz{n}") for n in range(5)]
    copies = [
        Post("forum", f"c{n}", kind, words, NOW - timedelta(minutes=9 - n), voice)
        for n, (voice, kind) in enumerate(
            zip(voices, [PostKind.POST] * 4 + [PostKind.SHARE], strict=True)
        )
    ]
    write_posts(town.folder, [*town.posts, *copies])
    app = open_app(town.folder)
    list(rounds(app))
    with app.store.reading() as unit:
        ids = [post.author.id for n in range(5) if (post := unit.posts.by_key("forum", f"c{n}"))]
        (found,) = unit.voices.concerts(ids[0])
        assert unit.voices.concerts(ids[4]) == [], "whoever shares says whose words they are"
    assert (found.kind, found.acts) == ("copied_text", 4)
    assert set(found.author_ids) == set(ids[:4])


def test_the_snapshot_is_the_log(town: SimpleNamespace, open_app: OpenApp, tmp_path: Path) -> None:
    app = open_app(town.folder)
    list(rounds(app))
    with app.store.reading() as unit:
        plain = customers_log(app, unit)
        kept = [customers_log(keeping(app, tmp_path / "graph"), unit) for _ in range(2)]
    for one in kept:
        assert one.author_ids.tolist() == plain.author_ids.tolist()
        assert sorted(zip(one.post, one.speaker, one.actor, one.at, strict=True)) == sorted(
            zip(plain.post, plain.speaker, plain.actor, plain.at, strict=True)
        )
    assert list((tmp_path / "graph").glob("acts-*.words"))


def test_what_is_erased_leaves_the_snapshot(
    town: SimpleNamespace, open_app: OpenApp, tmp_path: Path
) -> None:
    app = keeping(open_app(town.folder), tmp_path / "graph")
    list(rounds(app))
    app.store.prune(NOW + timedelta(days=1))
    again = measure(app, NOW)
    assert again.counts["acts"] == 0
    assert not list((tmp_path / "graph").glob("acts-*.words"))
