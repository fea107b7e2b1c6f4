"""Atom written as Apple writes it in JSON: every element is an object with a ``label``."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from crawlers.reading.item import Item
from domain.errors import SourceMalformed

_APPLE = "{http://itunes.apple.com/rss}"


def entries_of_xml(body: bytes, where: str) -> list[Item]:
    """The entries of a feed in the shape of the JSON; raises SourceMalformed for none."""
    try:
        root = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise SourceMalformed(f"not a feed: {error}", where=where) from error
    return [Item(_labelled(one), where) for one in root if _name(one) == "entry"]


def entries_of_json(feed: Item) -> list[Item]:
    """The entries of a feed as JSON, where a single one stands without its list."""
    single = feed.item("feed", "entry")
    return [single] if single.value else feed.items("feed", "entry")


def _labelled(element: Element) -> dict[str, Any]:
    found: dict[str, Any] = {"label": (element.text or "").strip()}
    for child in element:
        if child.get("type") != "html":  # the same words again, in a table
            found.setdefault(_name(child), _labelled(child))
    return found


def _name(element: Element) -> str:
    name = element.tag.rpartition("}")[2]
    return f"im:{name}" if element.tag.startswith(_APPLE) else name
