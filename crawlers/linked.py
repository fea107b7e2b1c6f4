"""Structured data in a page: JSON-LD block by block, and microdata, as plain nodes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Node = dict[str, Any]
DEEPEST = 40
MOST_NODES = 20_000
MOST_ITEMS = 1_000  # microdata takes a time that grows with their square
_AROUND = re.compile(
    r"^\s*(?:<!--|/\*\s*<!\[CDATA\[\s*\*/|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*.*?\*/)"
    r"|(?:(?://\s*)?-->|/\*\s*\]\]>\s*\*/|//\s*\]\]>|\]\]>|;)\s*$",
    re.DOTALL,
)
_SCRIPT = re.compile("<script", re.IGNORECASE)
_SCRIPT_END = re.compile("</script", re.IGNORECASE)
_LAST_COMMA = re.compile(r",(\s*[}\]])")


@dataclass(frozen=True, slots=True)
class BadBlock:
    """A JSON-LD block that nothing can be made of."""

    detail: str
    raw: str


def json_ld(html: str) -> Iterator[Any | BadBlock]:
    """What each JSON-LD block of a page holds; a broken one does not spoil the others.

    Scripts are cut out of the text, unparsed: a tree of a hostile page takes hours to build.
    """
    position = 0
    while (start := _SCRIPT.search(html, position)) is not None:
        opened = html.find(">", start.end())
        closed = _SCRIPT_END.search(html, opened) if opened >= 0 else None
        if closed is None:
            return
        position = closed.end()
        text = html[opened + 1 : closed.start()]
        if "ld+json" in html[start.end() : opened].lower() and text.strip():
            yield _loaded(text)


def _loaded(text: str) -> Any | BadBlock:
    cleaned = text.replace("\ufeff", "")
    for _ in range(3):  # comments stand within comments
        cleaned = _AROUND.sub("", cleaned).strip()
    try:
        return json.loads(cleaned, strict=False)
    except RecursionError as error:
        return BadBlock(str(error), text[:2000])
    except ValueError as error:
        problem = str(error)
    try:
        return json.loads(_LAST_COMMA.sub(r"\1", cleaned), strict=False)
    except (ValueError, RecursionError):
        return BadBlock(problem, text[:2000])


def microdata(html: str, url: str) -> list[Node]:
    """The microdata items of a page, in the shape of JSON-LD."""
    if not 0 < html.lower().count("itemscope") <= MOST_ITEMS:
        return []
    # Imported here: it takes a second, and few pages have microdata.
    from extruct.w3cmicrodata import MicrodataExtractor

    return [_as_node(item) for item in MicrodataExtractor().extract(html, base_url=url)]


def _as_node(item: Any, depth: int = 0) -> Any:
    if isinstance(item, list):
        return [_as_node(one, depth + 1) for one in item]
    if not isinstance(item, dict) or depth > DEEPEST:
        return item
    node = {key: _as_node(value, depth + 1) for key, value in item.get("properties", {}).items()}
    named = {"@type": item.get("type", ""), "@id": item.get("id")}
    return {**node, **{key: value for key, value in named.items() if value}}


def types_of(node: Node) -> set[str]:
    """A node's types, without the vocabulary's address."""
    return {str(one).rpartition("/")[2].rpartition(":")[2] for one in listed(node.get("@type"))}


def listed(value: Any) -> list[Any]:
    """A value that may be missing, single or a list, as a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


class Graph:
    """The nodes of a page, with their references to each other followed."""

    def __init__(self, roots: list[Any]) -> None:
        self.roots = roots
        self._named: dict[str, Node] = {}
        self._count = 0
        self._index(roots, 0)

    def follow(self, value: Any) -> Any:
        """The node that a bare ``{"@id": ...}`` means, or the value itself."""
        if isinstance(value, dict) and set(value) <= {"@id", "@type"}:
            return self._named.get(str(value.get("@id")), value)
        return value

    def one(self, node: Node, *names: str) -> Any:
        """The first value of the first property that a node has."""
        for name in names:
            for value in listed(node.get(name)):
                if value not in (None, "", {}):
                    return self.follow(value)
        return None

    def text(self, node: Node, *names: str) -> str:
        """The same as text: a thing stands for its name."""
        value = self.one(node, *names)
        if isinstance(value, dict):
            value = value.get("@value") or self.one(value, "name", "@id")
        return str(value).strip() if isinstance(value, str | int | float) else ""

    def _index(self, value: Any, depth: int) -> None:
        self._count += 1
        if depth > DEEPEST or self._count > MOST_NODES:
            return
        if isinstance(value, dict):
            if "@id" in value and len(value) > 2:
                self._named.setdefault(str(value["@id"]), value)
            value = list(value.values())
        for one in value if isinstance(value, list) else ():
            self._index(one, depth + 1)
