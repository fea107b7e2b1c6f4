"""Addresses, handles and app links that tell by themselves which source they mean."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from crawlers.recognise import by_shape, recognise, sites
from crawlers.settings import SourceSettings

CASES: dict[str, dict[str, Any]] = {
    "https://apps.apple.com/br/app/loja-app/id1234567890": {
        "kind": "app_store",
        "app": "1234567890",
        "countries": ["br"],
    },
    "https://apps.apple.com/app/id1234567890": {"kind": "app_store", "app": "1234567890"},
    "https://store.steampowered.com/app/440/Jogo/": {"kind": "steam", "app": "440"},
    "https://www.youtube.com/watch?v=dQw4w9WgXcQ": {"kind": "youtube", "videos": ["dQw4w9WgXcQ"]},
    "https://youtu.be/dQw4w9WgXcQ": {"kind": "youtube", "videos": ["dQw4w9WgXcQ"]},
    "https://www.youtube.com/@loja": {"kind": "youtube", "channels": ["@loja"]},
    "https://www.youtube.com/live/dQw4w9WgXcQ?t=3": {"kind": "youtube", "videos": ["dQw4w9WgXcQ"]},
    "https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv": {
        "kind": "youtube",
        "channels": ["UCabcdefghijklmnopqrstuv"],
    },
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
    "https://matrix.to/#/%23loja%3Amatrix.test?via=outro.test": {
        "kind": "matrix",
        "url": "https://matrix.test",
        "rooms": ["#loja:matrix.test"],
    },
    "matrix:r/loja:matrix.test": {
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


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("http://casa.test:8080/forum/t/app/12", ["http://casa.test:8080/forum", "http://casa.test:8080"]),
        ("https://casa.test/t/app/12", ["https://casa.test"]),
        ("https://casa.test/viewtopic.php?t=3", ["https://casa.test"]),
        ("https://casa.test/@ana", ["https://casa.test"]),
        ("https://casa.test", ["https://casa.test"]),
        ("https://casa.test/f\u00f3rum/", ["https://casa.test/f\u00f3rum", "https://casa.test"]),
    ],
)  # fmt: skip
def test_a_site_may_begin_in_a_folder(text: str, begins: list[str]) -> None:
    assert list(sites(text)) == begins


SHOWN: dict[str, tuple[str, bytes]] = {
    "discourse": ("/latest.json", b'{"topic_list": {"topics": []}}'),
    "nodebb": ("/api/recent", b'{"topics": [], "pagination": {}, "loggedIn": false}'),
    "flarum": ("/api", b'{"data": {"type": "forums", "id": "1", "attributes": {"title": "x"}}}'),
    "askbot": ("/api/v1/info/", b'{"users": 2, "questions": 3, "answers": 4, "comments": 5}'),
}


@pytest.mark.parametrize("kind", SHOWN)
@pytest.mark.parametrize("folder", ["", "/forum"])
@pytest.mark.parametrize("page", ["", "/", "/t/app/12"])
def test_a_forum_is_found_in_its_folder_from_any_of_its_pages(
    kind: str, folder: str, page: str, site: Any, manners: Any
) -> None:
    path, body = SHOWN[kind]
    html = (200, {"Content-Type": "text/html"}, b"<p>x")
    site.routes |= {f"{folder}{page}" or "/": html, f"{folder}{path}": (200, {}, body)}
    guesses = recognise(f"{site.url}{folder}{page}", politeness=manners())
    assert {"kind": kind, "url": f"{site.url}{folder}"} in guesses
