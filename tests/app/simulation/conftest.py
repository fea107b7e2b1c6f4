from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.simulation.files import TownFiles, write_town
from app.simulation.settings import TownSettings
from app.simulation.town import Town, build_town
from app.simulation.truth import TownTruth, read_truth
from crawlers.postline import decode
from domain.posts import Post

ENDS_AT = datetime(2026, 3, 12, 15, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def settings() -> TownSettings:
    return TownSettings(ends_at=ENDS_AT)


@pytest.fixture(scope="session")
def town(settings: TownSettings) -> Town:
    return build_town(settings)


@pytest.fixture(scope="session")
def town_files(town: Town, tmp_path_factory: pytest.TempPathFactory) -> TownFiles:
    return write_town(town, tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="session")
def posts(town_files: TownFiles) -> list[Post]:
    return read_posts(town_files.posts)


@pytest.fixture(scope="session")
def truth(town_files: TownFiles) -> TownTruth:
    return read_truth(town_files.truth)


def read_posts(folder: Path) -> list[Post]:
    """All posts of a town, in order of time."""
    lines = [line for path in folder.iterdir() for line in path.read_text("utf-8").splitlines()]
    return sorted((decode(json.loads(line)) for line in lines), key=lambda post: post.external_id)
