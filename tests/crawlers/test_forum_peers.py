"""Real Isso, Askbot and Spirit: a conversation in, its exact tree out; edits and deletions seen.

The peers' recipes install them first (``isso.sh install`` and so on); without them the tests
are skipped. They take about four seconds for Isso, a minute for Askbot and half a minute for
Spirit, most of it for setting up their databases.
"""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from crawlers.crawl import crawl
from crawlers.recognise import recognise
from crawlers.settings import PolitenessSettings, SourceSettings
from domain.posts import Census, CrawlOutcome, Cursor, Post

SHARED = Path(os.environ.get("BOCA_SHARED", Path(__file__).resolve().parents[2].parent / "shared"))
INSTALLED = Path(os.environ.get("PEERS_RUN", Path(tempfile.gettempdir()) / "boca-peers"))
PROGRAM = {"isso": "isso", "askbot": "askbot-setup", "spirit": "spirit"}
pytestmark = [pytest.mark.peer, pytest.mark.slow]


def port_of(name: str) -> int:
    recipe = (SHARED / "peers" / f"{name}.sh").read_text(encoding="utf-8")
    found = re.search(r"\bPORT=(\d+)", recipe)
    assert found
    return int(found[1])


@contextmanager
def running(name: str, scratch: Path) -> Iterator[tuple[str, Path]]:
    """The peer with its seed in it: its address, and where its state lies."""
    recipe, program = SHARED / "peers" / f"{name}.sh", INSTALLED / name / "venv"
    if not recipe.exists():
        pytest.skip(f"no recipe at {recipe}")
    if not (program / "bin" / PROGRAM[name]).exists():
        pytest.skip(f"not installed: run {name}.sh install")
    home = scratch / name
    home.mkdir()
    (home / "venv").symlink_to(program)
    environment = os.environ | {"PEERS_RUN": str(scratch)}

    def run(command: str) -> None:
        subprocess.run(
            ["bash", str(recipe), command],
            env=environment,
            check=True,
            timeout=400,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    try:
        run("start")
        run("seed")
        yield f"http://127.0.0.1:{port_of(name)}", home
    finally:
        run("stop")


def visit(settings: dict[str, Any], cursor: Any, *threads: str) -> tuple[dict[str, Post], Any, Any]:
    """One crawl: its posts, its cursor, its censuses."""
    source: Any = TypeAdapter(SourceSettings).validate_python(settings | {"name": "peer"})
    host = re.sub(r"^https?://([^/]+).*", r"\1", settings["url"])
    manners = PolitenessSettings(allow_private=(host,), pace=0)
    now = datetime.now(UTC) + timedelta(seconds=5)
    events = list(crawl(source, cursor, politeness=manners, now=now, threads=threads))
    assert events[-1].outcome is CrawlOutcome.OK, events[-1]
    posts = {one.external_id: one for one in events if isinstance(one, Post)}
    states = [dict(one.state) for one in events if isinstance(one, Cursor)]
    censuses = {one.thread: one.external_ids for one in events if isinstance(one, Census)}
    return posts, [cursor, *states][-1], censuses


def told(posts: dict[str, Post]) -> dict[str, tuple[str, str | None, str]]:
    return {
        key: (post.author.name if post.author else "", post.parent, post.text)
        for key, post in posts.items()
    }


def change(database: Path, *statements: str) -> None:
    with closing(sqlite3.connect(database, timeout=20)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def guesses(url: str) -> list[str]:
    manners = PolitenessSettings(allow_private=(url.removeprefix("http://"),), pace=0)
    return [guess["kind"] for guess in recognise(url, politeness=manners)]


def is_lately(post: Post) -> bool:
    return abs(datetime.now(UTC) - post.created_at) < timedelta(minutes=10)


def test_isso(tmp_path: Path) -> None:
    with running("isso", tmp_path) as (url, home):
        settings = {"kind": "isso", "url": url}
        first, cursor, _ = visit(settings, {})
        assert told(first) == {
            "comment-1": ("Ana", None, "O app do bancox travou de novo"),
            "comment-2": ("Bruno", "comment-1", "Comigo também, desde ontem"),
            "comment-3": ("Carla", "comment-1", "Liguei no suporte e resolveram"),
        }
        assert {post.thread for post in first.values()} == {"/tarifa.html"}
        assert all(map(is_lately, first.values()))
        again, cursor, censuses = visit(settings, cursor, "/tarifa.html")
        assert told(again) == told(first)
        assert censuses["/tarifa.html"] == {"/tarifa.html", *first}
        change(
            home / "comments.db",
            "UPDATE comments SET text = 'Comigo também, há dois dias' WHERE id = 2",
            "DELETE FROM comments WHERE id = 3",
        )
        third, _, censuses = visit(settings, cursor, "/tarifa.html")
        assert third["comment-2"].text == "Comigo também, há dois dias"
        assert censuses["/tarifa.html"] == {"/tarifa.html", "comment-1", "comment-2"}
        assert guesses(url) == ["isso"]


def test_askbot(tmp_path: Path) -> None:
    with running("askbot", tmp_path) as (url, home):
        settings = {"kind": "askbot", "url": url}
        first, cursor, _ = visit(settings, {})
        assert told(first) == {
            "post-1": ("ana", None, "O app do @bancox travou de novo."),
            "post-2": ("bruno", "post-1", "Comigo também, desde ontem. Reinstalei e voltou."),
            "post-3": ("carla", "post-2", "Liguei no suporte e resolveram."),
        }
        assert first["post-1"].title == "App do Banco X travando?"
        assert all(map(is_lately, first.values())), "whatever the zone of its interface"
        again, cursor, censuses = visit(settings, cursor, "post-1")
        assert told(again) == told(first)
        assert censuses["post-1"] == {*first}
        change(
            home / "qa.db",
            "UPDATE askbot_post SET text = 'Voltou a travar.' WHERE id = 2",
            "DELETE FROM askbot_post WHERE id = 3",
        )
        third, _, censuses = visit(settings, cursor, "post-1")
        assert third["post-2"].text == "Voltou a travar."
        assert censuses["post-1"] == {"post-1", "post-2"}
        assert guesses(url)[0] == "askbot"


def test_spirit(tmp_path: Path) -> None:
    with running("spirit", tmp_path) as (url, home):
        settings = {
            "kind": "forum_page",
            "url": f"{url}/topic/active/",
            "select": {
                "topic": "a.topic__link",
                "post": ".comments_list__comment",
                "text": ".comment__text",
                "author": ".comment__info__username__link",
                "time": ".comment__info__date li",
                "title": "h1.headline",
            },
        }
        first, cursor, censuses = visit(settings, {})
        root = f"{url}/topic/1/app-do-banco-x-travando/"
        assert told(first) == {
            root: ("ana", None, "O app do @bancox travou de novo."),
            f"{root}#c2": ("bruno", root, "Comigo também, desde ontem."),
            f"{root}#c3": ("carla", root, "Liguei no suporte e resolveram."),
        }
        assert all(map(is_lately, first.values()))
        again, cursor, _ = visit(settings, cursor)
        assert told(again) == told(first)
        database = next(home.rglob("*.sqlite3"))
        change(
            database,
            "UPDATE spirit_comment_comment SET comment_html = '<p>Comigo, não.</p>' WHERE id = 2",
            "DELETE FROM spirit_comment_comment WHERE id = 3",
        )
        third, _, censuses = visit(settings, cursor)
        assert third[f"{root}#c2"].text == "Comigo, não."
        assert censuses[root] == {root, f"{root}#c2"}
