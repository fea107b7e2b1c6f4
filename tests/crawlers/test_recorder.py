"""What is recorded has the shape of what came, and nobody in it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from crawlers.pages import Response
from crawlers.politeness.settings import PolitenessSettings
from crawlers.recorder import Reading, pages_of, reading, recorded, shape, write
from crawlers.scrubbing import Scrubber
from crawlers.sources.feed import FeedSettings
from crawlers.sources.file import FileSettings
from domain.errors import UsageError

PEOPLE = (
    "Marina",
    "marina.s@gmail.com",
    "+55 11 98765-4321",
    "Travou",
    "boleto",
    "3f9a8b7c6d5e4f30",
)
ITEM = {
    "id": 123456,
    "date_gmt": "2026-11-20T10:00:00",
    "author_name": "Marina Souza",
    "author_url": "https://marina.blog.br/u/marina",
    "content": {"rendered": "<p>Travou o boleto &amp; liguei: +55 11 98765-4321</p>"},
    "mail": "marina.s@gmail.com",
    "token": "3f9a8b7c6d5e4f30",
    "type": "post",
}


def test_nobody_is_left_in_json_and_its_shape_stays() -> None:
    page = Response(
        "https://blog.real.org/x?id=123456&key=AIzaSy", 200, {}, json.dumps([ITEM]).encode()
    )
    clean = Scrubber(b"k").page(page)
    text = clean.url + clean.body.decode()
    assert not [name for name in (*PEOPLE, "Souza", "real.org", "AIzaSy", "123456") if name in text]
    (item,) = json.loads(clean.body)
    assert shape([clean]) == shape([page])
    assert (item["type"], item["date_gmt"]) == ("post", ITEM["date_gmt"])
    assert item["content"]["rendered"].startswith("<p>") and "&amp;" in item["content"]["rendered"]
    assert f"id={item['id']}&" in clean.url
    assert len(item["author_name"]) == len("Marina Souza") and item["author_name"].istitle()


def test_nobody_is_left_in_markup() -> None:
    body = (
        '<div data-user-name="Marina"><time>2026-11-20</time><a href="https://real.org/@marina" '
        'title="Marina Souza">Marina</a> disse: Travou o boleto, marina.s@gmail.com</div>'
    )
    clean = Scrubber(b"k").page(Response("https://real.org/", 200, {}, body.encode())).body.decode()
    assert not [name for name in (*PEOPLE, "marina", "Souza", "real.org") if name in clean]
    assert clean.count("<") == body.count("<") and "2026-11-20" in clean


def test_the_same_word_is_the_same_and_another_run_differs() -> None:
    one = Scrubber()
    assert one.text("Marina e Marina") == one.text("Marina e Marina")
    assert len({Scrubber().text("Marina Souza") for _ in range(5)}) == 5


def test_what_is_recorded_replays(
    site: Any,
    manners: Callable[..., PolitenessSettings],
    now: datetime,
    tmp_path: Path,
    replay: Callable[..., list[Any]],
) -> None:
    item = "<item><guid>urn:1</guid><title>Marina reclama</title><author>Marina</author></item>"
    feed = f'<rss version="2.0"><channel><title>t</title>{item}</channel></rss>'.encode()
    site.routes["/feed"] = (200, {"Content-Type": "application/rss+xml"}, feed)
    source = FeedSettings(kind="feed", name="loja", url=f"{site.url}/feed")
    live = asyncio.run(pages_of(source, politeness=manners(), now=now, limit=5))
    before = reading(source, live, now)
    assert before.fields["post", "title"] == before.kinds["post"] > 0
    write(live, tmp_path, Scrubber())
    (page,) = recorded(tmp_path)
    assert b"Marina" not in page.body
    assert page.headers["content-type"] == "application/rss+xml"
    again = FeedSettings(kind="feed", name="loja", url=page.url)
    after = reading(again, [page], now)
    assert after == before
    assert before.lost(after) == []


def test_lost_keys_are_seen() -> None:
    old = Response("u", 200, {}, b'[{"a": 1, "b": {"c": 2}}]')
    new = Response("u", 200, {}, b'[{"a": 1, "b": {}}]')
    assert shape([old]) - shape([new]) == {"[].b.c"}
    assert shape([Response("u", 200, {}, b"<html>")]) == frozenset()


def a_feed(entry: str) -> Response:
    body = f'<rss version="2.0"><channel><item><guid>1</guid>{entry}</item></channel></rss>'
    return Response("https://casa.test/feed", 200, {}, body.encode())


@pytest.mark.parametrize(
    ("entry", "lost"),
    [
        ("<title>t</title><author>ana</author><link>https://casa.test/1</link>", []),
        ("<title>t</title><link>https://casa.test/1</link>", ["post.author"]),
        ("<comments/>", ["every post"]),
    ],
)
def test_posts_that_come_out_no_longer_are_seen_in_feeds_too(
    entry: str, lost: list[str], now: datetime
) -> None:
    feed = FeedSettings(kind="feed", name="x", url="https://elsewhere.test/feed")
    whole = a_feed("<title>t</title><author>ana</author><link>https://casa.test/1</link>")
    before = reading(feed, [whole], now)
    assert isinstance(before, Reading) and before.kinds == {"post": 1}
    assert before.lost(reading(feed, [a_feed(entry)], now)) == lost


def test_only_pages_can_be_recorded(now: datetime) -> None:
    source = FileSettings.model_validate({"kind": "file", "name": "f", "files": [{"path": "x"}]})
    with pytest.raises(UsageError, match="page by page"):
        asyncio.run(pages_of(source, politeness=PolitenessSettings(), now=now, limit=1))
