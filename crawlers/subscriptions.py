"""Lists of places that other programs keep: OPML, CSV, or one address a line."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from domain.errors import SourceMalformed, SourceUnreachable

_LARGEST = 16 * 1024 * 1024
_ADDRESS = ("url", "xmlurl", "address", "link", "feed", "source", "site")
_OWN = ("name", "brand", "language", "every")


@dataclass(frozen=True, slots=True)
class Subscription:
    """A place to read, and what the list says of it: name, brand, language, every."""

    text: str
    more: dict[str, str] = field(default_factory=dict)


def subscriptions(path: Path) -> list[Subscription]:
    """The places of a list, each once; raises SourceError where the file cannot be read."""
    try:
        raw = path.read_bytes()[: _LARGEST + 1]
    except OSError as error:
        what = error.strerror or str(error)
        raise SourceUnreachable(what, where=str(path), todo="check the path") from error
    if len(raw) > _LARGEST:
        raise SourceMalformed("over 16 MiB is no list of places", where=str(path))
    is_outline = raw.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    found = _outlines(raw, path) if is_outline else _rows(raw.decode("utf-8-sig", "replace"))
    return list({one.text: one for one in found}.values())


def _outlines(raw: bytes, path: Path) -> Iterator[Subscription]:
    try:
        root = fromstring(raw, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        todo = "export the list again as OPML, or give a CSV with a column url"
        raise SourceMalformed(f"not OPML: {error}", where=str(path), todo=todo) from error
    for outline in root.iter("outline"):
        address = outline.get("xmlUrl") or outline.get("htmlUrl") or outline.get("url")
        if address:
            yield Subscription(address.strip())


def _rows(text: str) -> Iterator[Subscription]:
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    comma = ";" if lines and lines[0].count(";") > lines[0].count(",") else ","
    rows = list(csv.reader(lines, delimiter=comma))
    head = [cell.strip().casefold() for cell in rows[0]] if rows else []
    column = next((head.index(name) for name in _ADDRESS if name in head), None)
    for row in rows if column is None else rows[1:]:
        cells = [cell.strip() for cell in row]
        address = cells[column or 0] if len(cells) > (column or 0) else ""
        own = zip(head, cells, strict=False) if column is not None else ()
        if address:
            yield Subscription(address, {key: cell for key, cell in own if key in _OWN and cell})
