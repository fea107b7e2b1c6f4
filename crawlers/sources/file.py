"""A file of posts: CSV, JSONL, Parquet, XML rows or Boca's own post lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import Field

from crawlers.filereading import FileReader, named
from crawlers.filesets import FileSet
from crawlers.resumption import FileState
from crawlers.sources.source import CommonSettings
from domain.errors import SourceError, SourceUnreachable
from domain.posts import Cursor, Post, Rejected


class FileSettings(CommonSettings):
    """Posts from files: an export, a dump, a table."""

    kind: Literal["file"]
    files: tuple[FileSet, ...] = Field(
        min_length=1, description="Sets of files; ids in them may point at each other."
    )


class FileSource:
    """Reads what is new in files row by row, and leaves a cursor every few thousand rows."""

    def __init__(self, settings: FileSettings, cursor: Mapping[str, object], now: datetime) -> None:
        self._settings, self._reader = settings, FileReader(settings, now)
        self._states = FileState.all_of(cursor)

    def events(self) -> Iterator[Post | Rejected | Cursor]:
        """Posts, rejected rows, and cursors that cover what came before them.

        Raises the first SourceError, after everything else has been read.
        """
        problems: list[SourceError] = []
        for files, path in self._files(problems):
            try:
                state = FileState.now(path, files.model_dump_json(), self._states.get(str(path)))
                for event in self._reader.events(files, path, state):
                    yield self._cursor(path, event) if isinstance(event, FileState) else event
            except (SourceError, OSError) as problem:
                problems.append(named(problem, path))
        if problems:
            raise problems[0]

    def problems(self) -> list[SourceError]:
        """What would keep it from reading: missing files, unknown formats, wrong columns."""
        problems: list[SourceError] = []
        for files, path in self._files(problems):
            try:
                self._reader.reader(files, files.shape_of(path), path)
            except (SourceError, OSError) as problem:
                problems.append(named(problem, path))
        return problems

    def _files(self, problems: list[SourceError]) -> Iterator[tuple[FileSet, Path]]:
        for files in self._settings.files:
            paths = files.paths()
            if not paths:
                missing = SourceUnreachable(
                    "no file there", where=files.path, todo="check the path"
                )
                problems.append(missing)
            yield from ((files, path) for path in paths)

    def _cursor(self, path: Path, state: FileState) -> Cursor:
        self._states[str(path)] = state
        files = {key: one.as_json() for key, one in self._states.items()}
        return Cursor(self._settings.name, {"files": files})
