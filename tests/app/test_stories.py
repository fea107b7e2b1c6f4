"""One voice, many exposures: copies are found, credited, and not counted as voices."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.application import App
from app.settings import Settings
from app.steps.group import group
from app.steps.stories import stories
from domain.analyses import Analysis, Mention, Polarity, Sentiment
from domain.people import Author
from domain.posts import Gone, Post, PostKind
from domain.windows import Window
from storage import Store, open_store
from storage.settings import StorageSettings

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
TOLD = "Comprei um fogão na Lua e o pedido nunca chegou, ninguém me responde há três semanas."
WINDOW = Window(NOW - timedelta(days=9), NOW + timedelta(days=9))


def a_post(name: str, text: str = TOLD, by: str = "ana", hours: float = 0, **fields: Any) -> Post:
    source = fields.pop("source", "forum")
    when = NOW + timedelta(hours=hours)
    author = Author(source, by, by)
    return Post(source, name, PostKind.POST, text, when, author=author, **fields)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "boca.db")
        url = f"sqlite:///{tmp_path}/boca.db"
    else:
        make: Callable[[], str] = request.getfixturevalue("make_database")
        url = make()
    store = open_store(StorageSettings(url=url))
    yield store
    store.close()


@pytest.fixture
def app(store: Store) -> App:
    settings = Settings.model_validate({"brands": [{"id": "lua", "name": "Lua"}]})
    return App(settings, store, clock=lambda: NOW)


def hear(app: App, *posts: Post) -> list[int]:
    """Take posts in, analyse them as complaints about Lua, and look for copies."""
    with app.store.writing() as unit:
        ids = list(unit.posts.add(posts, NOW).ids)
        unit.analyses.add([complaint(number) for number in ids])
    stories(app, NOW)
    group(app, NOW)
    return ids


def complaint(post_id: int) -> Analysis:
    sentiment = Sentiment(Polarity.NEGATIVE, -0.8, 0.9)
    return Analysis(post_id, "pt", sentiment, (Mention("lua"),), (), (), "1", NOW)


def told_with(app: App, post_id: int) -> list[int] | None:
    with app.store.reading() as unit:
        story = unit.stories.of_posts([post_id]).get(post_id)
    return story and [story.first.id, *(copy.id for copy in story.copies)]


def voices(app: App) -> int:
    with app.store.reading() as unit:
        assert unit.overview.totals("lua", WINDOW)["posts"] == sum(
            count for _, count in unit.overview.hourly("lua", WINDOW)
        )
        return unit.overview.totals("lua", WINDOW)["posts"]


def test_a_copy_is_an_exposure_of_the_first_voice(app: App) -> None:
    first, copy, other = hear(
        app,
        a_post("1"),
        a_post("2", f"VEJAM ISTO: {TOLD.upper()} https://x.example/1", "rui", 5, source="blog"),
        a_post("3", "O aplicativo da Lua fecha sozinho toda vez que abro a fatura do mês", "bia"),
    )
    assert told_with(app, copy) == [first, copy]
    assert told_with(app, other) is None
    assert voices(app) == 2
    with app.store.reading() as unit:
        experiences = unit.experiences.get_many(unit.experiences.of_posts([first, copy]).values())
        (experience,) = experiences.values()
        assert experience.post_ids == (first, copy)
        assert experience.author_id == unit.posts.get(first).author.id  # type: ignore[union-attr]


def test_an_earlier_post_that_comes_late_gets_the_credit(app: App) -> None:
    (copy,) = hear(app, a_post("2", by="rui", hours=5))
    (first,) = hear(app, a_post("1"))
    assert told_with(app, copy) == [first, copy]
    assert voices(app) == 1
    with app.store.reading() as unit:
        homes = unit.experiences.get_many(unit.experiences.of_posts([first, copy]).values())
        assert [one.post_ids for one in homes.values()] == [(copy, first)]
        author = unit.posts.get(first).author  # type: ignore[union-attr]
        assert [one.author_id for one in homes.values()] == [author and author.id]


def test_where_the_first_is_gone_the_credit_goes_to_the_next(app: App) -> None:
    first, second, third = hear(
        app, a_post("1"), a_post("2", by="rui", hours=5), a_post("3", by="bia", hours=9)
    )
    with app.store.writing() as unit:
        unit.posts.gone(Gone("forum", "1"), NOW)
    stories(app, NOW)
    group(app, NOW)
    assert told_with(app, third) == [second, third]
    assert told_with(app, first) is None
    assert voices(app) == 1
    with app.store.reading() as unit:
        (home,) = unit.experiences.get_many(unit.experiences.of_posts([second]).values()).values()
        assert home.post_ids == (second, third)
    hear(app, a_post("1"))
    assert told_with(app, third) == [first, second, third]


def test_an_edit_leaves_the_story(app: App) -> None:
    first, copy = hear(app, a_post("1"), a_post("2", by="rui", hours=5))
    edited = "Resolveram tudo hoje e o fogão novo já está funcionando muito bem aqui em casa"
    hear(app, a_post("2", edited, "rui", 5))
    assert told_with(app, first) is None
    assert told_with(app, copy) is None
    assert voices(app) == 2


def test_erasing_the_first_passes_the_credit_on(app: App) -> None:
    _, copy, last = hear(
        app, a_post("1", hours=-99), a_post("2", by="rui"), a_post("3", by="bia", hours=1)
    )
    app.store.prune(NOW - timedelta(days=2))
    stories(app, NOW)
    assert told_with(app, last) == [copy, last]
    assert voices(app) == 1


def test_looking_again_finds_nothing_to_do(app: App) -> None:
    hear(app, a_post("1"), a_post("2", by="rui", hours=5))
    assert stories(app, NOW).counts == {"posts": 0, "stories": 0}


def test_short_words_of_two_people_are_two_voices(app: App) -> None:
    first, other, again = hear(
        app,
        a_post("1", "A Lua chegou tarde de novo"),
        a_post("2", "A Lua chegou tarde de novo", "rui"),
        a_post("3", "A Lua chegou tarde de novo", hours=2),
    )
    assert told_with(app, other) is None
    assert told_with(app, again) == [first, again]


def test_a_new_analysis_does_not_make_a_copy_a_voice(app: App) -> None:
    _, copy = hear(app, a_post("1"), a_post("2", by="rui", hours=5))
    with app.store.writing() as unit:
        unit.analyses.add([complaint(copy)])
    assert voices(app) == 1
