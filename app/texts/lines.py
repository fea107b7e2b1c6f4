"""JSON Lines in: a text a line, read as they come; a bad line is told and passed over."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from queue import Empty, Queue
from threading import Thread
from typing import Any, BinaryIO

LONGEST_LINE = 4_000_000
"""Bytes of a line; what is longer is no post."""
_MOST = 1_024
_MOST_CHARACTERS = 2_000_000


@dataclass(frozen=True, slots=True)
class Line:
    """One line that could be read: its number, from 1, and its object."""

    number: int
    id: str | int
    text: str
    more: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BadLine:
    """One line that could not, and why."""

    number: int
    id: Any
    message: str

    @property
    def told(self) -> dict[str, Any]:
        """As it is written out, in its place."""
        error = {"line": self.number, "code": "bad_line", "message": self.message}
        return {"id": self.id, "error": error}


def chunks(stream: BinaryIO) -> Iterator[list[Line | BadLine]]:
    """What has come by now, at least one line and never more than a bounded lot.

    A thread reads ahead, so that a slow writer gets each answer at once, and a fast one
    gets the speed of batches.
    """
    queue: Queue[Line | BadLine | None] = Queue(_MOST)
    Thread(target=_fill, args=(stream, queue), daemon=True).start()
    while (first := queue.get()) is not None:
        chunk, ended = _waiting(first, queue)
        yield chunk
        if ended:
            return


def _waiting(
    first: Line | BadLine, queue: Queue[Line | BadLine | None]
) -> tuple[list[Line | BadLine], bool]:
    chunk, characters = [first], _size(first)
    while len(chunk) < _MOST and characters < _MOST_CHARACTERS:
        try:
            line = queue.get_nowait()
        except Empty:
            break
        if line is None:
            return chunk, True
        chunk.append(line)
        characters += _size(line)
    return chunk, False


def _size(line: Line | BadLine) -> int:
    return len(line.text) if isinstance(line, Line) else 0


def _fill(stream: BinaryIO, queue: Queue[Line | BadLine | None]) -> None:
    number = 0
    while raw := stream.readline(LONGEST_LINE + 1):
        number += 1
        if len(raw) > LONGEST_LINE:
            while raw and not raw.endswith(b"\n"):
                raw = stream.readline(LONGEST_LINE)
            queue.put(BadLine(number, None, f"longer than {LONGEST_LINE:,} bytes"))
        elif raw.strip():
            queue.put(_parsed(raw, number))
    queue.put(None)


def _parsed(raw: bytes, number: int) -> Line | BadLine:
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError) as error:
        return BadLine(number, None, f"not JSON: {error}")
    if not isinstance(value, dict):
        return BadLine(number, None, 'not an object: write {"id": …, "text": …}')
    given = value.get("id")
    if isinstance(given, bool) or not isinstance(given, (str, int)):
        return BadLine(number, None, '"id" must be a text or a whole number')
    if not isinstance(value.get("text"), str):
        return BadLine(number, given, '"text" must be a text')
    return Line(number, given, value["text"], value)


def as_json(told: Mapping[str, Any]) -> str:
    """One line of JSON."""
    return json.dumps(told, ensure_ascii=False).encode("utf-8", "replace").decode()


def as_row(told: Mapping[str, Any], columns: Sequence[str]) -> str:
    """One line for a person: the id, then these columns, or what was wrong."""
    if "error" in told:
        return f"{told['id']!s:<16} ! line {told['error']['line']}: {told['error']['message']}"
    return f"{told['id']!s:<16} " + "  ".join(columns)
