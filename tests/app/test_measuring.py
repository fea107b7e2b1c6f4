"""Measuring again costs next to nothing where nothing happened, and misses nothing where it did."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from app.application import App
from app.hearsay import BASIS
from app.rounds import rounds
from app.steps.measure import customers_log, link, measure
from domain.analyses import Correction, Label
from domain.influence import Influence
from domain.people import Author
from domain.posts import Gone, Post, PostKind
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
    keeping(app, tmp_path / "graph")
    measure(app, NOW + timedelta(days=2))
    with app.store.reading() as unit:
        kept = [customers_log(app, unit) for _ in range(2)]
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


def told(app: App) -> dict[tuple[str, int], Influence]:
    with app.store.reading() as unit:
        ids = customers_log(app, unit).author_ids.tolist()
        return {(one.measure, who): one for who in ids for one in unit.influence.of(who)}


def speak(app: App, number: int, at: datetime) -> None:
    """Somebody new answers the first post of the town."""
    with app.store.writing() as unit:
        voice = Author("forum", f"new{number}")
        unit.posts.add(
            [Post("forum", f"n{number}", PostKind.REPLY, "também", at, voice, parent="p1")], at
        )
    link(app, at)


def test_a_days_work_goes_on_from_the_day_before(
    town: SimpleNamespace, open_app: OpenApp, tmp_path: Path
) -> None:
    app = keeping(open_app(town.folder), tmp_path / "graph")
    list(rounds(app))
    before = told(app)
    speak(app, 1, NOW + timedelta(hours=1))
    run = measure(app, NOW + timedelta(hours=2))
    assert run.counts["new_acts"] == 1, "only what is new is counted"
    grown = told(app)
    (tmp_path / "graph" / "measured.npz").unlink()
    speak(app, 2, NOW + timedelta(hours=3))
    assert measure(app, NOW + timedelta(hours=4)).counts["new_acts"] > 1, "all without the state"
    whole = told(app)
    assert grown.keys() > before.keys()
    for key in grown:
        one, other = grown[key], whole[key]
        assert abs(one.value - other.value) <= max(other.high - other.low, 0.05 * other.value, 1.0)
    still = [key for key, one in grown.items() if key in before and one == before[key]]
    assert still, "what did not move is not written again"
    degrees = [one for (name, _), one in grown.items() if name == "degree"]
    assert sum(one.value for one in degrees) > 0


def test_what_cannot_be_gone_on_from_is_measured_whole(
    town: SimpleNamespace, open_app: OpenApp, tmp_path: Path
) -> None:
    app = keeping(open_app(town.folder), tmp_path / "graph")
    list(rounds(app))
    file = tmp_path / "graph" / "measured.npz"

    def again(number: int, hours: int) -> int:
        at = NOW + timedelta(hours=hours)
        speak(app, number, at)
        return measure(app, at + timedelta(minutes=1)).counts["new_acts"]

    assert again(1, 1) == 1
    file.write_bytes(file.read_bytes()[:-200])
    assert again(2, 2) > 1, "damaged"
    with app.store.writing() as unit:
        unit.learned.forget(BASIS)
    assert again(3, 3) > 1, "the store does not know of it"
    graph = app.settings.graph.model_copy(update={"half_life_days": 80.0})
    app.settings = app.settings.model_copy(update={"graph": graph})
    assert again(4, 4) > 1, "another half-life"
    assert again(5, 5) == 1
    assert again(6, 24 * 12) > 1, "a tenth of a half-life went by"


def test_nothing_is_left_of_an_author_who_is_gone(
    town: SimpleNamespace, open_app: OpenApp, tmp_path: Path
) -> None:
    """Gone on from a day with them, it comes to what a measuring finds that never knew them."""
    app = keeping(open_app(town.folder), tmp_path / "graph")
    list(rounds(app))
    for number in (1, 2):
        speak(app, number, NOW + timedelta(hours=number))
    measure(app, NOW + timedelta(hours=3))
    with app.store.writing() as unit:
        post = unit.posts.by_key("forum", "n1")
        assert post is not None and post.author is not None
        unit.posts.gone(Gone("forum", "n1"), NOW + timedelta(hours=4))
    who, later = post.author.id, NOW + timedelta(hours=5)
    assert measure(app, later).counts["new_acts"] > 1, "all anew"
    with app.store.reading() as unit:
        assert unit.influence.of(who) == []
    with np.load(tmp_path / "graph" / "measured.npz") as kept:
        assert who not in kept["tally.author_ids"]
    words = [np.fromfile(one, np.int64) for one in (tmp_path / "graph").glob("*.words")]
    assert words and not any(post.id in one for one in words)
    found = told(app)
    keeping(app, tmp_path / "other")
    with app.store.writing() as unit:
        unit.learned.forget(BASIS)
    measure(app, later)
    assert told(app) == found


def test_now_and_then_the_whole_log_is_read_anew(
    town: SimpleNamespace, open_app: OpenApp, tmp_path: Path
) -> None:
    """Even rows that went behind the store's back do not stay for longer than that."""
    app = keeping(open_app(town.folder), tmp_path / "graph")
    list(rounds(app))
    speak(app, 1, NOW)
    acts = measure(app, NOW + timedelta(hours=1)).counts["acts"]
    with app.store.writing() as unit:
        connection = unit.interactions._connection
        connection.exec_driver_sql("DELETE FROM interactions WHERE post_id = 1 OR on_post_id = 1")
    assert measure(app, NOW + timedelta(days=2)).counts["acts"] == acts
    assert measure(app, NOW + timedelta(days=12)).counts["acts"] < acts
