"""Forums: exposure, quotes, answers, edits and deletions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from domain.posts import Census, Gone
from tests.crawlers.sources.places import (
    Replay,
    author,
    changed,
    posts_of,
    source,
    thread,
    tree,
)


def test_discourse_gives_exposure_quotes_and_the_accepted_answer(
    now: datetime, replay: Replay
) -> None:
    told = posts_of(replay(source("discourse", now), "discourse"))
    root = told["12/1"]
    assert (root.title, root.engagement.views, root.engagement.likes) == (
        "App trava ao pagar",
        240,
        3,
    )
    assert (root.labels["reads"], root.labels["incoming_links"]) == ("80", "3")
    assert root.accepted_answer == "12/3"
    quoting = told["12/2"]
    assert (quoting.text, quoting.quoted_text) == ("Comigo também, desde ontem.", "Trava ao pagar.")
    assert (quoting.quotes, quoting.engagement.views) == (("12/1",), 60)


def test_discourse_sees_edits_and_deletions(now: datetime, replay: Replay) -> None:
    whole = [one for one in thread("discourse", "12/1", now, replay) if isinstance(one, Census)]
    assert whole == [Census("x", "12/1", frozenset({"12/1", "12/2", "12/3", "12/5"}))]

    def edit(body: Any) -> None:
        first, second = body["post_stream"]["posts"]
        first["cooked"] = "<p>Trava ao pagar com cartão.</p>"
        second["user_deleted"] = True

    events = thread("discourse", "12/1", now, replay, changed("discourse", "t/12.json", edit))
    assert posts_of(events)["12/1"].text == "Trava ao pagar com cartão."
    assert Gone("x", "12/2") in events
    assert events[-1] == Census("x", "12/1", frozenset({"12/1", "12/3", "12/5"}))


def test_nodebb_knows_votes_quotes_solutions_and_what_was_deleted(
    now: datetime, replay: Replay
) -> None:
    events = replay(source("nodebb", now), "nodebb")
    told = posts_of(events)
    root = told["topic-7"]
    assert (root.title, root.engagement.views, root.accepted_answer) == (
        "Entrega & prazos",
        310,
        "post-13",
    )
    assert told["post-12"].quotes == ("topic-7",)
    assert told["post-12"].quoted_text == "O pacote não chegou."
    assert Gone("x", "post-14") in events
    assert events[-1] == Census("x", "topic-7", frozenset({"topic-7", "post-12", "post-13"}))


def test_flarum_knows_mentions_edits_answers_and_what_is_hidden(
    now: datetime, replay: Replay
) -> None:
    events = replay(source("flarum", now), "flarum")
    told = posts_of(events)
    root, quoting = told["discussion-12"], told["post-42"]
    assert (root.title, root.accepted_answer) == ("Entrega & prazos", "post-43")
    assert (root.engagement.likes, root.engagement.replies) == (2, None)
    assert (root.url, author(root)) == ("https://flarum.example/d/12/1", "ana")
    assert (quoting.text, quoting.quoted_text) == (
        "O meu também não, desde terça.",
        "O pacote não chegou.",
    )
    assert quoting.edited_at is not None and quoting.engagement.likes == 1
    assert told["post-43"].text == "Pede o código em Encomendas, como em Ana e Rui."
    assert told["post-43"].quotes == ("discussion-9", "post-35"), "of another discussion"
    assert told["post-45"].author is None, "a deleted account"
    assert Gone("x", "post-46") in events
    assert events[-1] == Census("x", "discussion-12", frozenset(told))


def test_feeds_of_flarum_tell_posts_apart(now: datetime, replay: Replay) -> None:
    one = source("forum_feed", now, url="https://flarum.example/atom")
    assert tree(replay(one, "forum_feed")) == {
        "discussion-4": (None, None),
        "discussion-4-2": ("discussion-4", "discussion-4"),
    }


def test_feeds_of_phpbb_lose_their_line_of_statistics(now: datetime, replay: Replay) -> None:
    told = posts_of(replay(source("forum_feed", now), "forum_feed"))
    assert (told["topic-7"].title, told["topic-7"].text) == (
        "Não consigo entrar",
        "A senha não vale mais.",
    )
    reply = told["topic-7-22"]
    assert (reply.text, reply.quoted_text) == ("Peça uma nova.", "A senha não vale mais.")


def test_askbot_takes_times_from_the_feed_and_not_from_its_shifted_interface(
    now: datetime, replay: Replay
) -> None:
    """The interface's seconds are three hours ahead: those of the server in São Paulo."""
    events = replay(source("askbot", now), "askbot")
    told = posts_of(events)
    assert told["post-1"].created_at.isoformat() == "2026-11-20T18:53:39+00:00"
    assert told["post-1"].url == "https://ask.example/pergunta/1/app-travando/"
    assert (told["post-1"].accepted_answer, told["post-1"].engagement.views) == ("post-2", 33)
    assert [author(told[f"post-{n}"]) for n in (1, 2, 3, 4)] == ["ana", "bruno", "carla", "dora"]
    assert events[-1] == Census("x", "post-1", frozenset({"post-1", "post-2", "post-3", "post-4"}))


def test_forum_pages_are_read_over_pages_and_never_on_another_host(
    now: datetime, replay: Replay
) -> None:
    events = replay(source("forum_page", now), "forum_page")
    root = "https://clube.example/topic/1/app-travando/"
    told = posts_of(events)
    assert told[root].title == "App travando"
    assert told[root].created_at.isoformat() == "2026-11-20T15:53:00+00:00"
    last = told[f"{root}#c3"]
    assert (last.text, last.quoted_text) == ("Resolveram.", "Comigo também.")
    assert author(last) == "https://clube.example/user/3/carla/"
    assert events[-1] == Census("x", root, frozenset(told))
