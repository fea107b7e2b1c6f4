"""Silent readers: counted where a post has a counter, estimated where its source counts others."""

from __future__ import annotations

import json
from datetime import timedelta
from types import SimpleNamespace

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from app.application import App
from app.cli.root import cli
from app.rounds import rounds
from app.web import WebContext, create_app
from domain.experiences import Factor
from domain.people import Author
from domain.posts import Engagement, Post, PostKind
from tests.app.small import NOW, OpenApp, write_posts


def told(number: int, views: int | None) -> Post:
    voice = Author("forum", f"reader{number}", name=f"leitor{number}")
    at, counters = NOW - timedelta(hours=20 + number), Engagement(views=views)
    words = f"entrega ruim na Maré, pela {number}ª vez"
    return Post("forum", f"v{number}", PostKind.POST, words, at, voice, engagement=counters)


@pytest.fixture
def app(town: SimpleNamespace, open_app: OpenApp) -> App:
    counted = [told(number, 90 + number) for number in range(20)]
    write_posts(town.folder, [*town.posts, *counted, told(20, None)])
    app = open_app(town.folder)
    list(rounds(app))
    return app


def silent_of(app: App, key: str) -> Factor | None:
    with app.store.reading() as unit:
        post = unit.posts.by_key("forum", key)
        assert post is not None
        (experience,) = unit.experiences.get_many(
            unit.experiences.of_posts([post.id]).values()
        ).values()
    return next((one for one in experience.priority.factors if one.name == "silent"), None)


def test_a_counter_is_told_as_it_is(app: App) -> None:
    factor = silent_of(app, "v7")
    assert factor is not None
    assert (factor.value, factor.reason.code) == (97.0, "reach.read")


def test_a_post_without_a_counter_is_estimated_by_its_sources_others(app: App) -> None:
    factor = silent_of(app, "v20")
    assert factor is not None and factor.reason.code == "reach.silent"
    low, high = float(factor.reason.params["low"]), float(factor.reason.params["high"])
    assert 80 < low < factor.value < high < 130


def test_where_nothing_is_counted_nothing_is_said(town: SimpleNamespace, open_app: OpenApp) -> None:
    app = open_app(town.folder)
    list(rounds(app))
    assert silent_of(app, "p2") is None


def test_pages_and_terminal_tell_of_it(app: App, town: SimpleNamespace) -> None:
    context = WebContext(app.brands, app.stages, app.people, clock=lambda: NOW)
    with app.store.reading() as unit:
        post = unit.posts.by_key("forum", "v20")
        assert post is not None and post.author is not None
        (experience,) = unit.experiences.of_posts([post.id]).values()
    with TestClient(create_app(app.store, context), base_url="http://localhost") as page:
        assert "leram em silêncio" in page.get(f"/experiences/{experience}?lang=pt").text
        assert "read in silence by about" in page.get(f"/authors/{post.author.id}?lang=en").text
    config = ["--config", str(town.folder / "config.yaml")]
    said = CliRunner().invoke(cli, [*config, "graph", "readers", "--json"]).stdout
    rows = [json.loads(line) for line in said.splitlines()]
    assert {row["source"] for row in rows} == {"forum"}
    assert all(row["low"] <= row["readers"] <= row["high"] for row in rows)
