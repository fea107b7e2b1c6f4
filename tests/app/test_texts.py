"""Texts from standard input: read as they come, a bad line told in its place."""

import io
import json
import os
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.texts.analysing import analysed, columns
from app.texts.labelling import labelled, read_examples
from app.texts.lines import LONGEST_LINE, BadLine, Line, as_json, as_row, chunks
from domain.analyses import Analysis, Polarity, Sentiment
from domain.errors import SettingsError
from domain.posts import Post, PostKind, Rejected

NOW = datetime(2026, 5, 1, tzinfo=UTC)


class Reader:
    """Stands for a crew: notes what it was given, and cannot read what says poison."""

    version = "v"

    def __init__(self) -> None:
        self.posts: list[Post] = []

    def analyse(self, posts: Iterable[Post], now: datetime) -> Iterator[Analysis | Rejected]:
        for post in posts:
            self.posts.append(post)
            if post.text == "poison":
                yield Rejected("stdin", "crashed", "x", "it died")
            else:
                feeling = Sentiment(Polarity.NEUTRAL, 0.0, 0.4)
                yield Analysis(post.id, "pt", feeling, (), (), (), "v", now)


def run(*lines: str) -> tuple[list[dict[str, object]], list[Post]]:
    reader = Reader()
    stream = io.BytesIO("\n".join(lines).encode())
    return list(analysed(stream, reader, NOW)), reader.posts


def test_a_bad_line_is_told_in_its_place_and_the_work_goes_on() -> None:
    told, posts = run(
        '{"id": "a", "text": "um"}',
        "nonsense",
        "",
        "[1]",
        '{"id": 5}',
        '{"text": "x"}',
        '{"id": 7, "text": "poison"}',
        '{"id": 8, "text": "x", "rating": 9}',
        '{"id": 9, "text": "dois"}',
    )
    assert [one["id"] for one in told] == ["a", None, None, 5, None, 7, 8, 9]
    errors = [one.get("error") for one in told]
    lines = [error["line"] for error in errors if isinstance(error, dict)]
    assert lines == [2, 4, 5, 6, 7, 8]
    assert [post.text for post in posts] == ["um", "poison", "dois"]


def test_the_keys_promised_are_there_in_order() -> None:
    (told,), _ = run('{"id": 1, "text": "um"}')
    promised = [
        "id",
        "language",
        "sentiment",
        "aspects",
        "stage",
        "intents",
        "severity",
        "evidence",
    ]
    assert list(told)[: len(promised)] == promised
    assert told["sentiment"] == {
        "polarity": "neutral",
        "score": 0.0,
        "confidence": 0.4,
        "abstain": True,
    }
    page = Path(__file__).parents[2] / "docs" / "analyse.md"
    named = set(re.findall(r"^\| `(\w+)`", page.read_text("utf-8"), re.MULTILINE))
    assert set(told) <= named


def test_what_is_known_of_a_text_is_used() -> None:
    line = {
        "id": 1,
        "text": "x",
        "source": "forum",
        "lang": "pt-PT",
        "author": "ana",
        "parent": 9,
        "rating": {"value": 8, "best": 10, "worst": 0},
    }
    _, (post,) = run(json.dumps(line))
    assert (post.source, post.language, post.kind, post.parent) == (
        "forum",
        "pt-PT",
        PostKind.REPLY,
        "9",
    )
    assert post.author is not None
    assert post.author.handle == "ana"
    assert post.rating is not None
    assert post.rating.share == 0.8


@pytest.mark.timeout(20)
def test_answers_come_before_the_input_ends() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as stream, os.fdopen(writing, "wb") as out:
        answers = analysed(stream, Reader(), NOW)
        for number in range(3):
            out.write(json.dumps({"id": number, "text": "x"}).encode() + b"\n")
            out.flush()
            assert next(answers)["id"] == number


def test_a_line_too_long_is_passed_over() -> None:
    stream = io.BytesIO(b"x" * (LONGEST_LINE + 10) + b'\n{"id": 1, "text": "um"}\n')
    found = [line for chunk in chunks(stream) for line in chunk]
    assert isinstance(found[0], BadLine)
    assert isinstance(found[1], Line)


def test_a_person_gets_columns() -> None:
    told, _ = run('{"id": "a", "text": "um"}', "nonsense")
    rows = [as_row(one, columns(one)) for one in told]
    assert "unsure" in rows[0]
    assert "line 2" in rows[1]


def test_half_a_character_can_be_written() -> None:
    assert as_json({"id": "\ud83d"}).encode()


def test_labels_by_examples_and_by_their_words(tmp_path: Path) -> None:
    file = tmp_path / "examples.csv"
    file.write_text(
        "text,label\nmeu pedido não chegou,entrega\no pacote está atrasado,entrega\n"
        "cobraram duas vezes,fatura\na conta veio errada,fatura\n"
    )
    labels = ["entrega", "fatura"]
    line = b'{"id": 1, "text": "the parcel is late"}\nbad\n{"id": 2, "text": "I was overcharged"}\n'
    taught = list(labelled(io.BytesIO(line), labels, read_examples(file, labels)))
    assert [one.get("label") for one in taught] == ["entrega", None, "fatura"]
    assert sum(taught[0]["scores"].values()) == pytest.approx(1, abs=1e-3)
    words = ["late delivery", "wrong invoice"]
    plain = list(labelled(io.BytesIO(line), words, []))
    assert [one.get("label") for one in plain] == ["late delivery", None, "wrong invoice"]


def test_an_example_with_an_unknown_label_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "examples.jsonl"
    file.write_text('{"text": "x", "label": "moon"}\n')
    with pytest.raises(SettingsError, match="row 1"):
        read_examples(file, ["sun"])
