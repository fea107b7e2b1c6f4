"""Lines of text out of a file, whatever its encoding, plain or gzipped."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, cast

LONGEST_LINE = 16 * 1024 * 1024


def opened(path: Path) -> BinaryIO:
    """The file's bytes, unzipped where it is gzipped."""
    stream = path.open("rb")
    if stream.read(2) == b"\x1f\x8b":
        stream.close()
        return cast(BinaryIO, gzip.open(path, "rb"))
    stream.seek(0)
    return stream


def lines(stream: BinaryIO, encoding: str | None) -> Iterator[str]:
    """The lines as text. Without a named encoding, UTF-8, and cp1252 where that fails."""
    start = stream.readline(LONGEST_LINE)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or (encoding or "").startswith("utf-16"):
        stream.seek(0)
        yield from _wide_lines(stream, encoding or "utf-16")
        return
    start = start.removeprefix(b"\xef\xbb\xbf")
    while start:
        yield _decoded(start, encoding)
        start = stream.readline(LONGEST_LINE)


def _wide_lines(stream: BinaryIO, encoding: str) -> Iterator[str]:
    text = io.TextIOWrapper(stream, encoding, errors="replace", newline="")
    try:
        yield from text
    finally:
        # The stream is closed by whoever opened it, which may have happened already.
        with suppress(ValueError):
            text.detach()


def _decoded(line: bytes, encoding: str | None) -> str:
    if encoding is not None:
        return line.decode(encoding, "replace")
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")
