"""Interactions from a CSV or Parquet file, in batches, without a store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from domain.errors import UsageError
from graph.columns import Codes, Floats, Nodes, Singles

_NEEDED, _OPTIONAL = ("source", "target"), ("time", "kind", "weight")
_DAY = 86_400.0
_WANTED = {
    "time": "epoch seconds (not milliseconds) or ISO 8601 is wanted",
    "weight": "a number above 0 is wanted",
}
_LATEST, _HEAVIEST = 1e11, 1e30
"""Seconds beyond this are milliseconds; sums of weights beyond this leave 32-bit floats."""
_TODO = "columns: source (who acts), target (whose words), and, if known, time, kind, weight"

Progress = Callable[[int], None]
"""Told how many rows were read so far."""


@dataclass(frozen=True, slots=True)
class Interactions:
    """Acts as columns: ``actor`` acted on ``speaker``; people as indices into ``names``.

    ``at`` (epoch seconds) is empty where the file has no times; ``kind`` counts into
    ``kinds``; ``weight`` is 1 where the file has none. Acts on oneself are left out.
    """

    names: list[str]
    actor: Nodes
    speaker: Nodes
    at: Floats
    kind: Codes
    kinds: list[str]
    weight: Singles

    @property
    def people(self) -> int:
        """How many people act or are acted on."""
        return len(self.names)

    def decayed(self, half_life_days: float | None) -> Singles:
        """The weights, halved for every half-life an act is older than the newest one."""
        if half_life_days is None:
            return self.weight
        if not len(self.at):
            raise UsageError("a half-life needs times", todo="add a column named time")
        age = (self.at.max() - self.at) / _DAY
        weight: Singles = (self.weight * np.exp2(-age / half_life_days)).astype(np.float32)
        return weight


def read_interactions(path: Path, progress: Progress = lambda rows: None) -> Interactions:
    """The interactions in a .csv, .csv.gz, .tsv or .parquet file; ids may be any words.

    ``source`` is who acts (replies, shares, cites, follows), ``target`` whose words or
    account are acted on: influence flows from target to source. Times are epoch seconds or
    ISO 8601 (UTC where no zone is given), weights positive numbers. Read in batches; about
    20 bytes an act, and each name once. Raises UsageError, with the line, on bad input.
    """
    reading = _Reading(path)
    try:
        for batch in _batches(path):
            reading.add(batch)
            progress(reading.rows)
    except (OSError, pa.ArrowInvalid) as error:
        detail = str(error).splitlines()[0]
        raise UsageError(
            f"cannot read the interactions: {detail}", where=str(path), todo=_TODO
        ) from error
    return reading.done()


def _batches(path: Path) -> Iterator[pa.RecordBatch]:
    if path.suffix == ".parquet":
        file = pq.ParquetFile(path)
        wanted = [name for name in file.schema_arrow.names if name in _NEEDED + _OPTIONAL]
        yield from file.iter_batches(batch_size=1 << 17, columns=wanted)
        return
    delimiter = "\t" if ".tsv" in path.suffixes else ","
    texts = dict.fromkeys(_NEEDED + _OPTIONAL, pa.string())
    yield from pa.csv.open_csv(
        path,
        read_options=pa.csv.ReadOptions(use_threads=False, block_size=1 << 22),
        parse_options=pa.csv.ParseOptions(delimiter=delimiter),
        convert_options=pa.csv.ConvertOptions(column_types=texts, strings_can_be_null=True),
    )


@dataclass(slots=True)
class _Codes:
    """Words numbered as they come."""

    known: dict[str, int] = field(default_factory=dict)

    def of(self, column: pa.Array) -> Nodes:
        """The number of each word of a column."""
        coded = pc.dictionary_encode(column)
        words = coded.dictionary.to_pylist()
        numbers = [self.known.setdefault(word, len(self.known)) for word in words]
        column_of: Nodes = np.array(numbers, np.int32)[coded.indices.to_numpy(zero_copy_only=False)]
        return column_of


class _Reading:
    """The columns so far."""

    def __init__(self, path: Path) -> None:
        self.rows = 0
        self._path, self._first = path, 1 if path.suffix == ".parquet" else 2
        self._names, self._kinds = _Codes(), _Codes()
        self._parts: list[tuple[Nodes, Nodes, Floats, Codes, Singles]] = []

    def add(self, batch: pa.RecordBatch) -> None:
        """One more batch."""
        missing = [name for name in _NEEDED if name not in batch.schema.names]
        if missing:
            what = f"no column named {' or '.join(missing)}, but {', '.join(batch.schema.names)}"
            raise UsageError(what, where=str(self._path), todo=_TODO)
        actor, speaker = (self._names.of(self._words(batch, name)) for name in _NEEDED)
        at = self._column(batch, "time", _times)
        weight = self._column(batch, "weight", _weights)
        self._parts.append((actor, speaker, at, self._kind(batch), weight.astype(np.float32)))
        self.rows += batch.num_rows

    def done(self) -> Interactions:
        """All of it."""
        if not self._parts:
            raise UsageError("no interactions", where=str(self._path), todo=_TODO)
        columns = [np.concatenate(column) for column in zip(*self._parts, strict=True)]
        keep = columns[0] != columns[1]
        actor, speaker, at, kind, weight = (
            column[keep] if len(column) else column for column in columns
        )
        weight = weight if len(weight) else np.ones(len(actor), np.float32)
        names, kinds = list(self._names.known), list(self._kinds.known)
        return Interactions(names, actor, speaker, at, kind, kinds, weight)

    def _words(self, batch: pa.RecordBatch, name: str) -> pa.Array:
        words = batch.column(name).cast(pa.string())
        empty = pc.or_kleene(pc.is_null(words), pc.equal(words, "")).fill_null(True)
        self._refuse(empty, name, words, "is empty")
        return words

    def _kind(self, batch: pa.RecordBatch) -> Codes:
        if "kind" not in batch.schema.names:
            return np.empty(0, np.uint8)
        codes = self._kinds.of(batch.column("kind").cast(pa.string()).fill_null(""))
        if len(self._kinds.known) > 255:
            raise UsageError("more than 255 kinds of acts", where=str(self._path))
        return codes.astype(np.uint8)

    def _column(
        self, batch: pa.RecordBatch, name: str, read: Callable[[pa.Array], Floats]
    ) -> Floats:
        if name not in batch.schema.names:
            return np.empty(0)
        values = read(batch.column(name))
        bad = pa.array(~np.isfinite(values))
        self._refuse(bad, name, batch.column(name), f"is no {name}: {_WANTED[name]}")
        return values

    def _refuse(self, bad: pa.Array, name: str, column: pa.Array, why: str) -> None:
        place = pc.index(bad, True).as_py()
        if place >= 0:
            line = self._first + self.rows + place
            shown = column[place].as_py()
            where = f"{self._path.name}, line {line}"
            what = f"{name} is empty" if shown is None else f"{name} {str(shown)!r} {why}"
            raise UsageError(what, where=where, todo=_TODO)


def _weights(column: pa.Array) -> Floats:
    """Positive numbers; anything else as NaN, and what no graph could add up."""
    values = _numbers(column)
    return np.where((values > 0) & (values < _HEAVIEST), values, np.nan)


def _times(column: pa.Array) -> Floats:
    """Epoch seconds; what is no time as NaN."""
    if pa.types.is_timestamp(column.type):
        micros = column.cast(pa.timestamp("us")).cast(pa.int64())
        return np.asarray(micros.cast(pa.float64()).to_numpy(zero_copy_only=False)) / 1e6
    values = _numbers(column)
    for place in np.flatnonzero(~np.isfinite(values)):
        values[place] = _moment(str(column[int(place)].as_py()))
    return np.where(np.abs(values) < _LATEST, values, np.nan)


def _numbers(column: pa.Array) -> Floats:
    """The numbers in a column; what is none as NaN."""
    try:
        values = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
        return np.array(values, np.float64)
    except pa.ArrowInvalid:
        return np.array([_number(word) for word in column.to_pylist()])


def _number(word: str | None) -> float:
    try:
        return float(word or "nan")
    except ValueError:
        return float("nan")


def _moment(word: str) -> float:
    try:
        moment = datetime.fromisoformat(word)
    except ValueError:
        return float("nan")
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
