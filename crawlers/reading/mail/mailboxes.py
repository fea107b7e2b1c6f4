"""The letters of a mailbox in mbox format, one after the other, whatever its size."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime

from crawlers.reading.mail.letters import LARGEST
from domain.errors import SourceMalformed

LARGEST_BOX = 64 * 1024 * 1024  # bytes, unpacked, of what the web gives at once

_START = re.compile(rb"From .*\d{4}\s*$|From .*\d{1,2}:\d{2}")
_ESCAPED = re.compile(rb">+From ")


def letters_of(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Each letter's bytes, cut off where they grow beyond all reason.

    A letter begins at a line ``From …`` with a time, at the beginning or after an empty one.
    """
    letter: list[bytes] | None = None
    size, empty = 0, True
    for line in lines:
        if empty and line.startswith(b"From ") and _START.match(line):
            if letter:
                yield b"".join(letter)
            letter, size = [], 0
        elif letter is not None and size < LARGEST:
            letter.append(line[1:] if _ESCAPED.match(line) else line)
            size += len(line)
        empty = not line.strip()
    if letter:
        yield b"".join(letter)


def unpacked(body: bytes, where: str) -> list[bytes]:
    """The lines of a mailbox as it was sent, plain or gzipped."""
    if body.startswith(b"\x1f\x8b"):
        try:
            body = zlib.decompressobj(31).decompress(body, LARGEST_BOX + 1)
        except zlib.error as error:
            raise SourceMalformed(f"a broken gzip: {error}", where=where) from error
        if len(body) > LARGEST_BOX:
            raise SourceMalformed(f"unpacks to more than {LARGEST_BOX} bytes", where=where)
    return body.splitlines(keepends=True)


def months_back(now: datetime, count: int) -> Iterator[tuple[str, str]]:
    """The first days of so many months and of those after them, the latest month first."""
    year, month = now.year, now.month
    for _ in range(count):
        following = (year + month // 12, month % 12 + 1)
        yield f"{year:04}-{month:02}-01", f"{following[0]:04}-{following[1]:02}-01"
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
