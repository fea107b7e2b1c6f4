"""A page as a connector meets it: parsed JSON, or text, with what was asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

from crawlers.pages import Found, Response
from crawlers.reading.item import Item, Step
from domain.errors import SourceMalformed


class Page:
    """The answer to one request. Its body is parsed when first looked at."""

    def __init__(self, response: Response) -> None:
        self.response, self.url = response, response.url
        self.context: Mapping[str, Any] = response.context
        self.number = int(self.context.get("number", 1))

    @cached_property
    def data(self) -> Any:
        """The body as JSON; raises SourceMalformed for what is none."""
        try:
            return json.loads(self.response.body)
        except (ValueError, RecursionError) as error:
            raise SourceMalformed(f"not JSON: {str(error)[:200]}", where=self.url) from error

    @cached_property
    def html(self) -> str:
        """The body as text, in the encoding that it declares."""
        from w3lib.encoding import html_to_unicode

        return str(
            html_to_unicode(self.response.headers.get("content-type"), self.response.body)[1]
        )

    @property
    def item(self) -> Item:
        """The whole body as one object; raises SourceMalformed where it is none."""
        if not isinstance(self.data, dict):
            raise SourceMalformed("not an object", where=self.url)
        return Item(self.data, self.url)

    def items(self, *path: Step) -> list[Item]:
        """The objects of the list at a path, or of a body that is a list.

        A null is an empty list; raises SourceMalformed where there is no list at all.
        """
        whole = Item(self.data, self.url)
        above = whole.get(*path[:-1])
        if path and isinstance(above, dict) and above.get(str(path[-1]), ...) is None:
            return []
        if not isinstance(whole.get(*path), list):
            where = ".".join(map(str, path)) or "the answer"
            raise SourceMalformed(f"{where} is no list", where=self.url)
        return whole.items(*path)


Reader = Callable[[Page], Iterator[Found]]
