"""The child process of a crawl: ``python -m crawlers.child``.

An order as JSON comes in on stdin; events as JSON lines go out on stdout; logs go to
stderr. It ends itself when its time is over or nobody reads any more.
"""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import sys
from typing import TextIO

from crawlers import eventline
from crawlers.listening import Listening, listen
from crawlers.order import Order
from crawlers.politeness.errors import FetchError
from crawlers.politeness.gate import Gate
from crawlers.politeness.settings import PolitenessSettings
from crawlers.registry import NETWORK
from crawlers.sources.source import Source
from crawlers.tally import Tally
from domain.errors import SourceUnreachable
from domain.posts import CrawlEvent

MEMORY = 3 * 1024**3  # bytes of address space: a page that blows up ends here


def main() -> None:
    """Reads the order, does it, and ends with the report."""
    out = _private_stdout()
    order = Order.model_validate_json(sys.stdin.buffer.read())
    _limit(order.politeness.deadline)
    tally = Tally(order.source.name, order.now)
    source = NETWORK[order.source.kind](order.source, order.cursor, order.now)

    def emit(event: CrawlEvent) -> None:
        try:
            out.write(eventline.write(event))
            out.flush()
        except BrokenPipeError:  # nobody reads any more: not even clearing up is worth while
            os._exit(1)

    if isinstance(source, Listening):
        asyncio.run(listen(source, order.politeness, tally, emit, only_look=order.probe))
    elif order.probe:
        asyncio.run(_probe(source, order.politeness, tally))
    else:
        from crawlers.spider import walk

        walk(source, order, tally, emit)
    emit(tally.report())


def _private_stdout() -> TextIO:
    """Stdout for events alone: whatever else prints goes to stderr."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return out


def _limit(deadline: float) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(int(deadline) + 30)


async def _probe(source: Source, politeness: PolitenessSettings, tally: Tally) -> None:
    """Asks for the first page, no more."""
    gate = Gate(politeness)
    try:
        first = next(iter(source.requests()))
        response = await gate.fetch(first.url, first.headers, first.body)
        if response.status >= 400 and first.otherwise is None:
            problem = SourceUnreachable(f"HTTP {response.status}", where=first.url)
            tally.fail(f"http_{response.status}", problem)
    except FetchError as error:
        tally.refuse(error)
    finally:
        tally.requests = gate.requests
        await gate.close()


if __name__ == "__main__":
    main()
