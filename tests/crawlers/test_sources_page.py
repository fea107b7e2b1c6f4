"""The page about sources: its examples are valid, and those on shared data work."""

from __future__ import annotations

import os
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from pydantic import TypeAdapter

from crawlers import shipped
from crawlers.columns import Columns
from crawlers.crawl import crawl
from crawlers.politeness.errors import CODES
from crawlers.settings import PolitenessSettings, SourceSettings
from crawlers.sources.file import FileSettings
from domain.posts import CrawlOutcome, Post, PostKind

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("BOCA_SHARED", ROOT.parent / "shared"))
PAGE = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
BLOCKS = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]
SOURCES = {one["name"]: one for block in BLOCKS if isinstance(block, list) for one in block}
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_every_example_is_valid(name: str) -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(SourceSettings)
    settings = adapter.validate_python(SOURCES[name])
    assert settings.name == name
    assert adapter.validate_json(settings.model_dump_json()) == settings


def test_the_example_of_manners_is_valid() -> None:
    (given,) = [block["politeness"] for block in BLOCKS if isinstance(block, dict)]
    assert PolitenessSettings.model_validate(given)


def test_every_kind_and_every_setting_of_a_mapping_is_explained() -> None:
    for word in (*Columns.model_fields, *shipped.names()):
        assert f"`{word}`" in PAGE, word
    models = get_args(get_args(SourceSettings)[0])
    kinds = {get_args(model.model_fields["kind"].annotation)[0] for model in models}
    assert {one["kind"] for one in SOURCES.values()} == kinds
    assert all(f"\n## {kind}\n" in PAGE for kind in kinds)


def test_every_code_of_a_refusal_is_explained() -> None:
    code = re.compile(r'(?:Rejected\([^"()]*|BadRow\([^"()]*|BadValue\(|_rejected\()"([a-z_]+)"')
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "crawlers").rglob("*.py")]
    codes = {found for text in sources for found in code.findall(text)}
    assert len(codes) > 10
    for one in codes | CODES:
        assert f"`{one}`" in PAGE, one


def imported(name: str) -> tuple[list[Post], Any]:
    if not SHARED.exists():
        pytest.skip(f"no shared data at {SHARED}")
    text = yaml.safe_dump(SOURCES[name]).replace("../shared", str(SHARED))
    settings = FileSettings.model_validate(yaml.safe_load(text))
    events = list(crawl(settings, {}, politeness=PolitenessSettings(), now=NOW))
    report = events[-1]
    assert (report.outcome, report.errors) == (CrawlOutcome.OK, {})
    return [one for one in events if isinstance(one, Post)], report


def kinds(posts: list[Post]) -> dict[PostKind, int]:
    return dict(Counter(post.kind for post in posts))


def parents_found(posts: list[Post]) -> float:
    known = {post.external_id for post in posts}
    replies = [post for post in posts if post.parent]
    return sum(post.parent in known for post in replies) / len(replies)


def test_reddit_threads() -> None:
    posts, _ = imported("reddit-threads")
    assert kinds(posts) == {PostKind.POST: 504, PostKind.COMMENT: 3480}
    assert all(post.author for post in posts)
    assert all(post.engagement.likes is not None for post in posts)
    assert sum("&amp;" in post.text for post in posts) <= 1, "one was escaped thrice"
    assert parents_found(posts) > 0.6


def test_community_quantum() -> None:
    posts, _ = imported("community-quantum")
    assert kinds(posts) == {
        PostKind.QUESTION: 612,
        PostKind.ANSWER: 1060,
        PostKind.COMMENT: 3413,
    }
    assert parents_found(posts) > 0.9
    known = {post.external_id for post in posts}
    accepted = [post.accepted_answer for post in posts if post.accepted_answer]
    assert len(accepted) > 100
    assert sum(one in known for one in accepted) / len(accepted) > 0.95
    questions = [post for post in posts if post.kind is PostKind.QUESTION]
    assert all(post.engagement.views is not None and post.title for post in questions)
    assert not any("<p>" in post.text for post in posts)


def test_airline_tweets() -> None:
    posts, _ = imported("airline-tweets")
    assert len(posts) == 11_694
    assert not any(post.author for post in posts)
    assert {post.created_at.year for post in posts} == {2015}
    assert {post.labels["airline"] for post in posts} >= {"United", "Virgin America"}


def test_reclameaqui() -> None:
    posts, _ = imported("reclameaqui")
    assert len({post.external_id for post in posts}) == len(posts) == 2_016
    assert kinds(posts) == {PostKind.REVIEW: 2_016}
    assert all(post.title and post.text for post in posts)
    assert {post.labels["status"] for post in posts} >= {"Resolvido", "Não respondida"}
    assert all(post.created_at.hour == 3 for post in posts), "midnight in Fortaleza"
