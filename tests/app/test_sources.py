"""Places are recognised, shown, added, listed and proposed, as a person does it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.discovery import discover
from app.finding import find, free_name
from app.hearing import hearing
from app.rounds import rounds
from app.settings import load_settings
from crawlers.subscriptions import subscriptions
from domain.analyses import Analysis, Mention, Polarity, Sentiment
from domain.errors import SourceError, SourceMalformed, UsageError
from domain.people import Author
from domain.posts import CrawlOutcome, CrawlReport, Post, PostKind
from domain.runs import RunOutcome
from domain.windows import last
from tests.app.small import NOW, OpenApp
from tests.app.test_commands import Boca, boca

__all__ = ["boca"]

FEED = (
    b'<rss version="2.0"><channel><title>t</title>'
    b"<item><guid>1</guid><title>Lua demora</title></item></channel></rss>"
)


@pytest.fixture
def config(tmp_path: Path, site: Any) -> Path:
    site.routes["/feed"] = (200, {"Content-Type": "application/rss+xml"}, FEED)
    path = tmp_path / "config.yaml"
    path.write_text(
        f"brands:\n  - {{id: lua, name: Lua}}\n# places\nsources: []\npoliteness:\n  pace: 0\n"
        f'  retries: 0\n  allow_private: ["127.0.0.1:{site.port}"]\n'
        f'storage: {{url: "sqlite:///{tmp_path}/boca.db"}}\n'
    )
    return path


def test_a_feed_is_recognised_shown_and_added(boca: Boca, config: Path, site: Any) -> None:
    code, said, _ = boca("source", "add", f"{site.url}/feed", "--dry-run")
    assert (code, load_settings(config, {}).sources) == (0, ())
    assert "Lua demora" in said
    code, said, _ = boca("source", "add", f"{site.url}/feed", "--yes", "--json", "--brand", "lua")
    told = json.loads(said)
    assert (code, told["added"], told["posts"][0]["title"]) == (0, True, "Lua demora")
    (source,) = load_settings(config, {}).sources
    assert (source.kind, source.brand, source.name) == ("feed", "lua", told["source"]["name"])
    assert "# places" in config.read_text()
    assert boca("crawl", source.name)[0] == 0
    _, said, _ = boca("sources", "--json")
    health = json.loads(said)
    assert (health["name"], health["health"]["report"]["posts_new"]) == (source.name, 1)
    assert source.name in boca("sources")[1]


def test_what_cannot_be_read_says_what_to_do(boca: Boca, config: Path, site: Any) -> None:
    before = config.read_bytes()
    site.routes["/closed/robots.txt"] = (200, {}, b"")
    for place in (f"{site.url}/nothing", "no such place", "http://127.0.0.1:9/", "ftp://a.example"):
        code, _, complaint = boca("source", "add", place, "--yes")
        assert (code, "→" in complaint) == (5, True), place
    code, _, complaint = boca("source", "add", f"{site.url}/feed", "--yes", "--name", "A B")
    assert (code, "name" in complaint) == (2, True)
    assert config.read_bytes() == before


def test_a_list_is_added_but_for_what_cannot_be_read(
    boca: Boca, config: Path, site: Any, tmp_path: Path
) -> None:
    listed = tmp_path / "subs.opml"
    listed.write_text(
        f'<opml><body><outline text="a"><outline xmlUrl="{site.url}/feed"/></outline>'
        f'<outline xmlUrl="{site.url}/nothing"/></body></opml>'
    )
    code, said, _ = boca("source", "import", str(listed), "--yes")
    assert (code, "1 of 2 added" in said) == (0, True)
    _, said, _ = boca("source", "import", str(listed), "--yes", "--json")
    assert next(json.loads(line)["problem"] for line in said.splitlines()) == "there already"
    assert len(load_settings(config, {}).sources) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("url,name,brand\nhttps://a.example/f,ours,lua\n,x,\n", [("https://a.example/f", "ours")]),
        ("name;url\nours;https://a.example/f\n", [("https://a.example/f", "ours")]),
        ("# mine\nhttps://a.example\n\nr/a\nr/a\n", [("https://a.example", None), ("r/a", None)]),
        ("", []),
    ],
)  # fmt: skip
def test_lists_of_every_sort(text: str, expected: list[Any], tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(text)
    assert [(one.text, one.more.get("name")) for one in subscriptions(path)] == expected


def test_a_list_that_is_none_is_told(tmp_path: Path) -> None:
    path = tmp_path / "list.opml"
    path.write_text("<!DOCTYPE x [<!ENTITY a 'b'>]><opml/>")
    with pytest.raises(SourceMalformed, match="OPML"):
        subscriptions(path)
    with pytest.raises(SourceError):
        subscriptions(tmp_path / "nothing")


def test_names_are_free_and_short(config: Path, site: Any) -> None:
    politeness = load_settings(config, {}).politeness
    found = find(f"{site.url}/feed", taken=set(), politeness=politeness, now=NOW)
    again = find(f"{site.url}/feed", taken={found.settings["name"]}, politeness=politeness, now=NOW)
    assert again.settings["name"] == f"{found.settings['name']}-2"
    assert len(free_name("https://a.example/" + "long/" * 80, set())) <= 64


def test_places_are_proposed_from_what_is_known(
    open_app: OpenApp, tmp_path: Path, site: Any
) -> None:
    pair = f"127.0.0.1:{site.port}"
    site.routes["/feed"] = (200, {"Content-Type": "application/rss+xml"}, FEED)
    polite = {"pace": 0, "retries": 0, "allow_private": [pair]}
    app = open_app(tmp_path, politeness=polite)
    links = [f"{site.url}/feed", f"{site.url}/feed", "https://once.example/x"]
    posts = [
        Post(
            "forum", str(n), PostKind.POST, f"Maré: veja {link}.", NOW - timedelta(hours=n + 1),
            Author("forum", str(n)), labels={"community": "celulares"} if n else {},
        )
        for n, link in enumerate(links)
    ]  # fmt: skip
    calm = Sentiment(Polarity.NEUTRAL, 0.0, 0.9)
    with app.store.writing() as unit:
        ids = unit.posts.add(posts, NOW).ids
        unit.analyses.add(
            [Analysis(one, "pt", calm, (Mention("mare"),), (), (), "1", NOW) for one in ids]
        )
    found = {one.place: one for one in discover(app, "mare", limit=9, probe=False)}
    assert found["celulares"].posts == 2
    assert not any("once.example" in place for place in found)
    linked = next(place for place in found if pair in place)
    assert found[linked].command == f"boca source add {linked}"
    assert "2 posts by 2 authors" in found[linked].reason
    probed = {one.place: one.found for one in discover(app, "mare", limit=9, probe=True)}
    assert all(probed.values())
    with pytest.raises(UsageError, match="nobody"):
        list(discover(app, "nobody", limit=1, probe=False))


GATHERED = [
    ({"kind": "reddit", "query": "mare"}, {"labels": {"community": "bancos"}}, "r/bancos"),
    ({"kind": "lemmy", "url": "https://lemmy.example", "community": "all"},
     {"labels": {"community": "bancos"}}, "https://lemmy.example/c/bancos"),
    ({"kind": "stack_exchange", "site": "quantumcomputing", "tags": ["mare"]},
     {"labels": {"tags": "mare pix"}}, "https://quantumcomputing.stackexchange.com/questions/tagged/pix"),
    ({"kind": "mastodon", "url": "https://m.example", "tags": ["mare"]},
     {"text": "Maré de novo #Mare #pix"}, "https://m.example/tags/pix"),
    ({"kind": "telegram", "channel": "mare_oficial"}, {"parent": "consumidor/12"},
     "https://t.me/consumidor"),
    (None, {"labels": {"subreddit": "bancos"}}, "r/bancos"),
]  # fmt: skip


@pytest.mark.parametrize(("settings", "fields", "place"), GATHERED)
def test_places_where_a_brand_is_spoken_of_are_proposed_as_they_are_added(
    open_app: OpenApp,
    tmp_path: Path,
    settings: dict[str, Any] | None,
    fields: dict[str, Any],
    place: str,
) -> None:
    sources = [{"name": "fonte", **settings}] if settings else []
    app = open_app(tmp_path, sources=sources)
    calm = Sentiment(Polarity.NEUTRAL, 0.0, 0.9)
    posts = [
        Post(
            source="fonte",
            external_id=str(number),
            kind=PostKind.POST,
            created_at=NOW - timedelta(hours=number + 1),
            author=Author("fonte", str(number)),
            **{"text": "Maré", **fields},
        )
        for number in range(2)
    ]
    with app.store.writing() as unit:
        ids = unit.posts.add(posts, NOW).ids
        unit.analyses.add(
            [Analysis(one, "pt", calm, (Mention("mare"),), (), (), "1", NOW) for one in ids]
        )
    (found,) = discover(app, "mare", limit=9, probe=False)
    assert (found.place, found.kind) == (place, settings["kind"] if settings else "")


def test_what_the_first_visit_brought_counts_for_a_week(tmp_path: Path, open_app: OpenApp) -> None:
    app = open_app(tmp_path, NOW)
    with app.store.writing() as unit:
        for days, brought in ((3, 40), (1, 2)):
            at = NOW - timedelta(days=days)
            report = CrawlReport("praca", at, at, CrawlOutcome.OK, posts=brought)
            unit.sources.add_crawl(replace(report, posts_new=brought))
    for later, expected in ((0, (42, 40)), (5, (2, 0))):
        now = NOW + timedelta(days=later)
        with app.store.reading() as unit:
            (one,) = hearing(unit, last(timedelta(days=30), now), now)
        assert (one.week, one.found_first) == expected


PAGE = """<!doctype html><html><head>
<link rel="alternate" type="application/rss+xml" title="Avalia&ccedil;&otilde;es" href="/novas.rss">
<link rel=alternate type=application/atom+xml href='/p/{0}/comments.atom'>
<link rel="sitemap" href="https://casa.example/mapa.xml"><link rel="stylesheet" href="/x.css">
<script type="application/ld+json">{{"@type":"Review","@id":"#{0}","reviewBody":"Maré atrasa {0}",
"datePublished":"2026-05-0{0}T10:00:00Z"}}
</script></head><body>x</body></html>"""


def test_discover_proposes_what_the_pages_that_were_read_declare(
    tmp_path: Path, open_app: OpenApp, site: Any
) -> None:
    pages = [f"/p/{number}" for number in (1, 2, 3)]
    for page in pages:
        body = PAGE.format(page[-1]).encode()
        site.routes[page] = (200, {"Content-Type": "text/html; charset=utf-8"}, body)
    site.routes["/robots.txt"] = (200, {}, b"Sitemap: https://casa.example/tudo.xml")
    site.routes["/novas.rss"] = (200, {"Content-Type": "application/rss+xml"}, FEED)
    casa = {"kind": "schema_org", "name": "casa", "pages": [site.url + page for page in pages]}
    manners = {"pace": 0, "retries": 0, "allow_private": [f"127.0.0.1:{site.port}"]}
    app = open_app(tmp_path, NOW, sources=[casa], politeness=manners)
    assert {run.outcome for run in rounds(app)} == {RunOutcome.OK}
    found = {one.place: one for one in discover(app, "mare", limit=4, probe=True)}
    feed = found[f"{site.url}/novas.rss"]
    assert feed.reason.startswith("3 pages of casa name this feed")
    assert (feed.kind, feed.found[:8]) == ("feed", "readable")
    assert "https://casa.example/mapa.xml" in found, "a page may name another host"
    robots = found["https://casa.example/tudo.xml"]
    assert robots.reason.startswith("robots.txt of casa names this sitemap")
    assert not any("comments.atom" in place for place in list(found)[:2])
