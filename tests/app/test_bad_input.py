"""Bad input never stops a run: the good is kept, the bad is told once, and nothing is lost."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from app.application import App
from app.rounds import STEPS, execute, rounds
from domain.alerts import Delivery
from domain.errors import StorageBusy
from domain.posts import CrawlOutcome, Cursor, Rejected
from domain.runs import RunOutcome
from tests.app.small import NOW, OpenApp
from tests.crawlers.conftest import Site

HEAD = "id,text,at,who,likes\n"
COLUMNS = {
    "external_id": "id",
    "text": "text",
    "created_at": "at",
    "author": "who",
    "likes": "likes",
}
DAY = "2026-05-19T10:00:00+00:00"
LONG = "L" * 100_000


def good(external_id: str, text: str = "Maré billing ruim") -> dict[str, Any]:
    return {"external_id": external_id, "kind": "post", "text": text, "created_at": DAY}


def line(post: dict[str, Any]) -> bytes:
    return json.dumps(post).encode()


def table(folder: Path, name: str, content: bytes) -> dict[str, Any]:
    """A source that is one CSV file of these bytes."""
    (folder / name).write_bytes(content)
    files = [{"path": str(folder / name), "mapping": COLUMNS}]
    return {"kind": "file", "name": name, "every": "30s", "files": files}


def read_twice(open_app: OpenApp, folder: Path, *sources: dict[str, Any]) -> App:
    """Two rounds that both read the sources from their beginning; none may fail."""
    for minutes in (0, 1):
        app = open_app(folder, NOW + timedelta(minutes=minutes), sources=list(sources))
        found = {run.step: run for run in rounds(app)}
        assert {run.outcome for run in found.values()} == {RunOutcome.OK}
        with app.store.writing() as unit:
            for source in sources:
                unit.sources.set_cursor(Cursor(source["name"], {}))
    assert found["crawl"].counts["posts_new"] == found["crawl"].counts["rejected"] == 0
    assert found["analyse"].counts["posts"] == 0
    return app


def texts(app: App) -> dict[str, str]:
    with app.store.reading() as unit:
        posts = unit.posts.get_many(range(1, 200)).values()
        assert unit.posts.count() == len(posts)
        assert all(post.id in unit.analyses.get_many([post.id]) for post in posts)
    return {post.external_id: post.text for post in posts}


def refused(app: App) -> list[tuple[str, str, str]]:
    """Code, file and line, and why, of everything in quarantine."""
    with app.store.reading() as unit:
        rejected: list[Rejected] = unit.quarantine.list(limit=1_000)
    assert all(one.source and len(one.raw) <= 2_000 for one in rejected)
    return sorted((one.code, one.where.rpartition("/")[2], one.detail) for one in rejected)


def test_encodings_that_nobody_named(tmp_path: Path, open_app: OpenApp) -> None:
    row = f"{{}},Maré billing ruim, não dá,{DAY},zé,1\n".replace("ruim,", "ruim")
    app = read_twice(
        open_app,
        tmp_path,
        table(tmp_path, "latin.csv", (HEAD + row.format("a")).encode("cp1252")),
        table(tmp_path, "wide.csv", (HEAD + row.format("b")).encode("utf-16")),
        table(
            tmp_path,
            "mixed.csv",
            (HEAD + row.format("c")).encode("cp1252") + row.format("d").encode(),
        ),
        table(tmp_path, "marked.csv", (HEAD + row.format("e")).encode("utf-8-sig")),
    )
    assert texts(app) == dict.fromkeys("abcde", "Maré billing ruim não dá")
    assert refused(app) == []
    with app.store.reading() as unit:
        assert len(unit.experiences.queue("mare")) == 4  # "c" and "d" are of one author


def test_a_table_with_every_kind_of_bad_row(tmp_path: Path, open_app: OpenApp) -> None:
    rows = [
        f"first,ok,{DAY},zé,1",
        "zero,a,0000-01-01,z,1",
        "far,a,9999-12-31,z,1",
        "float,a,1e18,z,1",
        "never,a,,z,1",
        f"n\0ul,o\0k,{DAY},z\0,1",
        f"1{'0' * 30},ok,{DAY},z,1",
        f"{LONG},ok,{DAY},{LONG},1",
        f"many,a,{DAY},z,99999999999999999999",
        f"short,{DAY}",
        f"long,a,{DAY},z,1,more",
        f"wide,{'x' * 1_000_000},{DAY},z,1",
        "y" * 1_000_000,
        f"silent,,{DAY},z,1",
        f"last,ok,{DAY},z,",
    ]
    app = read_twice(
        open_app, tmp_path, table(tmp_path, "t.csv", (HEAD + "\n".join(rows)).encode())
    )
    found = texts(app)
    long = next(one for one in found if one.startswith("LLL"))
    assert len(long.encode()) <= 1_000
    ok = dict.fromkeys(("first", "nul", f"1{'0' * 30}", long, "last"), "ok")
    assert found == ok | {"wide": "x" * 1_000_000}
    assert [(code, where) for code, where, _ in refused(app)] == [
        ("absurd_time", "t.csv:4"),
        ("bad_number", "t.csv:10"),
        ("bad_row", "t.csv:11"),
        ("bad_row", "t.csv:12"),
        ("bad_row", "t.csv:14"),
        ("bad_time", "t.csv:3"),
        ("bad_time", "t.csv:5"),
        ("bad_time", "t.csv:6"),
        ("empty", "t.csv:15"),
    ]
    assert all(detail for *_, detail in refused(app))


def test_empty_files_are_no_mistake(tmp_path: Path, open_app: OpenApp) -> None:
    app = read_twice(
        open_app,
        tmp_path,
        table(tmp_path, "empty.csv", b""),
        table(tmp_path, "blank.csv", b"\n\n"),
        table(tmp_path, "header.csv", HEAD.encode()),
        table(tmp_path, "cut.csv", HEAD.strip().encode()),
    )
    assert texts(app) == {}
    assert refused(app) == []


BAD_LINES: dict[str, bytes] = {
    "bad_json": b'{"external_id": "cut", "kind": "po',
    "not an object": b"[1, 2]",
    "no JSON": b"<html><body>503</body></html>",
    "no UTF-8": b"\xff\xfe\x00",
    "too deep": b"[" * 100_000,
    "too many digits": b"9" * 5_000,
    "1 MB": b"{" + b"x" * 1_000_000,
    "unknown field": line(good("f") | {"colour": "red"}),
    "huge number": line(good("n") | {"external_id": 10**30}),
    "number as time": line(good("t") | {"created_at": 1e18}),
    "year 0": line(good("y0") | {"created_at": "0000-01-01T00:00:00+00:00"}),
    "year 1": line(good("y1") | {"created_at": "0001-01-02T00:00:00+00:00"}),
    "year 9999": line(good("y9999") | {"created_at": "9999-12-31T00:00:00+00:00"}),
    "no id": line(good("")),
    "no list": line(good("q") | {"quotes": "abc"}),
    "no kind": line(good("k") | {"kind": "\ud800"}),
    "no rating": line(good("r") | {"rating": {"value": float("nan")}}),
    "too many likes": line(good("l") | {"engagement": {"likes": 2**70}}),
}


def test_broken_lines_among_good_ones(tmp_path: Path, open_app: OpenApp) -> None:
    lines = [line(good("first")), *BAD_LINES.values(), line(good("last"))]
    (tmp_path / "posts.jsonl").write_bytes(b"\n".join(lines))
    files = [{"path": str(tmp_path / "posts.jsonl")}]
    app = read_twice(
        open_app, tmp_path, {"kind": "file", "name": "lines", "every": "30s", "files": files}
    )
    assert texts(app).keys() == {"first", "last"}
    found = {where: (code, detail) for code, where, detail in refused(app)}
    assert len(refused(app)) == len(found) == len(BAD_LINES)
    for number, name in enumerate(BAD_LINES, start=2):
        code, detail = found[f"posts.jsonl:{number}"]
        json_itself = number < 9
        absurd = name in ("year 1", "year 9999")
        assert code == ("bad_json" if json_itself else "absurd_time" if absurd else "bad_row"), name
        assert detail, name


def test_text_that_no_database_takes(tmp_path: Path, open_app: OpenApp) -> None:
    strange = "Maré billing ruim \ud800\0!"
    lone = good("lone\ud800", strange) | {
        "title": "\udfff",
        "author": {"external_id": "a\ud800", "name": "\0\ud800"},
        "labels": {"k\ud800": "v\0"},
        "parent": "p\ud800",
    }
    endless = good(LONG) | {"parent": "P" * 100_000, "thread": "T" * 100_000}
    (tmp_path / "posts.jsonl").write_bytes(b"\n".join([line(lone), line(endless)]))
    files = [{"path": str(tmp_path / "posts.jsonl")}]
    app = read_twice(
        open_app, tmp_path, {"kind": "file", "name": "lines", "every": "30s", "files": files}
    )
    found = texts(app)
    assert found["lone\ufffd"] == "Maré billing ruim \ufffd!"
    assert len(found) == 2
    assert refused(app) == []
    with app.store.reading() as unit:
        assert len(unit.experiences.queue("mare")) == 2


def test_an_id_with_two_contents_is_an_edit(tmp_path: Path, open_app: OpenApp) -> None:
    rows = f"same,um,{DAY},z,1\nother,x,{DAY},z,1\nsame,dois,{DAY},z,1\n"
    app = open_app(tmp_path, sources=[table(tmp_path, "twice.csv", (HEAD + rows).encode())])
    run = execute(STEPS["crawl"], app)
    assert (run.counts["posts_new"], run.counts["posts_changed"]) == (2, 1)
    with app.store.reading() as unit:
        post = unit.posts.by_key("twice.csv", "same")
        assert post is not None
        assert post.text == "dois"
        assert [version.text for version in unit.posts.versions(post.id)] == ["um"]
    assert refused(app) == []


def test_a_feed_that_is_a_page_fails_alone(tmp_path: Path, open_app: OpenApp, site: Site) -> None:
    page = b"<html><head><title>Sign in</title></head><body>Please sign in.</body></html>"
    site.routes["/feed"] = (200, {"Content-Type": "text/html"}, page)
    feed = {"kind": "feed", "name": "feed", "url": f"{site.url}/feed", "every": "30s"}
    app = open_app(
        tmp_path,
        sources=[feed, table(tmp_path, "good.csv", f"{HEAD}a,ok,{DAY},z,1\n".encode())],
        politeness={"allow_private": [f"127.0.0.1:{site.port}"], "pace": 0},
    )
    run = execute(STEPS["crawl"], app)
    assert run.outcome is RunOutcome.DEGRADED
    assert (run.counts["sources_failed"], run.counts["posts_new"]) == (1, 1)
    with app.store.reading() as unit:
        report = unit.sources.crawls("feed")[0]
        assert unit.sources.cursor("feed") == {}
    assert report.outcome is not CrawlOutcome.OK
    assert "feed" in report.detail
    assert report.errors


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Another process that writes and does not end."""
    code = (
        "import sqlite3, sys\n"
        "held = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "held.execute('BEGIN IMMEDIATE')\n"
        "print('held', flush=True)\n"
        "sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", code, str(database)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        yield
        holder.communicate(b"")


def test_a_database_that_another_holds(town: SimpleNamespace, open_app: OpenApp) -> None:
    database = town.folder / "boca.db"
    app = open_app(town.folder, storage={"url": f"sqlite:///{database}", "wait_seconds": 0.2})
    for step in STEPS.values():
        with locked(database), pytest.raises(StorageBusy) as raised:
            execute(step, app)
        assert str(raised.value) == (
            f"another process is writing to the database (sqlite:///{database})"
            " → try again when it is done"
        )
        assert execute(step, app).outcome is RunOutcome.OK
    with app.store.reading() as unit:
        assert unit.posts.count() == len(town.posts)
        assert len(unit.analyses.get_many(range(1, 100))) == len(town.posts)
        assert unit.experiences.queue("mare")
        assert {message.state for message in unit.outbox.list()} == {Delivery.SENT}
