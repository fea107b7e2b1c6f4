"""Files: formats, encodings, mappings."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from pyarrow import parquet
from pydantic import ValidationError

from crawlers import postline
from domain.people import Author
from domain.posts import CrawlOutcome, CrawlReport, Post, PostKind, Rating
from tests.crawlers.sources.files import (
    CSV,
    NOW,
    RECORDINGS,
    SIMPLE,
    Write,
    posts,
    read,
    refused,
    settings,
)


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
