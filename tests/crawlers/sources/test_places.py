"""Forums and question sites: exact trees, second visits, edits and deletions, bad items."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import pytest
from pydantic import TypeAdapter

from crawlers.pages import Request, Response
from crawlers.registry import NETWORK, fetches, follows
from crawlers.settings import SourceSettings
from domain.posts import Census, Gone, Post, Rejected
from tests.crawlers.conftest import recorded
from tests.crawlers.test_recordings import EXAMPLES

Replay = Callable[..., list[Any]]
OURS = (
    "askbot",
    "discourse",
    "flarum",
    "forum_feed",
    "forum_page",
    "hacker_news",
    "isso",
    "lemmy",
    "nodebb",
    "reddit",
    "stack_exchange",
)
Tree = dict[str, tuple[str | None, str | None]]


def source(kind: str, now: datetime, cursor: Any = None, **changes: Any) -> Any:
    given = {"kind": kind, "name": "x", **EXAMPLES[kind], **changes}
    settings: Any = TypeAdapter(SourceSettings).validate_python(given)
    return NETWORK[kind](settings, cursor or {}, now)


def posts_of(events: Iterable[Any]) -> dict[str, Post]:
    return {one.external_id: one for one in events if isinstance(one, Post)}


def tree(events: Iterable[Any]) -> Tree:
    return {key: (post.parent, post.thread) for key, post in posts_of(events).items()}


def author(post: Post) -> str:
    return post.author.external_id if post.author else ""


TREES: dict[str, Tree] = {
    "discourse": {
        "12/1": (None, None),
        "12/2": ("12/1", "12/1"),
        "12/3": ("12/2", "12/1"),
        "12/5": ("12/3", "12/1"),
        "13/1": (None, None),
    },
    "nodebb": {
        "topic-7": (None, None),
        "post-12": ("topic-7", "topic-7"),
        "post-13": ("post-12", "topic-7"),
    },
    "flarum": {
        "discussion-12": (None, None),
        "post-42": ("discussion-12", "discussion-12"),
        "post-43": ("post-42", "discussion-12"),
        "post-45": ("discussion-12", "discussion-12"),
    },
    "hacker_news": {"901": (None, None), "902": ("901", "901"), "903": ("902", "901")},
    "lemmy": {
        "post-5": (None, None),
        "comment-8": ("post-5", "post-5"),
        "comment-9": ("comment-8", "post-5"),
        "comment-10": ("post-5", "post-5"),
    },
    "stack_exchange": {
        "post-70": (None, None),
        "post-71": ("post-70", "post-70"),
        "post-72": ("post-70", "post-70"),
        "comment-800": ("post-70", "post-70"),
        "comment-801": ("post-71", "post-70"),
    },
    "reddit": {"t3_aa1": (None, None), "t3_aa2": (None, None), "t1_bb1": ("t3_aa1", "t3_aa1")},
    "forum_feed": {
        "topic-7": (None, None),
        "topic-7-22": ("topic-7", "topic-7"),
        "topic-7-23": ("topic-7", "topic-7"),
    },
    "isso": {
        "comment-1": (None, "/tarifa.html"),
        "comment-2": ("comment-1", "/tarifa.html"),
    },
    "askbot": {
        "post-1": (None, None),
        "post-4": ("post-1", "post-1"),
        "post-2": ("post-1", "post-1"),
        "post-3": ("post-2", "post-1"),
    },
    "forum_page": {
        "https://clube.example/topic/1/app-travando/": (None, None),
        "https://clube.example/topic/1/app-travando/#c2": (
            "https://clube.example/topic/1/app-travando/",
            "https://clube.example/topic/1/app-travando/",
        ),
        "https://clube.example/topic/1/app-travando/#c3": (
            "https://clube.example/topic/1/app-travando/",
            "https://clube.example/topic/1/app-travando/",
        ),
    },
}


@pytest.mark.parametrize("kind", OURS)
def test_the_exact_tree_comes_out(kind: str, now: datetime, replay: Replay) -> None:
    assert tree(replay(source(kind, now), kind)) == TREES[kind]


@pytest.mark.parametrize("kind", OURS)
def test_the_second_visit_brings_nothing_new(kind: str, now: datetime, replay: Replay) -> None:
    first = source(kind, now)
    before = posts_of(replay(first, kind))
    cursor = json.loads(json.dumps(first.cursor()))
    again = posts_of(replay(source(kind, now, cursor), kind))
    assert {key: before[key] for key in again} == again


@pytest.mark.parametrize("kind", ["discourse", "flarum", "nodebb", "stack_exchange", "askbot"])
def test_a_quiet_thread_is_not_asked_for_again(kind: str, now: datetime, replay: Replay) -> None:
    first = source(kind, now)
    replay(first, kind)
    assert first.cursor()["newest"]
    later = now.replace(day=now.day)  # the clock stands; only the overlap is read again
    again = tree(replay(source(kind, later, first.cursor()), kind))
    assert again.keys() <= TREES[kind].keys()
    assert kind != "discourse" or "13/1" not in again


def thread(kind: str, root: str, now: datetime, replay: Replay, pages: Any = None) -> list[Any]:
    one = source(kind, now)
    return replay(one, kind, pages, one.thread(root))


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


def changed(kind: str, name: str, change: Callable[[Any], None]) -> dict[str, Response]:
    """The recordings of a kind, with one of them changed."""
    pages = recorded(kind)
    url = next(key for key in pages if key.endswith(name))
    page = pages[url]
    body = json.loads(page.body)
    change(body)
    pages[url] = Response(page.url, page.status, page.headers, json.dumps(body).encode())
    return pages


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
        "Ana O pacote não chegou.",
    )
    assert quoting.edited_at is not None and quoting.engagement.likes == 1
    assert told["post-43"].quotes == ("discussion-9", "post-35"), "of another discussion"
    assert told["post-45"].author is None, "a deleted account"
    assert Gone("x", "post-46") in events
    assert events[-1] == Census("x", "discussion-12", frozenset(told))


def test_hacker_news_reads_trees_and_learns_of_deletions(now: datetime, replay: Replay) -> None:
    told = posts_of(replay(source("hacker_news", now), "hacker_news"))
    assert told["901"].labels == {"link": "https://blog.example/acme"}
    assert (told["903"].text, told["903"].quoted_text) == (
        "Fixed in 5.1 for me.",
        "It crashes when paying.",
    )
    events = thread("hacker_news", "901", now, replay)
    assert posts_of(events)["902"].text == "It crashes when paying, on Android."
    assert events[-1] == Census("x", "901", frozenset({"901", "902"}))
    one = source("hacker_news", now)
    gone = replay(one, "hacker_news", first=one.missing("903"))
    assert Gone("x", "903") in gone
    found = posts_of(replay(one, "hacker_news", first=one.missing("902")))
    assert found["902"].parent == "901"


def test_hacker_news_pages_by_time(now: datetime) -> None:
    one = source("hacker_news", now)
    hits = [{"objectID": str(n), "created_at_i": 1795250000 - n, "title": "t"} for n in range(100)]
    (request,) = one.requests()
    body = json.dumps({"hits": hits}).encode()
    (*_, more) = request.then(Response(request.url, 200, {}, body, request.context))
    assert isinstance(more, Request)
    assert "created_at_i%3C%3D1795249901" in more.url


def test_lemmy_follows_the_dotted_path_and_sees_edits_and_deletions(
    now: datetime, replay: Replay
) -> None:
    told = posts_of(replay(source("lemmy", now), "lemmy"))
    assert (told["post-5"].text, told["post-5"].quoted_text) == (
        "O que acham?",
        "A tarifa muda em maio.",
    )
    assert (told["comment-9"].text, told["comment-9"].quoted_text) == ("Eu também.", "Achei caro.")
    robot = told["comment-10"].author
    assert robot is not None and robot.automated
    events = thread("lemmy", "post-5", now, replay)
    assert posts_of(events)["comment-8"].text == "Achei muito caro."
    assert Gone("x", "comment-9") in events
    assert events[-1] == Census("x", "post-5", frozenset({"post-5", "comment-8", "comment-10"}))
    one = source("lemmy", now)
    assert posts_of(replay(one, "lemmy", first=one.missing("comment-8")))["comment-8"].parent


def test_stack_exchange_obeys_backoff_and_attributes(now: datetime, replay: Replay) -> None:
    one = source("stack_exchange", now, key="k", tags=["acme", "android"])
    (request,) = one.requests()
    assert "tagged=acme;android" in request.url and "key=k" in request.url
    page = recorded("stack_exchange")["https://api.stackexchange.com/2.3/questions"]
    (*_, answers) = request.then(Response(request.url, 200, {}, page.body, request.context))
    assert answers.wait == 2
    told = posts_of(replay(source("stack_exchange", now), "stack_exchange"))
    root = told["post-70"]
    assert root.title == 'Por que o app "Acme" trava?'
    assert (root.engagement.views, root.accepted_answer) == (512, "post-71")
    assert root.labels["licence"] == told["comment-801"].labels["licence"] == "CC BY-SA 4.0"
    assert author(told["post-72"]) == "user99"
    assert told["post-71"].quoted_text == "Trava ao pagar."
    assert root.author is not None and root.author.name == "Ana & Cia"


def test_stack_exchange_takes_an_absent_answer_for_gone(now: datetime, replay: Replay) -> None:
    def drop(body: Any) -> None:
        body["items"] = []

    pages = changed("stack_exchange", "answers?page=2", drop)
    pages["https://api.stackexchange.com/2.3/posts/70;71/comments"] = pages.pop(
        "https://api.stackexchange.com/2.3/posts/70;71;72/comments"
    )
    events = thread("stack_exchange", "post-70", now, replay, pages)
    left = {"post-70", "post-71", "comment-800", "comment-801"}
    assert events[-1] == Census("x", "post-70", frozenset(left))
    pages = changed("stack_exchange", "questions/70", drop)
    events = thread("stack_exchange", "post-70", now, replay, pages)
    assert events == [Gone("x", "post-70"), Census("x", "post-70", frozenset())]


def test_reddit_feeds_give_words_without_what_the_feed_adds(now: datetime, replay: Replay) -> None:
    told = posts_of(replay(source("reddit", now), "reddit"))
    assert told["t3_aa1"].text == "Since Monday the app needs a minute to open."
    assert (told["t3_aa2"].title, told["t3_aa2"].text) == ("Acme raises prices", "")
    comment = told["t1_bb1"]
    assert (comment.text, comment.quoted_text, author(comment)) == (
        "Two, here.",
        "needs a minute",
        "carla",
    )
    events = thread("reddit", "t3_aa1", now, replay)
    assert posts_of(events)["t1_bb1"].text == "Two minutes, here."


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


def test_isso_reads_a_page_whole(now: datetime, replay: Replay) -> None:
    events = thread("isso", "/tarifa.html", now, replay)
    assert tree(events) == {
        "comment-1": (None, "/tarifa.html"),
        "comment-3": ("comment-1", "/tarifa.html"),
        "comment-5": ("comment-4", "/tarifa.html"),
    }
    assert posts_of(events)["comment-1"].text == "O app travou e perdi tudo."
    assert events[-1].external_ids == {"/tarifa.html", "comment-1", "comment-3", "comment-5"}
    assert posts_of(events)["comment-3"].author is None


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


@pytest.mark.parametrize("kind", ["askbot", "discourse", "flarum", "forum_page", "lemmy", "nodebb"])
def test_a_thread_that_is_not_there_is_gone(kind: str, now: datetime, replay: Replay) -> None:
    root = next(iter(TREES[kind]))
    nothing = {"https://nowhere.example": Response("", 404, {}, b"")}
    assert thread(kind, root, now, replay, nothing) == [
        Gone("x", root),
        Census("x", root, frozenset()),
    ]


JSON_KINDS = ("discourse", "flarum", "hacker_news", "isso", "lemmy", "nodebb", "stack_exchange")


def spoiled(value: Any, depth: int = 0) -> Any:
    """Everything below the lists of items is replaced by what should not be there."""
    if isinstance(value, dict):
        return {key: spoiled(one, depth + 1) for key, one in value.items()}
    if isinstance(value, list):
        return [spoiled(one, depth + 1) for one in value]
    return None if depth > 2 else value


@pytest.mark.parametrize("kind", JSON_KINDS)
@pytest.mark.parametrize("spoil", [spoiled, lambda body: {"items": 7}, lambda body: [[]]])
def test_missing_keys_nulls_and_other_shapes_never_crash(
    kind: str, spoil: Callable[[Any], Any], now: datetime
) -> None:
    from domain.errors import SourceError

    one = source(kind, now)
    for request in [*one.requests(), *one.thread(next(iter(TREES[kind])))]:
        for page in recorded(kind).values():
            body = json.dumps(spoil(json.loads(page.body))).encode()
            response = Response(request.url, 200, {}, body, request.context)
            try:
                found = list(request.then(response))
            except SourceError:
                continue
            assert all(not isinstance(event, Post) or event.external_id for event in found)


def test_a_bad_item_costs_itself_and_the_census(now: datetime, replay: Replay) -> None:
    def spoil(body: Any) -> None:
        body["comments"][0]["comment"]["published"] = "um dia"
        body["comments"][1]["comment"]["id"] = None

    pages = changed("lemmy", "sort=Old&post_id=5", spoil)
    events = thread("lemmy", "post-5", now, replay, pages)
    codes = [one.code for one in events if isinstance(one, Rejected)]
    assert codes == ["bad_time", "bad_item"]
    assert not [one for one in events if isinstance(one, Census)]


def test_what_the_kinds_can_do_is_known() -> None:
    assert follows("discourse") and fetches("discourse")
    assert follows("reddit") and not fetches("reddit")
    assert not follows("file") and not fetches("feed")
    assert {kind for kind in OURS if not follows(kind)} == set()
