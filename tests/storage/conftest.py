"""A fresh store for each test, on SQLite and, where there is a server, on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from domain.analyses import Analysis, Mention, Polarity, Sentiment, Span, StageLabel
from domain.people import Author
from domain.posts import Post, PostKind
from storage import Store, open_store
from storage.settings import StorageSettings
from storage.work_tables import metadata


@pytest.fixture(scope="session")
def postgres_url(make_database: Callable[[], str]) -> str:
    url = make_database()
    open_store(StorageSettings(url=url)).close()
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a migrated, empty database."""
    if request.param == "sqlite":
        path = tmp_path / "boca.db"
        shutil.copy(request.getfixturevalue("migrated_file"), path)
        return f"sqlite:///{path}"
    url: str = request.getfixturevalue("postgres_url")
    engine = create_engine(url)
    tables = ", ".join(f'"{name}"' for name in (*metadata.tables, "post_tokens"))
    with engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    engine.dispose()
    return url


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    store = open_store(StorageSettings(url=url, wait_seconds=0.2))
    yield store
    store.close()


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def make_post(now: datetime) -> Callable[..., Post]:
    """A post by external id; minutes after noon of 2 March 2026."""

    def make(external_id: str, text: str = "chegou tarde", **fields: object) -> Post:
        by = fields.pop("by", None)
        minutes = float(str(fields.pop("minutes", 0)))
        given: dict[str, object] = {
            "source": "forum",
            "kind": PostKind.COMMENT,
            "created_at": now + timedelta(minutes=minutes),
            "author": Author("forum", str(by), str(by)) if by else None,
        }
        return Post(external_id=external_id, text=text, **(given | fields))  # type: ignore[arg-type]

    return make


@pytest.fixture
def make_analysis(now: datetime) -> Callable[..., Analysis]:
    """An analysis of a post id: negative, about brand ``lua`` at stage ``delivery``."""

    def make(
        post_id: int,
        polarity: str = "negative",
        brands: tuple[str, ...] = ("lua",),
        stages: tuple[str, ...] = ("delivery",),
        version: str = "1",
    ) -> Analysis:
        return Analysis(
            post_id=post_id,
            language="pt",
            sentiment=Sentiment(Polarity(polarity), -0.5, 0.75, Span(0, 6)),
            mentions=tuple(Mention(brand) for brand in brands),
            stages=tuple(StageLabel(stage, 0.5) for stage in stages),
            opinions=(),
            version=version,
            analysed_at=now,
        )

    return make
