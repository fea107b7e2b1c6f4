"""Mailing lists and newsgroups: threads, quotes, signatures, charsets, what is taken back."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawlers.crawl import crawl
from crawlers.politeness.settings import PolitenessSettings
from crawlers.reading.mail.letters import Letters, own_words
from crawlers.reading.mail.mailboxes import letters_of, months_back
from crawlers.reading.posts import Posts
from crawlers.sources.mbox import MboxArchive, MboxSettings
from crawlers.sources.nntp import NntpSettings
from domain.posts import CrawlOutcome, Cursor, Gone, Post, PostKind, Rejected
from tests.crawlers.conftest import recorded
from tests.crawlers.sources import talking
from tests.crawlers.sources.talking import RECORDINGS, Talker, news

MAILBOX = RECORDINGS / "mbox" / "clientes.mbox"
LIST = "https://listas.test/archives/list/clientes@lista.test/"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
Replay = Callable[..., list[Any]]


def posts(events: list[Any]) -> dict[str, Post]:
    return {one.external_id: one for one in events if isinstance(one, Post)}


def check_tree(events: list[Any]) -> None:
    found = posts(events)
    assert {key: (one.parent, one.thread, one.text) for key, one in found.items()} == {
        "m1@lista.test": (
            None,
            None,
            "O app travou de novo ao pagar.\nFrom agora em diante uso o site.",
        ),
        "m2@lista.test": ("m1@lista.test", "m1@lista.test", "Comigo também, desde a atualização."),
        "m3@lista.test": ("m2@lista.test", "m1@lista.test", "Liguei no suporte e resolveram."),
    }
    assert found["m1@lista.test"].title == "App do Banco X travando"
    assert found["m2@lista.test"].quoted_text == "O app travou de novo ao pagar.\nIsso."
    assert found["m3@lista.test"].quoted_text == "Comigo também"
    names = [one.author and one.author.name for one in found.values()]
    assert names == ["Ana Lima", "José", "carla"]
    said = repr([(one.author, one.text, one.quoted_text) for one in found.values()])
    assert "@lista.test" not in said, "people are not known by their address"
    assert "Telefone" not in said, "a signature is no word of mouth"


def of_file(path: Path, cursor: Any = None) -> list[Any]:
    settings = MboxSettings(kind="mbox", name="lista", path=path)
    return list(crawl(settings, cursor or {}, politeness=PolitenessSettings(), now=NOW))


@pytest.mark.parametrize("packed", [False, True])
def test_a_mailbox_file(packed: bool, tmp_path: Path) -> None:
    path = tmp_path / "box"
    path.write_bytes(gzip.compress(MAILBOX.read_bytes()) if packed else MAILBOX.read_bytes())
    events = of_file(path)
    check_tree(events)
    assert [one.code for one in events if isinstance(one, Rejected)] == ["bad_time"]
    assert "fora do arquivo" not in repr(events), "X-No-Archive"
    (cursor,) = [one.state for one in events if isinstance(one, Cursor)]
    assert not posts(of_file(path, cursor))


def test_a_mailbox_that_grew_is_read_from_where_it_ended(tmp_path: Path) -> None:
    path = tmp_path / "box"
    path.write_bytes(MAILBOX.read_bytes())
    (cursor,) = [one.state for one in of_file(path) if isinstance(one, Cursor)]
    with path.open("ab") as box:
        box.write(b"From x Fri Nov 20 18:00:00 2026\nMessage-ID: <m9@l.test>\n")
        box.write(
            b"Date: Fri, 20 Nov 2026 18:00:00 -0300\nIn-Reply-To: <m3@lista.test>\n\nVoltou.\n"
        )
    assert {key: one.parent for key, one in posts(of_file(path, cursor)).items()} == {
        "m9@l.test": "m3@lista.test"
    }


def test_no_mailbox_there(tmp_path: Path) -> None:
    assert of_file(tmp_path / "none")[-1].outcome is CrawlOutcome.UNREACHABLE


def test_an_archive_month_by_month(replay: Replay, now: datetime) -> None:
    settings = MboxSettings(kind="mbox", name="lista", url=LIST, months=2)
    source = MboxArchive(settings, {}, now)
    check_tree(replay(source, "mbox"))
    pages = recorded("mbox")
    for key, page in pages.items():
        if "2026-11-01&end" in key:
            third = page.body.index(b"From x@lista.test", page.body.index(b"<m2@lista.test>"))
            pages[key] = type(page)(page.url, 200, page.headers, gzip.compress(page.body[:third]))
    again = MboxArchive(settings, source.cursor(), now)
    events = replay(again, "mbox", pages)
    assert [one for one in events if isinstance(one, Gone)] == [Gone("lista", "m3@lista.test")]
    assert set(posts(events)) == {"m1@lista.test", "m2@lista.test"}


@pytest.fixture
def server() -> Iterator[Talker]:
    asked: list[str] = []
    talker = Talker(news(RECORDINGS / "nntp" / "group.mbox", asked))
    talker.asked = asked
    yield talker
    talker.close()


def of_news(server: Talker, group: str = "clientes", cursor: Any = None, **more: Any) -> list[Any]:
    at = f"127.0.0.1:{server.port}"
    given = {"kind": "nntp", "name": "lista", "url": f"nntp://{at}/{group}", **more}
    manners = PolitenessSettings(allow_private=(at,), pace=0, timeout=3)
    return list(
        crawl(NntpSettings.model_validate(given), cursor or {}, politeness=manners, now=NOW)
    )


def test_a_newsgroup_with_a_cancelled_article(server: Talker) -> None:
    events = of_news(server)
    check_tree(events)
    assert [one for one in events if isinstance(one, Gone)] == [Gone("lista", "m2@lista.test")]
    assert events[-1].outcome is CrawlOutcome.OK
    (cursor,) = [one.state for one in events if isinstance(one, Cursor)]
    assert cursor == {"last": 11}
    server.asked.clear()
    assert not posts(of_news(server, cursor=cursor))
    assert not [one for one in server.asked if one.startswith("ARTICLE")]


def test_a_server_that_knows_no_overview_by_that_name(
    server: Talker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(talking, "OVERVIEW", "XOVER")
    check_tree(of_news(server))
    assert "MODE READER" in server.asked


def test_only_the_newest_articles_at_first(server: Talker) -> None:
    of_news(server, articles=2)
    assert [one for one in server.asked if one.startswith("ARTICLE")] == [
        "ARTICLE 10",
        "ARTICLE 11",
    ]


def test_no_such_newsgroup(server: Talker) -> None:
    report = of_news(server, "outra")[-1]
    assert report.outcome is CrawlOutcome.UNREACHABLE and "411" in report.detail


def test_the_guard_stands_before_the_news_server(server: Talker) -> None:
    settings = NntpSettings(kind="nntp", name="x", url=f"nntp://127.0.0.1:{server.port}/clientes")
    report = list(crawl(settings, {}, politeness=PolitenessSettings(pace=0), now=NOW))[-1]
    assert report.outcome is CrawlOutcome.FORBIDDEN and server.asked == []


def test_months_run_back_over_the_new_year() -> None:
    months = list(months_back(datetime(2026, 1, 15, tzinfo=UTC), 3))
    assert months[0] == ("2026-01-01", "2026-02-01")
    assert months[1] == ("2025-12-01", "2026-01-01")
    assert months[2] == ("2025-11-01", "2025-12-01")


@pytest.mark.parametrize(
    ("body", "own", "quoted"),
    [
        ("Oi.\n-- \nAna", "Oi.", ""),
        ("On Fri, Ana wrote:\n> Oi\nTchau", "Tchau", "Oi"),
        ("Certo.\n-----Original Message-----\nDe: Ana\nOi", "Certo.", "De: Ana\nOi"),
        ("> só citação", "", "só citação"),
        ("a > b é verdade", "a > b é verdade", ""),
    ],
)
def test_own_words(body: str, own: str, quoted: str) -> None:
    assert own_words(body) == (own, quoted)


def test_broken_letters_are_refused_and_never_crash() -> None:
    letters, dice = Letters("lista", Posts("lista", None, NOW)), random.Random(7)
    whole = MAILBOX.read_bytes()
    for _ in range(400):
        torn = bytearray(whole)
        for _ in range(dice.randrange(1, 60)):
            torn[dice.randrange(len(torn))] = dice.randrange(256)
        for raw in letters_of(bytes(torn).splitlines(keepends=True)):
            for one in letters.told(raw, "torn"):
                assert isinstance(one, Post | Gone | Rejected)


def test_kinds_of_letters() -> None:
    letters = Letters("lista", Posts("lista", None, NOW))
    raw = b"Message-ID: <a@x>\nDate: Fri, 20 Nov 2026 10:00:00 +0000\nIn-Reply-To: <b@x>\n\nOi"
    (post,) = letters.told(raw, "x")
    assert isinstance(post, Post)
    assert (post.kind, post.parent, post.author) == (PostKind.REPLY, "b@x", None)
