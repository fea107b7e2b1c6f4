"""Today's set and advocates: chosen from the store, kept, and shown where people look."""

from __future__ import annotations

import json
from datetime import timedelta
from types import SimpleNamespace

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from app.application import App
from app.cli.root import cli
from app.picks import Pick, advocates, of_today, todays
from app.rounds import rounds
from app.steps.choose import choose
from app.web import WebContext, create_app
from tests.app.small import NOW, OpenApp


@pytest.fixture
def app(town: SimpleNamespace, open_app: OpenApp) -> App:
    app = open_app(town.folder)
    list(rounds(app))
    return app


def picked(app: App) -> Pick:
    with app.store.reading() as unit:
        found = todays(unit)
    assert found is not None
    return found


def with_capacity(app: App, capacity: int) -> App:
    priority = app.settings.priority.model_copy(update={"daily_capacity": capacity})
    app.settings = app.settings.model_copy(update={"priority": priority})
    return app


def test_the_set_is_chosen_once_an_hour_and_for_another_capacity(app: App) -> None:
    first = picked(app)
    assert first.ids and len(first.naive) <= 10 and 0.5 < first.at_least <= 1
    assert Pick.decode(json.loads(json.dumps(first.encode()))) == first
    assert choose(app, NOW + timedelta(minutes=4)).counts == {}
    assert choose(app, NOW + timedelta(minutes=70)).counts["today"] == len(first.ids)
    choose(with_capacity(app, 1), NOW + timedelta(minutes=71))
    assert len(picked(app).ids) == 1


def test_what_the_set_averts_is_what_the_queue_says(app: App) -> None:
    choose(with_capacity(app, 1), NOW + timedelta(minutes=1))
    with app.store.reading() as unit:
        (one,) = of_today(unit)
    found = picked(app)
    assert found.harm[0] == pytest.approx(one.severity * one.reach.to_come, rel=0.2)
    assert found.people[0] == pytest.approx(one.reach.to_come, rel=0.2)


def test_what_the_brand_answered_is_not_chosen(app: App) -> None:
    with app.store.reading() as unit:
        answered = {one.id for one in unit.experiences.queue() if one.answer}
    assert answered and not answered & set(picked(app).ids)


def test_advocates_spoke_well(app: App) -> None:
    with app.store.reading() as unit:
        invited = advocates(unit)["mare"]
        for who in invited.ids:
            assert any(one.score > 0 for one in unit.experiences.of_author(who))


def test_the_page_and_the_interface_tell_of_it(app: App) -> None:
    context = WebContext(app.brands, app.stages, app.people, clock=lambda: NOW)
    with TestClient(create_app(app.store, context), base_url="http://localhost") as page:
        found = picked(app)
        assert page.get("/api/today").json()["ids"] == list(found.ids)
        whole, chosen = page.get("/queue").text, page.get("/queue?today=true").text
        assert whole.count(">today<") == chosen.count(">today<") == len(found.ids)
        assert "Only today" in whole and "The whole queue" in chosen
        assert page.get("/advocates").status_code == 200


def test_the_terminal_tells_of_it(app: App, town: SimpleNamespace) -> None:
    config = ["--config", str(town.folder / "config.yaml")]
    asked = CliRunner().invoke(cli, [*config, "queue", "--today", "--json"])
    assert asked.exit_code == 0, asked.output
    told = json.loads(asked.stdout)
    assert [row["id"] for row in told["queue"]] == list(picked(app).ids)
    assert told["today"]["at_least"] > 0.5
    shown = CliRunner().invoke(cli, [*config, "queue"]).stdout
    assert "that avert most alone" in shown
    invited = CliRunner().invoke(cli, [*config, "graph", "advocates", "-k", "2"])
    assert invited.exit_code == 0 and "together" in invited.stdout
    assert CliRunner().invoke(cli, [*config, "graph", "advocates", "--brand", "x"]).exit_code
