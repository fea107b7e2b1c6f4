"""The log of acts in memory-mapped blocks: a cache, read again only where it changed.

The storage is the truth. It names a mark for each block, another one after every change; a
block whose mark is as remembered is taken from its file, any other is read anew. Files are
replaced whole and told apart by a checksum, so that a process killed at any moment, a missing
folder or a damaged file costs time and nothing else.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from graph.actions import Act, ActionLog, act_columns, said_columns
from graph.columns import Flags, Ints

VERSION = 2
_MANIFEST = "manifest.json"
_ACT_WIDTH, _SAID_WIDTH = 6, 3

_NOTHING = [-1, 0, 0]

Marks = Mapping[int, int]
"""What the storage says of each block."""

Table = Ints
"""Rows of 64-bit words; times are float64 seen as words."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The log, and which of its rows were not in the snapshot before.

    ``grew`` is False where something that was there is there no more.
    """

    log: ActionLog
    new_acts: Flags
    new_said: Flags
    grew: bool


class Snapshot:
    """A folder of blocks and what is known of them."""

    def __init__(self, folder: Path, *, keeps: bool = True) -> None:
        """With ``keeps`` False it is only read: nothing of what is brought up is written."""
        self._folder, self._keeps = folder, keeps
        self._manifest = _manifest(folder)
        self._next: dict[str, list[int]] = {}

    @property
    def mark(self) -> int:
        """A number for what the files hold: the same as long as nothing is brought up."""
        return zlib.crc32(json.dumps(self._manifest, sort_keys=True).encode())

    def forget(self) -> None:
        """Drop what is kept: everything will be read anew."""
        for file in self._folder.glob("*.words"):
            file.unlink()
        self._manifest = {}

    def brought_up(
        self,
        marks: Marks,
        read_acts: Callable[[int], Sequence[Act]],
        read_said: Callable[[int], Sequence[tuple[int, float, int]]],
    ) -> Kept:
        """The whole log as the storage has it now; only changed blocks are read from there.

        O(rows) to copy from the files, and one read of each changed block.
        """
        acts, new_acts, acts_grew = self._table(
            "acts", _ACT_WIDTH, marks, lambda block: _words(act_columns(read_acts(block)))
        )
        said, new_said, said_grew = self._table(
            "said", _SAID_WIDTH, marks, lambda block: _words(said_columns(read_said(block)))
        )
        self._settle()
        log = ActionLog.of_columns(
            speaker=acts[0], actor=acts[1], at=acts[2].view(np.float64), post=acts[3],
            on_post=acts[4], kind=acts[5].astype(np.uint8), said_by=said[0],
            said_at=said[1].view(np.float64), said_post=said[2],
        )  # fmt: skip
        return Kept(log, new_acts, new_said, acts_grew and said_grew)

    def _table(
        self, name: str, width: int, marks: Marks, read: Callable[[int], Table]
    ) -> tuple[Table, Flags, bool]:
        """Columns of all blocks one after another, which rows are new, and whether none went."""
        keys = {block: f"{name}-{block:06}" for block in sorted(marks)}
        changed = {b: read(b) for b, key in keys.items() if self._known(key)[0] != marks[b]}
        table, spans, torn = self._laid(keys, changed, width)
        if torn:
            changed |= {block: read(block) for block in torn}
            table, spans, _ = self._laid(keys, changed, width)
        new, grew = np.zeros(table.shape[1], bool), True
        for block, rows in changed.items():
            key, known = keys[block], self._known(keys[block])
            before = np.empty((width, known[1]), np.int64)
            new[spans[block]], whole = _compared(before, rows, self._fill(key, before))
            grew = grew and (whole or key not in self._manifest)
            self._next[key] = [marks[block], rows.shape[1], self._write(key, rows)]
        same = {key: self._known(key) for block, key in keys.items() if block not in changed}
        self._next |= same
        gone = [k for k in self._manifest if k.startswith(f"{name}-") and k not in self._next]
        return table, new, grew and not gone

    def _laid(
        self, keys: Mapping[int, str], changed: Mapping[int, Table], width: int
    ) -> tuple[Table, dict[int, slice], list[int]]:
        """Blocks one after another, where each lies, and which have no whole file."""
        sizes = [
            changed[b].shape[1] if b in changed else self._known(k)[1] for b, k in keys.items()
        ]
        ends = np.cumsum([0, *sizes]).tolist()
        spans = {b: slice(*ends) for b, ends in zip(keys, pairwise(ends), strict=True)}
        table = np.empty((width, ends[-1]), np.int64)
        for block, rows in changed.items():
            table[:, spans[block]] = rows
        kept = keys.keys() - changed.keys()
        torn = [b for b in sorted(kept) if not self._fill(keys[b], table[:, spans[b]])]
        return table, spans, torn

    def _known(self, key: str) -> list[int]:
        """The mark, the rows and the checksum of a block."""
        return self._manifest.get(key, _NOTHING)

    def _fill(self, key: str, place: Table) -> bool:
        """Read a block's columns into their place; whether there is a whole file of it."""
        path, size, checksum = self._folder / f"{key}.words", 0, 0
        with suppress(OSError), path.open("rb", buffering=0) as file:
            for column in place:
                size += file.readinto(memoryview(column)) or 0
                checksum = zlib.crc32(column.data, checksum)
            size += len(file.read(1))
        return size == place.nbytes and checksum == self._known(key)[2]

    def _write(self, key: str, table: Table) -> int:
        """Put a block's file in place, whole or not at all; its checksum."""
        if not self._keeps or not table.size:
            return zlib.crc32(table.data)
        self._folder.mkdir(parents=True, exist_ok=True)
        part = self._folder / f"{key}.part"
        with part.open("wb") as file:
            table.tofile(file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self._folder / f"{key}.words")
        return zlib.crc32(table.data)

    def _settle(self) -> None:
        """Remember what the blocks are now, and drop the files of those that are no more."""
        if self._next == self._manifest or not self._keeps:
            return
        for key in self._manifest:
            if not self._next.get(key, _NOTHING)[1]:
                (self._folder / f"{key}.words").unlink(missing_ok=True)
        self._folder.mkdir(parents=True, exist_ok=True)
        part = self._folder / f"{_MANIFEST}.part"
        part.write_text(json.dumps({"version": VERSION, "blocks": self._next}), encoding="utf-8")
        part.replace(self._folder / _MANIFEST)
        self._manifest = self._next


def _manifest(folder: Path) -> dict[str, list[int]]:
    """What is known of each block: its mark and its checksum; nothing where it cannot be read."""
    try:
        found = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        blocks: dict[str, list[int]] = found["blocks"] if found["version"] == VERSION else {}
        return blocks
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _words(columns: Sequence[Any]) -> Table:
    """Columns as rows of 64-bit words."""
    wide = [c.view(np.int64) if c.dtype == np.float64 else c.astype(np.int64) for c in columns]
    return np.stack(wide)


def _compared(before: Table, after: Table, known: bool) -> tuple[Flags, bool]:
    """Which columns of words are new, and whether all that were there still are."""
    size = before.shape[1]
    if not known:
        return np.ones(after.shape[1], bool), False
    if np.array_equal(before, after[:, :size]):
        return np.arange(after.shape[1]) >= size, True
    old, new = _digests(before), _digests(after)
    return ~np.isin(new, old), bool(np.isin(old, new).all())


def _digests(table: Table) -> Ints:
    """A number for each row's words: equal where they are, else hardly ever."""
    mixed = np.zeros(table.shape[1], np.uint64)
    for column in table:
        mixed = (mixed ^ column.view(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    return mixed.view(np.int64)
