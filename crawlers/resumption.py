"""Where the reading of a file stands, so that nothing is read twice."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

_BLOCK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class FileState:
    """A file as it was, how many of its rows were read, and by which settings.

    ``checksum`` is the CRC-32 of its first ``size`` bytes: a file that still begins with
    them has only grown. ``settings`` is a digest: other settings read it anew.
    """

    size: int
    modified: int
    checksum: int
    settings: str
    rows: int = 0
    done: bool = False

    @classmethod
    def all_of(cls, cursor: Mapping[str, object]) -> dict[str, FileState]:
        """The states that a cursor holds, by path; what is not one is left out."""
        files = cursor.get("files")
        states = {}
        for path, state in (files if isinstance(files, Mapping) else {}).items():
            try:
                states[path] = cls(**state)
            except TypeError:
                continue
        return states

    @classmethod
    def now(cls, path: Path, settings: str, before: FileState | None) -> FileState:
        """How the file stands now, given how it was left before."""
        stat = path.stat()
        digest = hashlib.sha256(settings.encode()).hexdigest()[:16]
        if before is not None and before.settings == digest:
            if (before.size, before.modified) == (stat.st_size, stat.st_mtime_ns):
                return before
            if before.size <= stat.st_size and _checksum(path, before.size) == before.checksum:
                rows = before.rows
                whole = _checksum(path, stat.st_size)
                return cls(stat.st_size, stat.st_mtime_ns, whole, digest, rows)
        return cls(stat.st_size, stat.st_mtime_ns, _checksum(path, stat.st_size), digest)

    def at(self, rows: int) -> FileState:
        """The state after so many rows."""
        return replace(self, rows=rows)

    def at_end(self, path: Path, rows: int) -> FileState:
        """The state at the end; a last line without its line feed may still grow."""
        complete = self.size == 0 or _last_byte(path, self.size) == b"\n"
        return replace(self, rows=rows if complete else max(rows - 1, 0), done=True)

    def as_json(self) -> dict[str, object]:
        """The state as JSON values."""
        return asdict(self)


def _checksum(path: Path, size: int) -> int:
    checksum, left = 0, size
    with path.open("rb") as stream:
        while left > 0 and (block := stream.read(min(left, _BLOCK))):
            checksum = zlib.crc32(block, checksum)
            left -= len(block)
    return checksum


def _last_byte(path: Path, size: int) -> bytes:
    with path.open("rb") as stream:
        stream.seek(size - 1)
        return stream.read(1)
