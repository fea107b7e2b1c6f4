"""How the pages of a listing follow each other, where their number alone does not say."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from crawlers.reading.item import Step
from crawlers.reading.page import Page


def until_empty(*path: Step) -> Callable[[Page], Mapping[str, object] | None]:
    """Numbered pages, until one has an empty list there."""
    return lambda page: {"page": page.number + 1} if page.items(*path) else None


def while_true(*path: Step) -> Callable[[Page], Mapping[str, object] | None]:
    """Numbered pages, as long as each says so there (``has_more``)."""
    return lambda page: {"page": page.number + 1} if page.item.flag(*path) else None


def up_to(*path: Step) -> Callable[[Page], Mapping[str, object] | None]:
    """Numbered pages, as many as each says that there are (``pageCount``)."""

    def following(page: Page) -> Mapping[str, object] | None:
        last = page.item.count(*path) or 1
        return {"page": page.number + 1} if page.number < last else None

    return following


def while_linked(most: int) -> Callable[[Page], Mapping[str, object] | None]:
    """Pages of ``most`` items by their offset, as long as each links to a next one (JSON:API)."""

    def following(page: Page) -> Mapping[str, object] | None:
        more = page.item.text("links", "next")
        return {"page[offset]": most * page.number} if more else None

    return following
