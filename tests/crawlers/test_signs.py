"""Addresses, handles and app links that tell by themselves which source they mean."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from crawlers.recognise import by_shape
from crawlers.settings import SourceSettings

CASES: dict[str, dict[str, Any]] = {
    "https://apps.apple.com/br/app/loja-app/id1234567890": {
        "kind": "app_store",
        "app": "1234567890",
        "countries": ["br"],
    },
    "https://store.steampowered.com/app/440/Jogo/": {"kind": "steam", "app": "440"},
    "https://www.youtube.com/watch?v=dQw4w9WgXcQ": {"kind": "youtube", "videos": ["dQw4w9WgXcQ"]},
    "https://youtu.be/dQw4w9WgXcQ": {"kind": "youtube", "videos": ["dQw4w9WgXcQ"]},
    "https://www.youtube.com/@loja": {"kind": "youtube", "channels": ["@loja"]},
    "https://t.me/s/avisosloja": {"kind": "telegram", "channel": "avisosloja"},
    "t.me/avisosloja": {"kind": "telegram", "channel": "avisosloja"},
    "https://bsky.app/profile/loja.test": {"kind": "bluesky", "accounts": ["loja.test"]},
    "@loja.test": {"kind": "bluesky", "accounts": ["loja.test"]},
    "did:plc:abc123": {"kind": "bluesky", "accounts": ["did:plc:abc123"]},
    "@ana@praca.test": {"kind": "mastodon", "url": "https://praca.test", "accounts": ["ana"]},
    "https://praca.test/tags/bancox": {
        "kind": "mastodon",
        "url": "https://praca.test",
        "tags": ["bancox"],
    },
    "#loja:matrix.test": {
        "kind": "matrix",
        "url": "https://matrix.test",
        "rooms": ["#loja:matrix.test"],
    },
    "https://matrix.to/#/#loja:matrix.test": {
        "kind": "matrix",
        "url": "https://matrix.test",
        "rooms": ["#loja:matrix.test"],
    },
    "nntps://news.test/comp.lang.python": {
        "kind": "nntp",
        "url": "nntps://news.test/comp.lang.python",
    },
    "https://listas.test/archives/list/a@listas.test/": {
        "kind": "mbox",
        "url": "https://listas.test/archives/list/a@listas.test/",
    },
    "https://listas.test/2026-11.mbox.gz": {
        "kind": "mbox",
        "url": "https://listas.test/2026-11.mbox.gz",
    },
}


@pytest.mark.parametrize("text", CASES)
def test_the_text_alone_tells(text: str) -> None:
    assert by_shape(text)[0] == CASES[text]


@pytest.mark.parametrize("text", CASES)
def test_what_is_told_makes_valid_settings(text: str) -> None:
    secret = {"key": "k"} if CASES[text]["kind"] == "youtube" else {}
    given = {"name": "novo", **CASES[text], **secret}
    adapter: TypeAdapter[Any] = TypeAdapter(SourceSettings)
    assert adapter.validate_python(given).kind == CASES[text]["kind"]
