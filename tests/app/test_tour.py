"""The tour's settings: four real data sets come in by mapping alone."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.application import App
from app.rounds import STEPS, execute
from app.settings import load_settings
from app.steps.crawl import visit
from domain.influence import EXPECTED_REACH
from domain.posts import Cursor
from storage import open_store

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("BOCA_SHARED", ROOT.parent / "shared")) / "data"
TOURS = sorted((ROOT / "docs" / "tour").glob("*.yaml"))
NOW = datetime(2026, 11, 1, tzinfo=UTC)

needs_data = pytest.mark.skipif(not DATA.exists(), reason=f"there is no data at {DATA}")


def opened(name: str, tmp_path: Path) -> App:
    environment = {"TOUR_DATA": str(DATA)}
    settings = load_settings(ROOT / "docs" / "tour" / f"{name}.yaml", environment)
    kept = settings.storage.model_copy(update={"url": f"sqlite:///{tmp_path}/tour.db"})
    settings = settings.model_copy(update={"storage": kept})
    return App(settings, open_store(settings.storage), clock=lambda: NOW)


@needs_data
@pytest.mark.parametrize(
    ("name", "posts"),
    [("airline", 11_694), ("complaints", 2_016), ("community", 5_085), ("discussion", 3_984)],
)
def test_every_row_comes_in_and_again_adds_nothing(name: str, posts: int, tmp_path: Path) -> None:
    app = opened(name, tmp_path)
    first = execute(STEPS["crawl"], app).counts
    assert first["posts_seen"] == posts
    assert first["rejected"] == 0
    with app.store.writing() as unit:
        for source in app.settings.sources:
            unit.sources.set_cursor(Cursor(source.name, {}))
    again = visit(app, app.settings.sources, NOW).counts
    assert (again["posts_seen"], again["posts_new"], again["posts_changed"]) == (posts, 0, 0)
    app.store.close()


@needs_data
@pytest.mark.parametrize("name", ["community", "discussion"])
def test_conversations_become_influence(name: str, tmp_path: Path) -> None:
    app = opened(name, tmp_path)
    for step in ("crawl", "link", "measure"):
        execute(STEPS[step], app)
    with app.store.reading() as unit:
        top = unit.influence.top(EXPECTED_REACH, 10)
        acts = sum(len(batch) for batch in unit.interactions.log(None))
    assert acts > 2_000
    assert top[0].low <= top[0].value <= top[0].high
    assert top[0].value > 1
    app.store.close()


@pytest.mark.parametrize(
    "path", sorted((ROOT / "docs" / "tour").glob("*.yaml")), ids=lambda p: p.stem
)
def test_the_tour_names_every_file(path: Path) -> None:
    tour = (ROOT / "docs" / "tour.md").read_text(encoding="utf-8")
    assert f"docs/tour/{path.name}" in tour
    assert load_settings(path, {}).stages
