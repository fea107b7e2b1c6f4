"""The rows of one file, turned into posts; where they cannot be, into refusals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from crawlers import moments, postline
from crawlers.columns import Columns
from crawlers.filesets import FileSet
from crawlers.mapping import Mapper
from crawlers.refusal import BadValue
from crawlers.resumption import FileState
from crawlers.rows import BadRow, Row, column_names, flat, rows_of
from crawlers.sources.source import CommonSettings
from domain.errors import SourceError, SourceMalformed, SourceUnreachable
from domain.posts import Post, Rejected

STRIDE = 2_000  # rows between two looks at where it stands
RAW = 2_000  # characters kept of what is refused


class FileReader:
    """Reads the files of one source."""

    def __init__(self, settings: CommonSettings, now: datetime) -> None:
        self._settings, self._now = settings, now

    def events(
        self, files: FileSet, path: Path, state: FileState
    ) -> Iterator[Post | Rejected | FileState]:
        """Posts and rejected rows from where the last visit ended, and where it stands.

        Raises SourceMalformed for a file that is not as its settings say.
        """
        if state.done:
            return
        shape = files.shape_of(path)
        read = self.reader(files, shape, path)
        count = 0
        for count, row in enumerate(rows_of(path, shape, files.delimiter, files.encoding), 1):
            if count <= state.rows:
                continue
            event = self._event(row, read, path)
            if event is not None:
                yield event
            if count % STRIDE == 0:
                yield state.at(count)
        yield state.at_end(path, count)

    def handed(
        self, files: FileSet, rows: Iterable[Row | BadRow], where: Path
    ) -> Iterator[Post | Rejected]:
        """The same for rows that come from elsewhere than a file."""
        read = self.reader(files, "jsonl", where)
        events = (self._event(row, read, where) for row in rows)
        yield from (event for event in events if event is not None)

    def reader(self, files: FileSet, shape: str, path: Path) -> Any:
        """What makes posts of the file's rows; raises SourceMalformed for wrong columns."""
        if shape == "posts" or files.mapping is None:
            return self._post_of_line
        _check_columns(path, shape, files)
        mapper = _mapper(self._settings, files, files.mapping, self._now)
        return (lambda values: mapper.post(flat(values))) if shape == "jsonl" else mapper.post

    def _post_of_line(self, values: Mapping[str, Any]) -> Post:
        post = postline.decode(values, self._settings.name)
        if not post.external_id:
            raise BadValue("bad_row", "external_id: must not be empty")
        try:
            moments.plausible(post.created_at, self._now)
        except moments.AbsurdTime as error:
            raise BadValue("absurd_time", str(error)) from error
        return post

    def _event(self, row: Row | BadRow, read: Any, path: Path) -> Post | Rejected | None:
        where = f"{path}:{row.line}"
        if isinstance(row, BadRow):
            return Rejected(self._settings.name, row.code, where, row.detail, row.raw[:RAW])
        try:
            post: Post | None = read(row.values)
        except BadValue as error:
            return self._rejected(error.code, where, error, row)
        except ValueError as error:
            return self._rejected("bad_row", where, error, row)
        return post

    def _rejected(self, code: str, where: str, error: Exception, row: Row) -> Rejected:
        raw = "" if code == "no_consent" else row.raw()[:RAW]  # nothing of it may be kept
        return Rejected(self._settings.name, code, where, str(error), raw)


def _mapper(settings: CommonSettings, files: FileSet, columns: Columns, now: datetime) -> Mapper:
    zone = ZoneInfo(files.time_zone)
    return Mapper(
        settings.name,
        columns,
        moment=moments.reader(zone, now, day_first=files.day_first, pattern=files.created_format),
        kinds=files.kinds,
        default_kind=files.default_kind,
        scale=files.rating_scale,
        html=files.html,
        language=settings.language,
        fetched_at=now,
    )


def _check_columns(path: Path, shape: str, files: FileSet) -> None:
    """CSV and Parquet name their columns beforehand: a wrong mapping is told once."""
    names = column_names(path, shape, files.delimiter, files.encoding)
    if files.mapping is None or not names:
        return
    missing = sorted(files.mapping.names() - set(names))
    if missing:
        raise SourceMalformed(
            f"no column {', '.join(missing)}",
            where=str(path),
            todo=f"use some of: {', '.join(names)}",
        )


def named(problem: SourceError | OSError, path: Path) -> SourceError:
    """What went wrong with a file, as an error of the house."""
    if isinstance(problem, SourceError):
        return problem
    return SourceUnreachable(str(problem), where=str(path))
