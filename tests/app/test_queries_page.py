"""Every example on the page of the query language is read, and finds what the page says."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.posts import Post, PostKind
from nlp.queries.matcher import Matcher
from nlp.queries.reader import read

PAGE = (Path(__file__).resolve().parents[2] / "docs/queries.md").read_text("utf-8")
FINDS = re.findall(r"`([^`]+)` finds ((?:“[^”]+”(?: and )?)+)", PAGE)
ASKED = [row.split("|")[3].strip() for row in PAGE.splitlines() if row.startswith("| `")]


@pytest.mark.parametrize(("query", "texts"), FINDS)
def test_what_the_page_finds_is_found(query: str, texts: str) -> None:
    matcher = Matcher({"it": read(query)})
    for text in re.findall("“([^”]+)”", texts):
        at = datetime(2026, 3, 2, tzinfo=UTC)
        post = Post("forum", "1", PostKind.POST, text, at, language="pt")
        assert matcher.match(post) == ["it"], text


@pytest.mark.parametrize("cell", ASKED)
def test_every_example_is_read(cell: str) -> None:
    assert read(re.findall("`([^`]+)`", cell)[0])


def test_the_page_has_its_examples() -> None:
    assert len(FINDS) >= 9
    assert len(ASKED) >= 14
