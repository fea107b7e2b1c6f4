"""Pages that carry their content as marked-up data: JSON-LD or microdata."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from crawlers.linked import BadBlock, Graph, json_ld, microdata
from crawlers.reading.sites.nodes import NodeReader
from domain.posts import Post, Rejected


def posts_in(
    html: str, url: str, *, source: str, language: str | None, now: datetime
) -> Iterator[Post | Rejected]:
    """JSON-LD's, or else microdata's: sites that have both say the same twice."""

    def read(roots: list[Any]) -> list[Post | Rejected]:
        reader = NodeReader(source, language, url, Graph(roots), now)
        return list(reader.posts())

    blocks = list(json_ld(html))
    for block in blocks:
        if isinstance(block, BadBlock):
            yield Rejected(source, "bad_json_ld", url, block.detail, block.raw)
    found = read([one for one in blocks if not isinstance(one, BadBlock)])
    if not any(isinstance(one, Post) for one in found):
        found += read(microdata(html, url))
    yield from found
