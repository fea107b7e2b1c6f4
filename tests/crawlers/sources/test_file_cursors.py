"""Files: going on where one stopped."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from crawlers.crawl import crawl, preview
from crawlers.filereading import STRIDE
from domain.posts import Cursor, Post, Rejected
from tests.crawlers.sources.files import (
    CSV,
    MANNERS,
    NOW,
    Write,
    cursor_of,
    posts,
    read,
    settings,
)


def test_an_unchanged_file_is_not_read_again(write: Write) -> None:
    path = write("a.csv", CSV)
    cursor = cursor_of(read(path))
    assert len(read(path, cursor)) == 1
    assert len(posts(read(path, cursor, day_first=True))) == 2, "other settings read it anew"


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_an_appended_file_goes_on_where_it_stopped(name: str, write: Write) -> None:
    lines = CSV if name == "a.csv" else '{"id": 1, "text": "oi", "at": "2026-11-20"}\n'
    more = (
        "3,mais,2026-11-22\n"
        if name == "a.csv"
        else '{"id": 3, "text": "mais", "at": "2026-11-22"}\n'
    )
    path = write(name, lines)
    cursor = cursor_of(read(path))
    write(name, lines + more)
    grown = read(path, cursor)
    assert [post.text for post in posts(grown)] == ["mais"]
    write(name, lines + more + more.replace("mais", "ainda"))
    assert [post.text for post in posts(read(path, cursor_of(grown)))] == ["ainda"]


def test_a_last_line_that_was_half_written_is_read_again(write: Write) -> None:
    path = write("a.csv", CSV + "3,meta")
    cursor = cursor_of(read(path))
    write("a.csv", CSV + "3,metade,2026-11-22\n")
    assert [post.text for post in posts(read(path, cursor))] == ["metade"]


def test_a_rewritten_file_is_read_anew(write: Write) -> None:
    path = write("a.csv", CSV)
    cursor = cursor_of(read(path))
    write("a.csv", CSV.replace("oi", "OI") + "3,mais,2026-11-22\n")
    assert [post.text for post in posts(read(path, cursor))] == ["OI", "olá", "mais"]
    write("a.csv", "id,text,at\n9,novo,2026-11-20\n")
    assert [post.text for post in posts(read(path, cursor))] == ["novo"]


def test_a_reading_cut_short_goes_on_at_its_last_cursor(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["id", "text", "at"])
        writer.writerows([number, f"t{number}", "2026-11-20"] for number in range(STRIDE * 2 + 10))
    before, cursor = [], None
    for event in crawl(settings(path), {}, politeness=MANNERS, now=NOW):
        if isinstance(event, Cursor):
            cursor = event.state
            break
        before.append(event)
    after = posts(read(path, cursor))
    assert len(before) == STRIDE
    assert [post.external_id for post in before + after] == [str(n) for n in range(STRIDE * 2 + 10)]


def test_nonsense_in_a_cursor_reads_from_the_start(write: Write) -> None:
    path = write("a.csv", CSV)
    for cursor in ({"files": 3}, {"files": {str(path): {"size": 1}}}, {"other": 1}):
        assert len(posts(read(path, cursor))) == 2


def test_a_preview_shows_the_first_rows_and_remembers_nothing(write: Write) -> None:
    path = write("a.csv", CSV + "3,oi,never\n4,oi,2026-11-20\n")
    seen = preview(settings(path), politeness=MANNERS, now=NOW, limit=3)
    assert [type(one) for one in seen] == [Post, Post, Rejected]
