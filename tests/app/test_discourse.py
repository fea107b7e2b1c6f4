"""A forum that speaks Discourse's documented interface, followed as long as it lives.

Late replies, an edit, a deletion, a whisper, a topic taken away: what each round asks for, and
what is stored of it.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from app.application import App
from app.steps.crawl import crawl
from domain.runs import RunOutcome
from tests.app.small import OpenApp

START = datetime(2026, 5, 20, 12, tzinfo=UTC)
SHOWN = 3  # posts that come with a topic; the others are asked for by number


class Forum:
    """Topics and their posts; answers as the interface does, below a folder of its host."""

    def __init__(self, site: Any) -> None:
        self.topics: dict[int, list[dict[str, Any]]] = {}
        self.site, self.url = site, f"{site.url}/forum"
        site.routes = self

    def get(self, path: str, default: Any = None) -> Any:
        """What the site answers for a path: ``site.routes`` asks as if this were a table."""
        parts = urlsplit(path)
        found = self._answer(parts.path.removeprefix("/forum/"), parse_qs(parts.query))
        body = json.dumps(found if found is not None else {"errors": ["gone"]}).encode()
        return (404 if found is None else 200, {"Content-Type": "application/json"}, body)

    def _answer(self, path: str, query: dict[str, list[str]]) -> Any:
        match path.removesuffix(".json").split("/"):
            case ["latest"]:
                page = int(query.get("page", ["0"])[0])
                return {"topic_list": self._listed(page)}
            case ["t", number] if (topic := self.topics.get(int(number))) is not None:
                stream = {"posts": topic[:SHOWN], "stream": [one["id"] for one in topic]}
                return {"id": int(number), "title": "Maré", "views": 9, "post_stream": stream}
            case ["t", number, "posts"]:
                asked = set(map(int, query["post_ids[]"]))
                told = [one for one in self.topics[int(number)] if one["id"] in asked]
                return {"post_stream": {"posts": told}}
        return None

    def _listed(self, page: int) -> dict[str, Any]:
        """Two topics a page, those that were bumped last first."""
        bumped = {number: posts[-1]["created_at"] for number, posts in self.topics.items()}
        order = sorted(bumped, key=lambda number: bumped[number], reverse=True)
        shown = order[2 * page : 2 * page + 2]
        more = {"more_topics_url": f"/latest?page={page + 1}"} if order[2 * page + 2 :] else {}
        return {"topics": [{"id": one, "bumped_at": bumped[one]} for one in shown], **more}

    def say(self, topic: int, text: str, at: datetime, **more: Any) -> dict[str, Any]:
        posts = self.topics.setdefault(topic, [])
        number = len(posts) + 1
        post = {"id": topic * 100 + number, "topic_id": topic, "post_number": number}
        post |= {"username": f"p{number}", "user_id": number, "cooked": f"<p>{text}</p>"}
        post |= {"created_at": at.isoformat(), "updated_at": at.isoformat(), "version": 1}
        posts.append(post | {"post_type": 1} | more)
        return posts[-1]

    def asked(self) -> list[str]:
        """What was asked for since the last time, without robots.txt."""
        found = [unquote(path) for path in self.site.asked if path != "/robots.txt"]
        self.site.asked.clear()
        return found


@pytest.fixture
def forum(site: Any) -> Forum:
    one = Forum(site)
    for topic in range(1, 6):
        for number in range(topic):
            one.say(topic, f"Maré {topic}.{number}", START - timedelta(hours=30 - topic))
    return one


def test_a_forum_is_followed_as_long_as_it_lives(
    forum: Forum, tmp_path: Path, open_app: OpenApp
) -> None:
    source = {"kind": "discourse", "name": "casa", "url": forum.url, "every": "30s"}
    manners = {"allow_private": [f"127.0.0.1:{forum.site.port}"], "pace": 0}

    def visit(hours: float) -> App:
        now = START + timedelta(hours=hours)
        app = open_app(tmp_path, now, sources=[source], politeness=manners)
        assert crawl(app, now).outcome is RunOutcome.OK
        return app

    def there(app: App) -> dict[str, str]:
        with app.store.reading() as unit:
            ids = unit.posts.keys("casa", [f"{t}/{n}" for t in range(1, 8) for n in range(1, 9)])
            posts = unit.posts.get_many({number for number, _ in ids.values()})
        return {post.external_id: post.text for post in posts.values() if not post.gone_at}

    app = visit(0)
    assert len(there(app)) == 15, "five topics over three pages, the longest in two parts"
    assert "/forum/t/5/posts.json?post_ids[]=504&post_ids[]=505" in forum.asked()

    visit(1)
    read = {path for path in forum.asked() if path.endswith(".json") and "/t/" in path}
    assert read == {"/forum/t/5.json"}, "all quiet: only the newest, within the overlap"

    forum.say(2, "Maré, resposta tardia", START + timedelta(hours=1.5), reply_to_post_number=1)
    forum.say(2, "um sussurro", START + timedelta(hours=1.6), post_type=4)
    forum.topics[3][0] |= {"cooked": "<p>Maré, corrigido</p>", "version": 2}
    del forum.topics[5][1]
    app = visit(2)
    told = there(app)
    assert told["2/3"] == "Maré, resposta tardia" and "2/4" not in told
    read = {path for path in forum.asked() if path.endswith(".json") and "/t/" in path}
    assert read == {"/forum/t/2.json", "/forum/t/5.json"}

    app = visit(17)  # each topic was quiet for over a day: looked at again by now
    told = there(app)
    assert told["3/1"] == "Maré, corrigido"
    assert "5/2" not in told and "5/3" in told
    with app.store.reading() as unit:
        post = unit.posts.by_key("casa", "3/1")
        assert post is not None and [one.text for one in unit.posts.versions(post.id)]
    assert forum.asked().count("/forum/t/2.json") == 1

    del forum.topics[4]
    told = there(visit(70))
    assert not [name for name in told if name.startswith("4/")]
