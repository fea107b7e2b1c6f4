"""What the brand has answered: told apart wherever the queue is shown."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from app.application import App
from app.cli.root import cli
from app.rounds import rounds
from app.web import WebContext, create_app
from domain.experiences import Experience
from domain.people import Author
from domain.posts import Post, PostKind
from tests.app.small import NOW, OpenApp, write_posts

BRAND = Author("forum", "brand", name="mare_ajuda")
HOUR = timedelta(hours=1)


@pytest.fixture
def app(town: SimpleNamespace, open_app: OpenApp) -> App:
    app = open_app(town.folder)
    list(rounds(app))
    return app


def told_in(app: App, post: str) -> Experience:
    with app.store.reading() as unit:
        found = unit.posts.by_key("forum", post)
        assert found is not None
        return unit.experiences.get_many(unit.experiences.of_posts([found.id]).values()).popitem()[
            1
        ]


def said(id: str, to: str, at: datetime, author: Author, kind: PostKind = PostKind.REPLY) -> Post:
    return Post("forum", id, kind, "billing ruim na Maré" if author is not BRAND else "oi", at,
                author, to, to)  # fmt: skip


def test_an_answer_says_when_and_by_which_account(app: App) -> None:
    answer = told_in(app, "p1").answer
    assert answer is not None and answer.at == NOW - HOUR
    with app.store.reading() as unit:
        (author,) = unit.authors.get_many([answer.author_id]).values()
    assert author.name == "mare_ajuda"
    assert told_in(app, "p2").answer is None


@pytest.mark.parametrize(
    ("kind", "hours", "answered"),
    [
        (PostKind.REPLY, 3, True),
        (PostKind.REACTION, 3, False),  # a like is no answer
        (PostKind.REPLY, 24 * 40, True),  # long after it was last weighed for its age
    ],
)
def test_what_comes_later_answers_what_was_told(
    app: App, town: SimpleNamespace, open_app: OpenApp, kind: PostKind, hours: int, answered: bool
) -> None:
    at = NOW + hours * HOUR
    write_posts(town.folder, [*town.posts, said("late", "p2", at, BRAND, kind)])
    later = open_app(town.folder, at + HOUR)
    list(rounds(later))
    found = told_in(later, "p2").answer
    assert (found.at if found else None) == (at if answered else None)


def test_the_customers_next_word_waits_again(
    app: App, town: SimpleNamespace, open_app: OpenApp
) -> None:
    customer = next(post.author for post in town.posts if post.external_id == "p1")
    again = said("again", "p1", NOW + HOUR, customer, PostKind.POST)
    write_posts(town.folder, [*town.posts, again])
    later = open_app(town.folder, NOW + 2 * HOUR)
    list(rounds(later))
    assert told_in(later, "again").answer is None


def test_pages_interface_terminal_and_letter_tell_of_it(app: App, town: SimpleNamespace) -> None:
    context = WebContext(app.brands, app.stages, app.people, clock=lambda: NOW)
    with TestClient(create_app(app.store, context), base_url="http://localhost") as page:
        whole, waiting = page.get("/queue").text, page.get("/queue?unanswered=true").text
        assert whole.count("chip answered") == 1 and "by mare_ajuda" in whole
        assert "chip answered" not in waiting and whole.count(
            '<li class="card'
        ) == 1 + waiting.count('<li class="card')
        assert "respondida" in page.get("/queue?lang=pt").text
        items = page.get("/api/queue").json()["items"]
        (known,) = [one for one in items if one["experience"]["answer"]]
        assert known["answered_by"] == "mare_ajuda"
        assert len(page.get("/api/queue?unanswered=true").json()["items"]) == len(items) - 1
    config = ["--config", str(town.folder / "config.yaml"), "queue", "--json"]
    rows = json.loads(CliRunner().invoke(cli, config).stdout)["queue"]
    assert [row["answered_by"] for row in rows if row["answered_at"]] == ["mare_ajuda"]
    left = json.loads(CliRunner().invoke(cli, [*config, "--unanswered"]).stdout)["queue"]
    assert len(left) == len(rows) - 1 and not any(row["answered_at"] for row in left)
