"""Files: formats, encodings, mappings, errors line by line, and going on where one stopped."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from pyarrow import parquet
from pydantic import ValidationError

from crawlers import postline
from crawlers.crawl import crawl, preview, probe
from crawlers.filereading import STRIDE
from crawlers.settings import PolitenessSettings
from crawlers.sources.file import FileSettings
from domain.people import Author
from domain.posts import CrawlOutcome, CrawlReport, Cursor, Post, PostKind, Rating, Rejected

RECORDINGS = Path(__file__).parents[1] / "recordings" / "file"
MANNERS = PolitenessSettings()
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SIMPLE = {"external_id": "id", "text": "text", "created_at": "at"}


def settings(path: Path | str, **given: Any) -> FileSettings:
    if given.get("format") != "posts":
        given.setdefault("mapping", SIMPLE)
    files = {"path": str(path), **given}
    return FileSettings.model_validate({"kind": "file", "name": "export", "files": [files]})


def read(path: Path | str, cursor: Any = None, **given: Any) -> list[Any]:
    return list(crawl(settings(path, **given), cursor or {}, politeness=MANNERS, now=NOW))


def posts(events: list[Any]) -> list[Post]:
    return [event for event in events if isinstance(event, Post)]


def refused(events: list[Any]) -> list[tuple[str, str]]:
    return [
        (event.code, event.where.rpartition(":")[2])
        for event in events
        if isinstance(event, Rejected)
    ]


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def to(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        content = content.encode() if isinstance(content, str) else content
        path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
        return path

    return to


Write = Callable[..., Path]


def test_a_recorded_export_by_mapping_alone() -> None:
    mapping = {
        "external_id": "pedido-{codigo}",
        "created_at": "data",
        "title": "titulo",
        "text": "relato",
        "rating": "nota",
        "author": "cliente",
        "labels": {"grade": "nota"},
    }
    events = read(
        RECORDINGS / "reviews.csv",
        mapping=mapping,
        default_kind="review",
        day_first=True,
        time_zone="America/Sao_Paulo",
    )
    first, second = posts(events)
    assert first == Post(
        source="export",
        external_id="pedido-A1",
        kind=PostKind.REVIEW,
        text='Disse "amanhã" e não veio.\nEspero ainda.',
        created_at=datetime(2026, 11, 3, 11, 15, tzinfo=UTC),
        author=Author("export", "c-77"),
        title="Atrasou",
        rating=Rating(2),
        labels={"grade": "2"},
        fetched_at=NOW,
    )
    assert second.author is None
    assert isinstance(events[-1], CrawlReport)
    assert (events[-1].outcome, events[-1].posts) == (CrawlOutcome.OK, 2)


CSV = "id,text,at\n1,oi,2026-11-20\n2,olá,2026-11-21\n"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", CSV),
        ("a.csv.gz", CSV),
        ("a.tsv", CSV.replace(",", "\t")),
        ("a.csv", CSV.replace(",", ";")),
        ("a.csv", CSV.replace(",", "|")),
        ("a.csv", CSV.replace("\n", "\r\n")),
        ("a.csv", b"\xef\xbb\xbf" + CSV.encode()),
        ("a.csv", CSV.encode("cp1252")),
        ("a.csv", CSV.encode("utf-16")),
        ("a.csv", CSV.removesuffix("\n")),
        ("a.csv", "\n".join(f'"{line}"'.replace(",", '","') for line in CSV.split())),
        ("a.jsonl", "\n".join(
            json.dumps(dict(zip(("id", "text", "at"), line.split(","), strict=True)))
            for line in CSV.split()[1:]
        )),
        ("a.xml", '<?xml version="1.0"?><rows><row id="1" text="oi" at="2026-11-20"/>'
                  '<row id="2" text="ol&#225;" at="2026-11-21"/></rows>'),
        ("a.xml.gz", '<rows><row id="1" text="oi" at="2026-11-20"/>'
                     '<row id="2" text="olá" at="2026-11-21"/></rows>'),
    ],
)  # fmt: skip
def test_formats_and_encodings(name: str, content: str | bytes, write: Write) -> None:
    found = posts(read(write(name, content)))
    assert [(post.external_id, post.text) for post in found] == [("1", "oi"), ("2", "olá")]
    assert found[1].created_at == datetime(2026, 11, 21, tzinfo=UTC)


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    table = pyarrow.table(
        {
            "id": [1, 2],
            "text": ["oi", "olá"],
            "at": [datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 21, tzinfo=UTC)],
            "likes": [3.0, None],
        }
    )
    parquet.write_table(table, tmp_path / "a.parquet")
    found = posts(read(tmp_path / "a.parquet", mapping={**SIMPLE, "likes": "likes"}))
    assert [(post.external_id, post.engagement.likes) for post in found] == [("1", 3), ("2", None)]
    assert found[0].created_at == datetime(2026, 11, 20, tzinfo=UTC)


def test_nested_json_has_dotted_columns(write: Write) -> None:
    line = {"post": {"id": 7, "by": {"name": "Ana"}}, "text": "oi", "at": 1773561490, "q": ["a", 2]}
    mapping = {"external_id": "post.id", "author_name": "post.by.name", "text": "text",
               "created_at": "at", "quotes": "q"}  # fmt: skip
    (post,) = posts(read(write("a.jsonl", json.dumps(line)), mapping=mapping))
    assert (post.external_id, post.author, post.quotes) == (
        "7",
        Author("export", "Ana", "Ana"),
        ("a", "2"),
    )


def test_templates_columns_and_kinds(write: Write) -> None:
    path = write(
        "Posts.xml",
        '<posts><row Id="1" Type="1" Accepted="2" Body="&lt;p&gt;Como?&lt;/p&gt;" At="2026-01-01"'
        ' Title="Troca" Views="10" Score="-2"/>'
        '<row Id="2" Type="2" Parent="1" By="9" At="2026-01-02"'
        ' Body="&lt;blockquote&gt;Como?&lt;/blockquote&gt;Assim."/>'
        '<row Id="3" Type="5" Body="wiki" At="2026-01-03"/>'
        '<row Id="4" Type="8" Body="?" At="2026-01-03"/></posts>',
    )
    events = read(
        path,
        html=True,
        kinds={"1": "question", "2": "answer", "5": "skip"},
        mapping={
            "external_id": "post-{Id}",
            "kind": "Type",
            "text": "Body",
            "title": "Title",
            "created_at": "At",
            "parent": "post-{Parent}",
            "author": "user-{By}",
            "accepted_answer": "post-{Accepted}",
            "views": "Views",
            "likes": "Score",
            "url": "https://example.org/q/{Id}#{Id}",
            "labels": ["Type"],
        },
    )
    question, answer = posts(events)
    assert (question.kind, question.text, question.title) == (PostKind.QUESTION, "Como?", "Troca")
    assert (question.accepted_answer, question.parent, question.author) == ("post-2", None, None)
    assert (question.engagement.views, question.engagement.likes) == (10, -2)
    assert question.url == "https://example.org/q/1#1"
    assert (answer.parent, answer.author) == ("post-1", Author("export", "user-9"))
    assert (answer.text, answer.quoted_text, answer.labels) == ("Assim.", "Como?", {"Type": "2"})
    assert refused(events) == [("unknown_kind", "4")]


def test_a_row_without_an_id_is_known_by_its_content(write: Write) -> None:
    mapping = {"text": "text", "created_at": "at"}
    once = posts(read(write("a.csv", CSV), mapping=mapping))
    again = posts(read(write("b.csv", CSV), mapping=mapping))
    assert [post.external_id for post in once] == [post.external_id for post in again]
    assert len({post.external_id for post in once}) == 2


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


def cursor_of(events: list[Any]) -> dict[str, Any]:
    state = [event for event in events if isinstance(event, Cursor)][-1].state
    return dict(json.loads(json.dumps(state)))


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


def test_boca_reads_its_own_post_lines_exactly(write: Write) -> None:
    post = Post(
        "town",
        "p1",
        PostKind.REACTION,
        "",
        datetime(2026, 11, 20, tzinfo=UTC),
        author=Author("town", "ana", followers=3),
        parent="p0",
        labels={"place": "Recife"},
    )
    other = {"external_id": "p2", "kind": "post", "text": "x", "created_at": "2026-11-20T00:00:00Z"}
    lines = [json.dumps(postline.encode(post)), json.dumps(other), '{"external_id": "p3"}']
    path = write("world.jsonl", "\n".join(lines))
    for given in ({"format": "posts"}, {"mapping": None}):
        events = read(path, **given)
        first, second = posts(events)
        assert first == post
        assert second.source == "export"
        assert refused(events) == [("bad_row", "3")]


def test_a_preview_shows_the_first_rows_and_remembers_nothing(write: Write) -> None:
    path = write("a.csv", CSV + "3,oi,never\n4,oi,2026-11-20\n")
    seen = preview(settings(path), politeness=MANNERS, now=NOW, limit=3)
    assert [type(one) for one in seen] == [Post, Post, Rejected]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"format": "csv", "mapping": None}, "need a mapping"),
        ({"mapping": {"text": "a"}}, "created_at"),
        ({"mapping": {**SIMPLE, "colour": "red"}}, "colour"),
        ({"rating_scale": [5, 1]}, "worst below the best"),
        ({"time_zone": "Brasilia"}, "not a time zone"),
        ({"encoding": "latin-99"}, "not an encoding"),
        ({"kinds": {"1": "poem"}}, "kinds"),
        ({"delimiter": ";;"}, "delimiter"),
    ],
)
def test_wrong_settings_are_told(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        settings("a.csv", **given)
