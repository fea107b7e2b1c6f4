"""A real WordPress: crawled, edited, crawled again.

It needs PHP, MariaDB and Debian's WordPress (the peers' recipe installs them) and takes
about half a minute; without them it is skipped.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawlers.crawl import crawl, probe
from crawlers.settings import PolitenessSettings
from crawlers.sources.wordpress import WordPressSettings
from domain.posts import Census, CrawlOutcome, CrawlReport, Cursor, Gone, Post
from tests.crawlers.wordpress_peer import WordPress, wordpress

pytestmark = [pytest.mark.peer, pytest.mark.slow]
__all__ = ["wordpress"]

Visit = Callable[..., list[Any]]


@pytest.fixture
def visit(wordpress: WordPress) -> Visit:
    """Crawls the site and returns the events; reality has its own clock."""
    manners = PolitenessSettings(allow_private=(f"127.0.0.1:{wordpress.port}",), pace=0)
    settings = WordPressSettings(kind="wordpress", name="loja", url=wordpress.url)

    def go(cursor: dict[str, Any], *threads: str) -> list[Any]:
        now = datetime.now(UTC) + timedelta(seconds=5)
        return list(crawl(settings, cursor, politeness=manners, now=now, threads=threads))

    return go


def posts_of(events: list[Any]) -> dict[str, Post]:
    return {event.external_id: event for event in events if isinstance(event, Post)}


def cursor_of(events: list[Any], before: dict[str, Any] | None = None) -> dict[str, Any]:
    """The last cursor; the one from before where the visit left none."""
    states = [dict(event.state) for event in events if isinstance(event, Cursor)]
    return [before or {}, *states][-1]


def timeless(posts: dict[str, Post]) -> dict[str, Post]:
    return {key: replace(post, fetched_at=None) for key, post in posts.items()}


def test_a_thread_is_read_exactly_and_its_changes_are_noticed(
    wordpress: WordPress, visit: Visit
) -> None:
    post = wordpress.ask(
        "POST", "posts", title="Nova tarifa", content="<p>O app mudou.</p>", status="publish"
    )["id"]
    ana = wordpress.comment(post, "Ana", "Travou de novo ao pagar.")
    bruno = wordpress.comment(post, "Bruno", "Comigo também.", parent=ana)
    carla = wordpress.comment(
        post, "Carla", "<blockquote>Comigo também.</blockquote>E comigo.", parent=bruno
    )

    first = visit({})
    assert first[-1].outcome is CrawlOutcome.OK
    told = posts_of(first)
    root = f"post-{post}"
    assert told[root].title == "Nova tarifa"
    assert told[root].author is not None and told[root].author.name == "admin"
    thread = {key: value for key, value in told.items() if value.thread == root}
    assert {key: (value.text, value.parent) for key, value in thread.items()} == {
        f"comment-{ana}": ("Travou de novo ao pagar.", root),
        f"comment-{bruno}": ("Comigo também.", f"comment-{ana}"),
        f"comment-{carla}": ("E comigo.", f"comment-{bruno}"),
    }
    assert told[f"comment-{carla}"].quoted_text == "Comigo também."
    assert "example.test" not in repr(first)

    second = visit(cursor_of(first), root)
    again = posts_of(second)
    assert timeless(again) == {key: timeless(told)[key] for key in again}
    census = [one for one in second if isinstance(one, Census) and one.thread == root]
    assert census == [Census("loja", root, frozenset({root, *thread}))]

    wordpress.ask("POST", f"comments/{bruno}", content="Comigo também, desde ontem.")
    wordpress.ask("DELETE", f"comments/{carla}?force=true")
    cursor = cursor_of(second, cursor_of(first))
    third = visit(cursor, root)
    assert posts_of(third)[f"comment-{bruno}"].text == "Comigo também, desde ontem."
    census = [one for one in third if isinstance(one, Census) and one.thread == root]
    assert census[0].external_ids == {root, f"comment-{ana}", f"comment-{bruno}"}

    wordpress.ask("DELETE", f"posts/{post}?force=true")
    fourth = visit(cursor_of(third, cursor), root)
    assert Gone("loja", root) in fourth
    assert Census("loja", root, frozenset()) in fourth


def test_a_site_is_read_without_addresses_in_words_and_its_bin_is_noticed(
    wordpress: WordPress, visit: Visit
) -> None:
    post = wordpress.ask("POST", "posts", title="Outra", content="x", status="publish")["id"]
    ana = wordpress.comment(post, "Ana", "Serve também.")
    events = visit({"kept": {"plain": True}}, f"post-{post}")
    assert posts_of(events)[f"comment-{ana}"].parent == f"post-{post}"
    assert Census("loja", f"post-{post}", frozenset({f"post-{post}", f"comment-{ana}"})) in events
    wordpress.ask("DELETE", f"posts/{post}")
    gone = visit(cursor_of(events), f"post-{post}")
    assert Gone("loja", f"post-{post}") in gone and gone[-1].outcome is CrawlOutcome.OK


def test_long_threads_are_read_over_pages(wordpress: WordPress, visit: Visit) -> None:
    post = wordpress.ask("POST", "posts", title="Longa", content="x", status="publish")["id"]
    known = cursor_of(visit({}))

    def told(number: int) -> str:
        return f"comment-{wordpress.comment(post, f'Pessoa{number}', f'Comentário {number}.')}"

    with ThreadPoolExecutor(4) as writers:
        ids = set(writers.map(told, range(103)))
    events = visit(known, f"post-{post}")
    assert ids <= posts_of(events).keys()
    census = [one for one in events if isinstance(one, Census) and one.thread == f"post-{post}"]
    assert census[0].external_ids == ids | {f"post-{post}"}


def test_comments_below_a_page_stay(wordpress: WordPress, visit: Visit) -> None:
    page = wordpress.ask(
        "POST", "pages", title="Ajuda", content="?", status="publish", comment_status="open"
    )["id"]
    comment = f"comment-{wordpress.comment(page, 'Eva', 'Obrigada.')}"
    first = visit({})
    assert posts_of(first)[comment].thread == f"post-{page}"
    second = visit(cursor_of(first), f"post-{page}")
    assert not [one for one in second if isinstance(one, Gone)]
    census = [one for one in second if isinstance(one, Census) and one.thread == f"post-{page}"]
    assert comment in census[0].external_ids


def test_the_feed_gives_the_same_comments_where_rest_is_closed(
    wordpress: WordPress, visit: Visit
) -> None:
    post = wordpress.ask("POST", "posts", title="Fechada", content="y", status="publish")["id"]
    comment = wordpress.comment(post, "Dora", "Ninguém responde.")
    plugins = Path(wordpress._environment["PEERS_RUN"]) / "wordpress/site/wp-content/mu-plugins"
    plugins.mkdir(exist_ok=True)
    closed = plugins / "closed.php"
    closed.write_text(
        "<?php add_filter('rest_authentication_errors', fn($e) => "
        "is_user_logged_in() ? $e : new WP_Error('closed', 'closed', ['status' => 401]));"
    )
    try:
        events = visit({})
    finally:
        closed.unlink()
    assert events[-1].outcome is CrawlOutcome.OK
    found = posts_of(events)[f"comment-{comment}"]
    assert (found.text, found.author and found.author.name) == ("Ninguém responde.", "Dora")


def test_a_look_at_it_says_that_it_may_be_read(wordpress: WordPress) -> None:
    manners = PolitenessSettings(allow_private=(f"127.0.0.1:{wordpress.port}",), pace=0)
    settings = WordPressSettings(kind="wordpress", name="loja", url=wordpress.url)
    report = probe(settings, politeness=manners, now=datetime.now(UTC))
    assert isinstance(report, CrawlReport)
    assert report.outcome is CrawlOutcome.OK
