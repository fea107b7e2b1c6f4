"""The small collections: digests, runs, sources and the quarantine."""

from dataclasses import replace
from datetime import date, timedelta

from domain.alerts import Digest
from domain.posts import CrawlOutcome, CrawlReport, Cursor, Rejected
from domain.runs import Run, RunOutcome


def test_one_digest_for_a_person_brand_and_day(store, now):
    digest = Digest("mia", "lua", date(2026, 3, 1), now, ("k1", "k2"), "Resumo", "<p>…</p>")
    with store.writing() as unit:
        assert not unit.digests.exists("mia", "lua", date(2026, 3, 1))
        assert unit.digests.add(digest)
        assert not unit.digests.add(replace(digest, subject="outro"))
        assert unit.digests.add(replace(digest, local_date=date(2026, 3, 2)))
        assert unit.digests.add(replace(digest, person="rui"))
    with store.reading() as unit:
        listed = unit.digests.list(person="mia", brand="lua")
        assert [one.local_date.day for one in listed] == [2, 1]
        assert unit.digests.get(listed[1].id) == replace(digest, id=listed[1].id)
        assert unit.digests.exists("mia", "lua", date(2026, 3, 1))
        assert unit.digests.get(10**30) is None
        assert len(unit.digests.list(limit=2)) == 2


def test_runs_are_remembered_by_step(store, now):
    run = Run("crawl", now, now + timedelta(seconds=2), RunOutcome.DEGRADED, {"posts": 3}, "slow")
    with store.writing() as unit:
        for posts in (3, 4):
            unit.runs.add(replace(run, counts={"posts": posts}))
        unit.runs.add(replace(run, step="watch", counts={}))
    with store.reading() as unit:
        assert unit.runs.last("crawl") == replace(run, counts={"posts": 4})
        assert unit.runs.last("digest") is None
        assert [one.step for one in unit.runs.list(2)] == ["watch", "crawl"]


def test_a_cursor_is_overwritten(store):
    with store.writing() as unit:
        assert unit.sources.cursor("blog") == {}
        unit.sources.set_cursor(Cursor("blog", {"etag": 'W/"1"', "pages": [1, 2]}))
        unit.sources.set_cursor(Cursor("forum", {"page": 1}))
        unit.sources.set_cursor(Cursor("blog", {"etag": "é\x00", "at": None}))
    with store.reading() as unit:
        assert unit.sources.cursor("blog") == {"etag": "é", "at": None}
        assert unit.sources.cursor("forum") == {"page": 1}


def test_visits_are_listed_and_the_latest_of_each_source_known(store, now):
    report = CrawlReport(
        "blog", now, now, CrawlOutcome.OK, 5, 4, 3, 2, {"timeout": 1}, "three pages"
    )
    with store.writing() as unit:
        for requests in (5, 6):
            unit.sources.add_crawl(replace(report, requests=requests))
        unit.sources.add_crawl(replace(report, source="forum", errors={}))
    with store.reading() as unit:
        assert [one.requests for one in unit.sources.crawls("blog", 9)] == [6, 5]
        assert unit.sources.crawls("blog", 1) == [replace(report, requests=6)]
        latest = unit.sources.last_crawls()
        assert (latest["blog"].requests, latest["forum"].errors) == (6, {})


def test_the_same_trouble_at_the_same_place_counts_once(store, now):
    bad = Rejected("file", "no_date", "reviews.csv:7", "'soon' is no date", "x" * 3000)
    dirty = replace(bad, where="reviews.csv:8", raw="\x00\ud800")
    with store.writing() as unit:
        assert unit.quarantine.add([bad, dirty, bad], now) == 2
        assert unit.quarantine.add([bad, replace(bad, code="no_text")], now) == 1
        assert unit.quarantine.add([], now) == 0
    with store.reading() as unit:
        assert unit.quarantine.counts() == {("file", "no_date"): 2, ("file", "no_text"): 1}
        newest, second, oldest = unit.quarantine.list("file")
        assert (newest.code, second.raw) == ("no_text", "\ufffd")
        assert oldest == replace(bad, raw="x" * 2000)
        assert unit.quarantine.list("blog") == []
        assert len(unit.quarantine.list(limit=1)) == 1
