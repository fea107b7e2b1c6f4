"""The spider: a reader that breaks costs its page, wherever it breaks."""

from collections.abc import Iterator
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from crawlers.order import Order
from crawlers.pages import Found, Request, Response
from crawlers.settings import PolitenessSettings
from crawlers.sources.schema_org import SchemaOrgSettings
from crawlers.spider import _OUR_REQUEST, _OUR_RESPONSE, SourceSpider
from crawlers.tally import Tally
from domain.posts import CrawlOutcome, Rejected

PAGE = "https://loja.example/a"


def at_once(page: object) -> Iterator[Found]:
    raise KeyError("no such thing")


def later(page: object) -> Iterator[Found]:
    at_once(page)
    yield from ()


@pytest.mark.parametrize("reader", [at_once, later])
@pytest.mark.parametrize("status", [200, 404])
def test_a_reader_that_breaks_is_told(reader: Any, status: int, now: datetime) -> None:
    told: list[Any] = []
    source = SchemaOrgSettings(kind="schema_org", name="loja", pages=(PAGE,))
    order = Order(source=source, cursor={}, politeness=PolitenessSettings(), now=now)
    reads: Any = SimpleNamespace(cursor=dict)
    spider = SourceSpider(reads, order, Tally("loja", now), told.append)
    asked = {_OUR_REQUEST: Request(PAGE, reader, otherwise=reader)}
    answered: Any = SimpleNamespace(
        meta=asked | {_OUR_RESPONSE: Response(PAGE, status, {}, b"")},
        request=SimpleNamespace(meta=asked, priority=0),
    )
    assert list(spider._answered(answered)) == []
    assert [(type(one), one.code) for one in told] == [(Rejected, "unreadable_page")]
    assert spider.tally.report().outcome is CrawlOutcome.FAILED
