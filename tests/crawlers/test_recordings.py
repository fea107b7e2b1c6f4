"""Every kind of source has recordings, and they give posts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import TypeAdapter

from crawlers.registry import NETWORK
from crawlers.settings import SourceSettings
from domain.posts import Post

RECORDINGS = Path(__file__).parent / "recordings"
LISTENED = {"jetstream", "mbox", "nntp"}  # not read page by page: their own tests replay them
EXAMPLES: dict[str, Mapping[str, Any]] = {
    "app_store": {"app": "1234567890", "countries": ["br"]},
    "bluesky": {"accounts": ["@loja.test"]},
    "mastodon": {"url": "https://praca.test", "tags": ["bancox"]},
    "matrix": {"url": "https://matrix.test", "rooms": ["#loja:matrix.test"]},
    "steam": {"app": "440"},
    "telegram": {"channel": "avisosloja"},
    "youtube": {"videos": ["dQw4w9WgXcQ"], "key": "chave"},
    "askbot": {"url": "https://ask.example"},
    "discourse": {"url": "https://forum.example"},
    "forum_feed": {"url": "https://forum.example/feed.php"},
    "forum_page": {
        "url": "https://clube.example/topic/active/",
        "select": {
            "topic": "a.topic",
            "post": ".comment",
            "text": ".words",
            "author": ".who",
            "time": ".when",
        },
    },
    "flarum": {"url": "https://flarum.example"},
    "hacker_news": {"query": "acme"},
    "isso": {"url": "https://comments.example"},
    "lemmy": {"url": "https://lemmy.example"},
    "nodebb": {"url": "https://nodebb.example"},
    "reddit": {"subreddits": ["acme"]},
    "stack_exchange": {"site": "pt.stackoverflow"},
    "feed": {"url": "https://loja.example/feed/"},
    "schema_org": {"sitemap": "https://loja.example/sitemap.xml"},
    "wordpress": {"url": "https://blog.example"},
}


def kinds() -> set[str]:
    """The kinds that settings may name."""
    models = get_args(get_args(SourceSettings)[0])
    return {get_args(model.model_fields["kind"].annotation)[0] for model in models}


def test_settings_and_registry_know_the_same_kinds() -> None:
    assert kinds() == {*NETWORK, "file", "webhook"}


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_every_kind_has_a_recording(kind: str) -> None:
    assert any((RECORDINGS / kind).iterdir()), f"record something for {kind}"


@pytest.mark.parametrize("kind", sorted({*NETWORK} - LISTENED))
def test_recordings_replay_to_posts(
    kind: str, now: datetime, replay: Callable[..., list[Any]]
) -> None:
    given = {"kind": kind, "name": "example", **EXAMPLES[kind]}
    settings: Any = TypeAdapter(SourceSettings).validate_python(given)
    first = replay(NETWORK[kind](settings, {}, now), kind)
    posts = [event for event in first if isinstance(event, Post)]
    assert posts
    assert all(post.created_at.utcoffset() is not None for post in posts)
    assert len({post.external_id for post in posts}) == len(posts)
    assert replay(NETWORK[kind](settings, {}, now), kind) == first


def test_nothing_in_a_recording_is_a_mail_address_of_a_person() -> None:
    for path in RECORDINGS.rglob("*"):
        if path.is_file():
            words = path.read_text(encoding="latin-1").split()
            assert not [
                word
                for word in words
                if "@" in word
                and ".test" not in word
                and "." in word.partition("@")[2]
                and '"@' not in word
            ], path
