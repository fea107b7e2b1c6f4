"""Files: what is refused, line by line, and what is read nevertheless."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from crawlers.crawl import crawl, probe
from crawlers.sources.file import FileSettings
from domain.posts import CrawlOutcome
from tests.crawlers.sources.files import (
    CSV,
    MANNERS,
    NOW,
    SIMPLE,
    Write,
    cursor_of,
    posts,
    read,
    refused,
    settings,
)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("1,oi", "bad_row"),
        ("1,oi,2026-11-20,,,too,many", "bad_row"),
        ("1,oi,,,", "bad_time"),
        ("1,oi,amanhã,,", "bad_time"),
        ("1,oi,2026-02-30,,", "bad_time"),
        ("1,oi,0216-11-20,,", "absurd_time"),
        ("1,oi,2099-11-20,,", "absurd_time"),
        ("1,oi,2026-11-20,nine,", "bad_rating"),
        ("1,oi,2026-11-20,9,", "bad_rating"),
        ("1,oi,2026-11-20,nan,", "bad_rating"),
        ("1,oi,2026-11-20,,many", "bad_number"),
        ("1,oi,2026-11-20,,1.5", "bad_number"),
        ("1,oi,2026-11-20,,99999999999999999999", "bad_number"),
        ("1,,2026-11-20,,", "empty"),
        ("1,   ,2026-11-20,,", "empty"),
    ],
)
def test_a_bad_row_is_refused_alone_and_with_its_line(row: str, code: str, write: Write) -> None:
    header, good = "id,text,at,grade,likes", "2,bom,2026-11-20,4,7"
    path = write("a.csv", f"{header}\n{row}\n{good}\n")
    events = read(path, mapping={**SIMPLE, "rating": "grade", "likes": "likes"})
    assert refused(events) == [(code, "2")]
    assert [post.text for post in posts(events)] == ["bom"]
    report = events[-1]
    assert (report.outcome, report.rejected, report.errors) == (CrawlOutcome.OK, 1, {code: 1})


def test_lines_are_counted_through_quoted_line_breaks(write: Write) -> None:
    path = write("a.csv", 'id,text,at\n1,"um\ndois\ntrês",2026-11-20\n2,oi,never\n')
    assert refused(read(path)) == [("bad_time", "5")]


@pytest.mark.parametrize(
    "line",
    ["{", "3", "[]", '"x"', "nothing", '{"id": 1,}', "[" * 100_000, "1" * 5_000],
)
def test_bad_json_lines_are_refused_alone(line: str, write: Write) -> None:
    good = '{"id": "2", "text": "bom", "at": "2026-11-20"}'
    events = read(write("a.jsonl", f"{line}\n\n{good}\n"))
    assert [where for _, where in refused(events)] == ["1"]
    assert len(posts(events)) == 1


def test_nul_and_lone_surrogates_do_no_harm(write: Write) -> None:
    line = '{"id": "1", "text": "a\\u0000b\\ud800c", "at": "2026-11-20"}'
    (post,) = posts(read(write("a.jsonl", line)))
    assert post.text == "a\0b\ud800c"
    (post,) = posts(read(write("a.jsonl", line), mapping={"text": "text", "created_at": "at"}))
    assert post.external_id.startswith("row-")
    assert len(posts(read(write("a.csv", "id,text,at\n1,a\0b,2026-11-20\n")))) == 1


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.xml", "a.csv.gz", "a.jsonl.gz"])
def test_an_empty_file_gives_nothing_and_harms_nothing(name: str, write: Write) -> None:
    events = read(write(name, ""))
    assert not posts(events)
    assert events[-1].outcome is CrawlOutcome.OK


def test_a_broken_document_gives_what_came_before_the_break(write: Write) -> None:
    good = '<row id="1" text="oi" at="2026-11-20"/>'
    for broken in (f"<rows>{good}<row id=", f"<rows>{good}</wrong>", f"<rows>{good}&no;</rows>"):
        events = read(write("a.xml", broken))
        assert (len(posts(events)), refused(events)) == (1, [("bad_xml", "2")])


@pytest.mark.parametrize(
    "prolog",
    ['<!DOCTYPE r [<!ENTITY a "b">]>', '<!DOCTYPE r SYSTEM "file:///etc/passwd">', "<!DOCTYPE r>"],
)
def test_a_document_type_is_refused(prolog: str, write: Write) -> None:
    events = read(write("a.xml", f'{prolog}<rows><row id="1" text="oi" at="2026-11-20"/></rows>'))
    assert not posts(events)
    assert refused(events)[0][0] == "bad_xml"


def test_a_cut_gzip_gives_what_came_before_the_cut(tmp_path: Path) -> None:
    rows = "".join(f"{number},text {number * 7919},2026-11-20\n" for number in range(50_000))
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(f"id,text,at\n{rows}".encode())[:-5_000])
    events = read(path)
    assert posts(events)
    assert [code for code, _ in refused(events)][-1] == "bad_gzip"


def test_an_endless_field_is_refused_and_the_rest_read(write: Write) -> None:
    path = write("a.csv", 'id,text,at\n1,"never closed' + "x" * 5_000_000 + "\n2,oi,2026-11-20\n")
    events = read(path)
    assert refused(events)[0][0] == "bad_row"


def test_what_is_wrong_with_a_file_is_told_once(write: Write, tmp_path: Path) -> None:
    cases = {
        tmp_path / "missing.csv": ("unreachable", "no file there"),
        write("a.csv", "id,body,at\n1,a,2026-11-20\n"): ("malformed", "no column text"),
        write("a.unknown", "x"): ("malformed", "nothing tells the file's format"),
    }
    for path, (code, said) in cases.items():
        (report,) = read(path)
        assert report.errors == {code: 1}
        assert said in report.detail
        assert report.outcome in {CrawlOutcome.UNREACHABLE, CrawlOutcome.FAILED}
        look = probe(settings(path), politeness=MANNERS, now=NOW)
        assert (look.outcome, look.detail) == (report.outcome, report.detail)


def test_a_folder_and_a_missing_file_do_not_hide_the_others(write: Write, tmp_path: Path) -> None:
    good = write("good.csv", CSV)
    (tmp_path / "folder.csv").mkdir()
    both = FileSettings.model_validate(
        {
            "kind": "file",
            "name": "export",
            "files": [
                {"path": str(tmp_path / "missing.csv"), "mapping": SIMPLE},
                {"path": str(tmp_path / "*.csv"), "mapping": SIMPLE},
            ],
        }
    )
    events = list(crawl(both, {}, politeness=MANNERS, now=NOW))
    assert len(posts(events)) == 2
    assert events[-1].outcome is CrawlOutcome.DEGRADED
    assert list(cursor_of(events)["files"]) == [str(good)]
