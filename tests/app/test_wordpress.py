"""A real WordPress through the whole of Boca: said, said again, edited, deleted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.application import App
from app.rounds import rounds
from domain.influence import InteractionKind
from domain.posts import Post
from domain.runs import Run, RunOutcome
from storage.unit import Unit
from tests.app.small import OpenApp
from tests.crawlers.wordpress_peer import WordPress, wordpress

pytestmark = [pytest.mark.peer, pytest.mark.slow]
__all__ = ["wordpress"]

Visit = Callable[[], tuple[App, dict[str, Run]]]


@pytest.fixture
def visit(wordpress: WordPress, tmp_path: Path, open_app: OpenApp) -> Visit:
    """Every visit is a whole round; a quiet thread is looked at ever more rarely."""
    moments = (datetime.now(UTC) + timedelta(hours=2**n) for n in range(6))
    loja = {"kind": "wordpress", "name": "loja", "url": wordpress.url, "every": "30s"}
    politeness = {"allow_private": [f"127.0.0.1:{wordpress.port}"], "pace": 0}

    def go() -> tuple[App, dict[str, Run]]:
        app = open_app(tmp_path, next(moments), sources=[loja], politeness=politeness)
        runs = {run.step: run for run in rounds(app)}
        assert {run.outcome for run in runs.values()} == {RunOutcome.OK}
        return app, runs

    return go


def the(unit: Unit, comment: int) -> Post:
    post = unit.posts.by_key("loja", f"comment-{comment}")
    assert post is not None
    return post


def tree(unit: Unit, root: Post) -> dict[str, tuple[str | None, str]]:
    """What stands below a post: parent and words by id."""
    return {
        post.external_id: (post.parent, post.text)
        for post in unit.posts.thread(root.id)
        if post.id != root.id and post.gone_at is None
    }


def acts(unit: Unit, *authors: str) -> set[tuple[str, str]]:
    """Who replied to whom, by name, among these authors."""
    found = [one for name in authors for one in unit.authors.search(name)]
    names = {author.id: author.name for author in found}
    return {
        (names[act.actor_id], names[act.speaker_id])
        for author in names
        for act in unit.interactions.of_author(author)
        if act.kind is InteractionKind.REPLY and names.keys() >= {act.actor_id, act.speaker_id}
    }


def queue(unit: Unit) -> set[tuple[str, tuple[str, ...]]]:
    """Stage and posts of the experiences that wait for somebody."""
    told = unit.experiences.queue("mare")
    posts = unit.posts.get_many({post for one in told for post in one.post_ids})
    return {(one.stage, tuple(posts[id].external_id for id in one.post_ids)) for one in told}


def test_a_conversation_from_the_site_to_the_queue(wordpress: WordPress, visit: Visit) -> None:
    post = wordpress.ask(
        "POST", "posts", title="Nova tarifa", content="<p>O app mudou.</p>", status="publish"
    )["id"]
    root = f"post-{post}"
    ana = wordpress.comment(post, "Ana", "Maré billing muito ruim.")
    bruno = wordpress.comment(post, "Bruno", "Que pena, Ana.", parent=ana)
    carla = wordpress.comment(post, "Carla", "Maré delivery ruim.", parent=bruno)
    dora = wordpress.comment(post, "Dora", "Maré delivery muito ruim.")
    as_told = {
        f"comment-{ana}": (root, "Maré billing muito ruim."),
        f"comment-{bruno}": (f"comment-{ana}", "Que pena, Ana."),
        f"comment-{carla}": (f"comment-{bruno}", "Maré delivery ruim."),
        f"comment-{dora}": (root, "Maré delivery muito ruim."),
    }

    app, first = visit()
    people = ("admin", "Ana", "Bruno", "Carla", "Dora")
    replies = {("Ana", "admin"), ("Bruno", "Ana"), ("Carla", "Bruno"), ("Dora", "admin")}
    with app.store.reading() as unit:
        whole = unit.posts.by_key("loja", root)
        assert whole is not None
        assert (whole.title, whole.text) == ("Nova tarifa", "O app mudou.")
        assert tree(unit, whole) == as_told
        assert acts(unit, *people) == replies
        assert queue(unit) == {
            ("billing", (f"comment-{ana}",)),
            ("delivery", (f"comment-{carla}",)),
            ("delivery", (f"comment-{dora}",)),
        }
        stored = unit.posts.count()
        assert len(unit.analyses.get_many(range(1, 1_000))) == stored
    assert first["crawl"].counts["posts_new"] == first["analyse"].counts["posts"] == stored

    app, second = visit()
    crawled = second["crawl"].counts
    assert crawled["posts_seen"] > 0
    assert crawled["posts_new"] == crawled["posts_changed"] == crawled.get("posts_gone", 0) == 0
    assert second["analyse"].counts["posts"] == second["group"].counts["posts"] == 0
    with app.store.reading() as unit:
        assert unit.posts.count() == stored
        assert tree(unit, whole) == as_told

    wordpress.ask("POST", f"comments/{carla}", content="Maré billing ruim.")
    wordpress.ask("DELETE", f"comments/{dora}?force=true")
    app, third = visit()
    assert third["crawl"].counts["posts_changed"] == third["analyse"].counts["posts"] == 1
    assert third["crawl"].counts["posts_gone"] == 1
    with app.store.reading() as unit:
        edited = the(unit, carla)
        assert edited.text == "Maré billing ruim."
        assert [one.text for one in unit.posts.versions(edited.id)] == ["Maré delivery ruim."]
        read = unit.analyses.get_many([edited.id])[edited.id]
        assert [label.stage for label in read.stages] == ["billing"]
        assert the(unit, dora).gone_at is not None
        assert queue(unit) == {
            ("billing", (f"comment-{ana}",)),
            ("billing", (f"comment-{carla}",)),
        }
        assert unit.posts.count() == stored

    # WordPress hangs what stood below a deleted comment onto the one above.
    wordpress.ask("DELETE", f"comments/{bruno}?force=true")
    app, fourth = visit()
    assert fourth["crawl"].counts["posts_gone"] == 1
    assert fourth["crawl"].counts["posts_changed"] == 0
    with app.store.reading() as unit:
        assert tree(unit, whole) == {
            f"comment-{ana}": as_told[f"comment-{ana}"],
            f"comment-{carla}": (f"comment-{ana}", "Maré billing ruim."),
        }
        assert acts(unit, *people) == {("Ana", "admin"), ("Carla", "Ana")}
        assert len(queue(unit)) == 2
