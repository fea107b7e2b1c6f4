"""Rows of a file, streamed: CSV, JSONL, Parquet and XML rows, plain or gzipped.

Every reader yields :class:`Row` for what can be read and :class:`BadRow` for what cannot,
and goes on. Memory stays flat whatever the file's size.
"""

from __future__ import annotations

import csv
import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from crawlers.lines import lines, opened

LONGEST_FIELD = 4 * 1024 * 1024
_BROKEN_GZIP = (EOFError, zlib.error, gzip.BadGzipFile)
FORMATS = {
    "csv": "csv",
    "tsv": "csv",
    "txt": "csv",
    "jsonl": "jsonl",
    "ndjson": "jsonl",
    "json": "jsonl",
    "parquet": "parquet",
    "xml": "xml",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One record: the line (or row) it starts at, and its values by column."""

    line: int
    values: Mapping[str, Any]

    def raw(self) -> str:
        """The record as it would look in a JSON line."""
        return json.dumps(self.values, ensure_ascii=False, default=str)


@dataclass(frozen=True, slots=True)
class BadRow:
    """A record that cannot be read: a code, why, and its beginning."""

    line: int
    code: str
    detail: str
    raw: str = ""


def format_of(path: Path) -> str | None:
    """The format that a file's name promises; None where it promises none we know."""
    suffixes = [suffix.lower().lstrip(".") for suffix in path.suffixes]
    if suffixes and suffixes[-1] == "gz":
        suffixes.pop()
    return FORMATS.get(suffixes[-1]) if suffixes else None


def rows_of(
    path: Path, shape: str, delimiter: str | None, encoding: str | None
) -> Iterator[Row | BadRow]:
    """The rows of a file whose format is csv, jsonl, posts, parquet or xml."""
    if shape == "parquet":
        yield from _parquet_rows(path)
        return
    line = 0
    try:
        with opened(path) as stream:
            for row in _stream_rows(stream, shape, delimiter, encoding):
                line = row.line
                yield row
    except _BROKEN_GZIP as error:
        yield BadRow(line + 1, "bad_gzip", str(error))


def _stream_rows(
    stream: BinaryIO, shape: str, delimiter: str | None, encoding: str | None
) -> Iterator[Row | BadRow]:
    if shape == "csv":
        return _csv_rows(stream, delimiter, encoding)
    return _xml_rows(stream) if shape == "xml" else _json_rows(stream, encoding)


def column_names(path: Path, shape: str, delimiter: str | None, encoding: str | None) -> list[str]:
    """The columns that a CSV or Parquet file declares; none for the others."""
    if shape == "parquet":
        return _parquet_columns(path)
    if shape != "csv":
        return []
    try:
        with opened(path) as stream:
            return _csv_columns(stream, delimiter, encoding)
    except (*_BROKEN_GZIP, csv.Error):
        return []


def _csv_rows(
    stream: BinaryIO, delimiter: str | None, encoding: str | None
) -> Iterator[Row | BadRow]:
    """The rows of delimited text, its first line being the header."""
    texts = lines(stream, encoding)
    first = next(texts, "")
    if not first.strip():
        return
    csv.field_size_limit(LONGEST_FIELD)
    delimiter = delimiter or sniffed_delimiter(first)
    records = csv.reader(_chain(first, texts), delimiter=delimiter)
    try:
        header = [name.strip() for name in next(records)]
    except csv.Error as error:
        yield BadRow(1, "bad_row", str(error), first)
        return
    while True:
        line = records.line_num + 1
        try:
            record = next(records)
        except StopIteration:
            return
        except csv.Error as error:
            yield BadRow(line, "bad_row", str(error))
            continue
        if len(record) == len(header):
            yield Row(line, dict(zip(header, record, strict=True)))
        elif record:
            yield _misshapen(line, header, record, delimiter)


def _misshapen(line: int, header: list[str], record: list[str], delimiter: str) -> BadRow:
    detail = f"{len(record)} fields where the header has {len(header)}"
    return BadRow(line, "bad_row", detail, delimiter.join(record))


def sniffed_delimiter(header: str) -> str:
    """The delimiter that the header line shows most often; a comma if none."""
    return max(",;\t|", key=header.count)


def _csv_columns(stream: BinaryIO, delimiter: str | None, encoding: str | None) -> list[str]:
    """The names in the header line."""
    first = next(lines(stream, encoding), "")
    if not first.strip():
        return []
    names = next(csv.reader([first], delimiter=delimiter or sniffed_delimiter(first)))
    return [name.strip() for name in names]


def _json_rows(stream: BinaryIO, encoding: str | None) -> Iterator[Row | BadRow]:
    """The objects of JSON lines; nested ones get dotted column names."""
    for line, text in enumerate(lines(stream, encoding), start=1):
        if not text.strip():
            continue
        try:
            values = json.loads(text)
        except (ValueError, RecursionError) as error:
            yield BadRow(line, "bad_json", str(error), text)
            continue
        if isinstance(values, dict):
            yield Row(line, values)
        else:
            yield BadRow(line, "bad_json", "not an object", text)


def _parquet_columns(path: Path) -> list[str]:
    import pyarrow
    from pyarrow import parquet

    try:
        return list(parquet.read_schema(path).names)
    except (pyarrow.ArrowException, OSError):
        return []


def _parquet_rows(path: Path) -> Iterator[Row | BadRow]:
    """The rows of a Parquet file, one batch in memory at a time."""
    import pyarrow
    from pyarrow import parquet

    try:
        line = 0
        with parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=4096):
                for values in batch.to_pylist():
                    line += 1
                    yield Row(line, values)
    except (pyarrow.ArrowException, OSError) as error:
        yield BadRow(line + 1, "bad_parquet", str(error))


def _xml_rows(stream: BinaryIO) -> Iterator[Row | BadRow]:
    """The attributes of each ``<row>`` element. A broken document ends where it breaks."""
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    line = 0
    try:
        parser = iter(iterparse(stream, events=("start", "end"), forbid_dtd=True))
        _, root = next(parser)
        for event, element in parser:
            if event == "end" and element.tag == "row":
                line += 1
                yield Row(line, dict(element.attrib))
                root.clear()
    except StopIteration:
        return
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        yield BadRow(line + 1, "bad_xml", f"{type(error).__name__}: {error}")


def flat(values: Mapping[str, Any], prefix: str = "", depth: int = 0) -> dict[str, Any]:
    """Nested objects as dotted columns: ``{"a": {"b": 1}}`` is ``{"a.b": 1}``."""
    columns: dict[str, Any] = {}
    for key, value in values.items():
        if isinstance(value, dict) and depth < 8:
            columns |= flat(value, f"{prefix}{key}.", depth + 1)
        else:
            columns[f"{prefix}{key}"] = value
    return columns


def _chain(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest
