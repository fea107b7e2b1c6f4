"""What interfaces of comments, aggregators and blogs document and ordinary pages do not show."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from crawlers.pages import Request
from domain.errors import SourceForbidden, SourceUnreachable
from domain.posts import Census, Gone
from tests.crawlers.sources.places import posts_of, source
from tests.crawlers.sources.test_documented import answered


def isso(number: int, **more: Any) -> dict[str, Any]:
    told = {"id": number, "parent": None, "text": "<p>x</p>", "mode": 1, "uri": "/a"}
    return {**told, "created": 1795200000.25 - number, "modified": None, **more}


def test_isso_tells_edits_and_no_census_of_what_it_hides(now: datetime) -> None:
    (asked,) = source("isso", now).thread("/a")
    edited = isso(1, modified=1795210000.5, hidden_replies=0, replies=[])
    found = answered(asked, {"replies": [edited, isso(2)], "hidden_replies": 0})
    told = posts_of(found)
    assert told["comment-1"].edited_at is not None and told["comment-2"].edited_at is None
    assert isinstance(found[-1], Census)
    hiding = isso(1, hidden_replies=3, replies=[])
    assert not any(isinstance(one, Census) for one in answered(asked, {"replies": [hiding]}))
    assert answered(asked, "", 404) == [Gone("x", "/a"), Census("x", "/a", frozenset())]


def test_isso_is_asked_for_more_while_all_is_new(now: datetime) -> None:
    first = source("isso", now)
    (asked,) = first.requests()
    latest = [isso(number) for number in range(1, 101)]
    (*_, more) = answered(asked, latest)
    assert isinstance(more, Request) and more.url.endswith("limit=1000")
    assert len(posts_of(answered(more, latest))) == 100
    (asked,) = source("isso", now, cursor=first.cursor()).requests()
    older = isso(200, created=1795100000.0)
    assert not isinstance(answered(asked, [*latest[1:], older])[-1], Request)


def test_isso_says_what_to_do_where_nothing_is_listed(now: datetime) -> None:
    (asked,) = source("isso", now).requests()
    with pytest.raises(SourceForbidden, match="set pages"):
        answered(asked, "", 404)
    with pytest.raises(SourceUnreachable):
        answered(asked, "", 500)
