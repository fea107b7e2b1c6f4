"""The log of acts in memory-mapped blocks: a cache, read again only where it changed.

The storage is the truth. It names a mark for each block (how many rows, and sums of them);
a block whose mark is as remembered is taken from its file, any other is read anew. Files are
replaced whole and told apart by a checksum, so that a process killed at any moment, a missing
folder or a damaged file costs time and nothing else.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from graph.actions import Act, ActionLog, act_columns, said_columns
from graph.columns import Flags, Ints

VERSION = 1
_MANIFEST = "manifest.json"
_ACT_WIDTH, _SAID_WIDTH = 6, 3

Mark = tuple[int, ...]
Marks = Mapping[int, Mark]
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
        self._next: dict[str, list[Any]] = {}

    @property
    def mark(self) -> int:
        """A number for what the files hold: the same as long as nothing is brought up."""
        return zlib.crc32(json.dumps(self._manifest, sort_keys=True).encode())

    def brought_up(
        self,
        act_marks: Marks,
        read_acts: Callable[[int], Sequence[Act]],
        said_marks: Marks,
        read_said: Callable[[int], Sequence[tuple[int, float, int]]],
    ) -> Kept:
        """The whole log as the storage has it now; only changed blocks are read from there.

        O(rows) to copy from the files, and one read of each changed block.
        """
        acts, new_acts, acts_grew = self._table(
            "acts", _ACT_WIDTH, act_marks, lambda block: _words(act_columns(read_acts(block)))
        )
        said, new_said, said_grew = self._table(
            "said", _SAID_WIDTH, said_marks, lambda block: _words(said_columns(read_said(block)))
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
        tables, new, grew = [np.empty((width, 0), np.int64)], [np.empty(0, bool)], True
        for block in sorted(marks):
            key = f"{name}-{block:06}"
            before = self._load(key, width)
            known = self._manifest.get(key)
            if before is not None and known is not None and known[0] == list(marks[block]):
                table, fresh = before, np.zeros(before.shape[1], bool)
                self._next[key] = known
            else:
                table = read(block)
                fresh, whole = _compared(before, table)
                grew = grew and (whole or known is None)
                self._next[key] = [list(marks[block]), self._write(key, table)]
            tables.append(table)
            new.append(fresh)
        gone = [k for k in self._manifest if k.startswith(f"{name}-") and k not in self._next]
        return np.concatenate(tables, axis=1), np.concatenate(new), grew and not gone

    def _load(self, key: str, width: int) -> Table | None:
        """A block's columns, mapped into memory; None where there is no whole file of it."""
        known = self._manifest.get(key)
        if known is None:
            return None
        try:
            words: Ints = np.memmap(self._folder / f"{key}.words", np.int64, "r")
        except (OSError, ValueError):
            return None
        return words.reshape(width, -1) if zlib.crc32(words.data) == known[1] else None

    def _write(self, key: str, table: Table) -> int:
        """Put a block's file in place, whole or not at all; its checksum."""
        if not self._keeps:
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
        for key in self._manifest.keys() - self._next.keys():
            (self._folder / f"{key}.words").unlink(missing_ok=True)
        self._folder.mkdir(parents=True, exist_ok=True)
        part = self._folder / f"{_MANIFEST}.part"
        part.write_text(json.dumps({"version": VERSION, "blocks": self._next}), encoding="utf-8")
        part.replace(self._folder / _MANIFEST)
        self._manifest = self._next


def _manifest(folder: Path) -> dict[str, list[Any]]:
    """What is known of each block: its mark and its checksum; nothing where it cannot be read."""
    try:
        found = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        blocks: dict[str, list[Any]] = found["blocks"] if found["version"] == VERSION else {}
        return blocks
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _words(columns: Sequence[Any]) -> Table:
    """Columns as rows of 64-bit words."""
    wide = [c.view(np.int64) if c.dtype == np.float64 else c.astype(np.int64) for c in columns]
    return np.stack(wide)


def _compared(before: Table | None, after: Table) -> tuple[Flags, bool]:
    """Which columns of words are new, and whether all that were there still are."""
    if before is None:
        return np.ones(after.shape[1], bool), False
    old, new = _digests(before), _digests(after)
    return ~np.isin(new, old), bool(np.isin(old, new).all())


def _digests(table: Table) -> Ints:
    """A number for each row's words: equal where they are, else hardly ever."""
    mixed = np.zeros(table.shape[1], np.uint64)
    for column in table:
        mixed = (mixed ^ column.view(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    return mixed.view(np.int64)
