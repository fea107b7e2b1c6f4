"""Feeds: entries, comment feeds, validators, and what is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.pages import Request, Response
from crawlers.reading.sites.feeds import on_host
from crawlers.sources.feed import FeedSettings, FeedSource
from domain.errors import SourceMalformed
from domain.people import Author
from domain.posts import Gone, Post, PostKind, Rejected

URL = "https://loja.example/feed/"
SETTINGS = FeedSettings(kind="feed", name="loja", url=URL)
Replay = Callable[..., list[Any]]


def page(body: str | bytes, kind: str = "application/rss+xml", status: int = 200) -> Response:
    body = body.encode() if isinstance(body, str) else body
    return Response(URL, status, {"content-type": kind}, body)


def entries(body: str | bytes, now: datetime, kind: str = "application/rss+xml") -> list[Any]:
    return list(FeedSource(SETTINGS, {}, now).parse(page(body, kind)))


def rss(items: str) -> str:
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>{items}</channel></rss>'
    )


def test_entries_and_their_comments_are_read(now: datetime, replay: Replay) -> None:
    source = FeedSource(SETTINGS, {}, now)
    first, second, ana, bia = replay(source, "feed")
    assert (first.external_id, first.title) == ("https://loja.example/?p=7", "Entrega & prazos")
    assert (first.text, first.quoted_text) == ("A entrega mudou.", "palavras de outros")
    assert first.created_at == datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert first.engagement.replies == 2
    assert second.text == "Nada ainda."
    assert (ana.kind, ana.parent, ana.thread) == (
        PostKind.COMMENT,
        first.external_id,
        first.external_id,
    )
    assert ana.author == Author("loja", "https://ana.example/", "Ana", "https://ana.example/")
    assert (bia.parent, bia.thread) == ("urn:c1", first.external_id)
    assert bia.text == "O meu <também>!"


def test_mail_addresses_are_not_kept(now: datetime, replay: Replay) -> None:
    assert "example.test" not in repr(replay(FeedSource(SETTINGS, {}, now), "feed"))


def test_a_comment_feed_on_another_port_or_host_is_asked_of_the_feeds_own(now: datetime) -> None:
    assert on_host("http://loja.example:8080/a/feed/?x=1#y", URL) == (
        "https://loja.example/a/feed/?x=1"
    )
    assert on_host("http://127.0.0.1/a", "http://127.0.0.1:18080/f") == "http://127.0.0.1:18080/a"


def test_the_next_visit_asks_whether_it_changed(now: datetime, replay: Replay) -> None:
    source = FeedSource(SETTINGS, {}, now)
    replay(source, "feed")
    later = FeedSource(SETTINGS, source.cursor(), now)
    (request,) = later.requests()
    assert request.headers == {
        "If-None-Match": '"abc"',
        "If-Modified-Since": "Fri, 20 Nov 2026 12:30:00 GMT",
    }
    assert list(later.parse(page(b"", status=304))) == []
    assert later.cursor() == source.cursor()


def dated(*numbers: int) -> str:
    return rss(
        "".join(
            f"<item><guid>https://loja.example/n{one}</guid><title>Nota {one}</title>"
            f"<link>https://loja.example/n/{one}</link>"
            f"<pubDate>{one:02} Nov 2026 10:00:00 GMT</pubDate></item>"
            for one in numbers
        )
    )


@pytest.mark.parametrize(("status", "gone"), [(404, True), (410, True), (0, False), (503, False)])
def test_what_a_feed_lacks_twice_is_asked_for(status: int, gone: bool, now: datetime) -> None:
    state: Any = {}
    for answer in (page(dated(9, 8, 7)), page(dated(9, 7)), page(b"", status=304)):
        source = FeedSource(SETTINGS, state, now)
        told = list(source.parse(answer))
        state = source.cursor()
        asked = [one for one in told if isinstance(one, Request)]
        assert len(asked) == (answer.status == 304)
    assert asked[0].url == "https://loja.example/n/8" and asked[0].otherwise is not None
    assert list(asked[0].otherwise(status)) == [Gone("loja", "https://loja.example/n8")] * gone
    assert list(asked[0].then(page(b"<p>ainda aqui"))) == []


def commented(count: int) -> str:
    feed = "<wfw:commentRss>https://loja.example/a/feed/</wfw:commentRss>"
    head = '<?xml version="1.0"?><rss xmlns:wfw="http://wellformedweb.org/CommentAPI/"'
    head += ' xmlns:slash="http://purl.org/rss/1.0/modules/slash/"><channel><title>t</title>'
    item = "<guid>https://loja.example/a</guid><title>A</title><link>https://loja.example/a</link>"
    item += f"{feed}<slash:comments>{count}</slash:comments>"
    return f"{head}<item>{item}</item></channel></rss>"


def comments(*numbers: int) -> str:
    return rss(
        "".join(
            f"<item><guid>urn:c{one}</guid><description>Comentário {one}</description>"
            f"<link>https://loja.example/a#comment-{one}</link>"
            f"<pubDate>{one:02} Nov 2026 10:00:00 GMT</pubDate></item>"
            for one in numbers
        )
    )


@pytest.mark.parametrize(
    ("shown", "gone"),
    [((7, 9), True), ((7, 8, 9), False), ((7,), False), ((), False), ((78, 7, 9), True)],
)
def test_a_comment_is_gone_where_its_neighbours_stand_without_it(
    shown: tuple[int, ...], gone: bool, now: datetime
) -> None:
    state: Any = {}
    for listed in ((9, 8, 7), (9, 7), (9, 7)):
        source = FeedSource(SETTINGS, state, now)
        (asked,) = asks(source.parse(page(commented(len(listed)))))
        answer = page(comments(*listed))
        told = source.parse_comments(
            Response(asked.url, 200, answer.headers, answer.body, asked.context)
        )
        looks = asks(told)
        state = source.cursor()
    (look,) = looks
    assert look.url == "https://loja.example/a"
    html = "".join(f"<li id='comment-{one}'>x</li>" for one in shown)
    lost = [Gone("loja", "urn:c8")]
    assert list(look.then(page(html, "text/html"))) == lost * gone
    assert look.otherwise is not None and list(look.otherwise(404)) == lost
    again = FeedSource(SETTINGS, state, now)
    assert asks(again.parse(page(commented(2)))) == []


def asks(found: Iterable[Any]) -> list[Request]:
    return [one for one in found if isinstance(one, Request)]


def test_comments_whose_count_stayed_are_not_asked_for_again(now: datetime, replay: Replay) -> None:
    source = FeedSource(SETTINGS, {}, now)
    assert len(replay(source, "feed")) == 4
    again = FeedSource(SETTINGS, source.cursor(), now)
    assert len(replay(again, "feed")) == 2


def test_a_visit_that_ended_before_the_comments_is_taken_up_again(now: datetime) -> None:
    source = FeedSource(SETTINGS, {}, now)
    body = rss(
        "<item><guid>1</guid><title>a</title><wfw:commentRss "
        'xmlns:wfw="http://wellformedweb.org/CommentAPI/">https://loja.example/c</wfw:commentRss>'
        "</item>"
    )
    list(source.parse(Response(URL, 200, {"etag": "x"}, body.encode())))
    assert URL not in dict(source.cursor().get("seen", {}))  # type: ignore[call-overload]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\0\0\0",
        b"</gml:pos<",
        b"<html><body>not a feed</body></html>",
        b'{"version": "https://jsonfeed.org"}',
        b"\xff\xfe<\0r\0",
        b"https://loja.example/feed/",
        b"/etc/passwd",
        b"<?xml version='1.0'?><!DOCTYPE r [<!ENTITY a 'b'>]><rss><channel/></rss>",
        b"<!--x--><!doctype rss><rss version='2.0'><channel></channel></rss>",
        "<?xml version='1.0'?><!DOCTYPE r []><rss/>".encode("utf-16"),
        b"<!--" + b" " * 70_000 + b"--><!DOCTYPE rss><rss/>",
    ],
)
def test_what_is_no_feed_is_refused(body: bytes, now: datetime) -> None:
    with pytest.raises(SourceMalformed):
        entries(body, now)


@pytest.mark.parametrize("cut", ["<item><title>Dois", "<item>& <b></item>", "\0<item", ""])
def test_a_broken_feed_gives_what_can_be_read(cut: str, now: datetime) -> None:
    body = rss("<item><guid>1</guid><title>Um</title></item>").removesuffix("</channel></rss>")
    posts = [one for one in entries(body + cut, now) if isinstance(one, Post)]
    assert posts[0].title == "Um"


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "windows-1252", "utf-16"])
def test_declared_encodings_are_obeyed(encoding: str, now: datetime) -> None:
    body = rss("<item><guid>1</guid><title>Não veio, à toa</title></item>")
    body = body.replace('"1.0"?', f'"1.0" encoding="{encoding}"?')
    (post,) = entries(body.encode(encoding), now, "application/xml")
    assert post.title == "Não veio, à toa"


def test_a_wrongly_declared_encoding_loses_no_entry(now: datetime) -> None:
    body = rss("<item><guid>1</guid><title>Não veio</title></item>")
    body = body.replace('"1.0"?', '"1.0" encoding="utf-8"?')
    (post,) = entries(body.encode("latin-1"), now)
    assert post.title.startswith("N")


def test_absurd_and_missing_dates(now: datetime) -> None:
    items = (
        "<item><title>a</title><pubDate>Mon, 01 Jan 1900 00:00:00 GMT</pubDate></item>"
        "<item><title>b</title><pubDate>Fri, 31 Dec 9999 23:59:59 GMT</pubDate></item>"
        "<item><guid>3</guid><title>c</title></item>"
        "<item><guid>4</guid></item>"
    )
    old, future, undated, empty = entries(rss(items), now)
    assert [old.code, future.code, empty.code] == ["absurd_time", "absurd_time", "empty"]
    assert isinstance(old, Rejected)
    assert isinstance(undated, Post)
    assert (undated.created_at, undated.labels) == (now, {"time": "first seen"})


def test_markup_is_taken_off_and_nul_does_no_harm(now: datetime) -> None:
    (post,) = entries(
        rss(
            "<item><guid>1</guid><description>&lt;script&gt;x()&lt;/script&gt;Oi &amp;lt;3"
            "</description></item>"
        ),
        now,
    )
    assert post.text == "Oi <3"
