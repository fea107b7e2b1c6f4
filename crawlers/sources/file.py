"""A file of posts: CSV, JSONL, Parquet, XML rows or Boca's own post lines."""

from __future__ import annotations

import codecs
import glob
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from crawlers import moments, postline
from crawlers.columns import Columns
from crawlers.mapping import Mapper
from crawlers.refusal import BadValue
from crawlers.resumption import FileState
from crawlers.rows import BadRow, Row, column_names, flat, format_of, rows_of
from crawlers.sources.source import CommonSettings
from domain.errors import SourceError, SourceMalformed, SourceUnreachable
from domain.posts import Cursor, Post, PostKind, Rejected

STRIDE = 2_000  # rows between two cursors
RAW = 2_000  # characters kept of what is refused


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"{name} is not a time zone; write one such as America/Sao_Paulo")
    return name


def _encoding(name: str) -> str:
    try:
        codecs.lookup(name)
    except LookupError:
        raise ValueError(f"{name} is not an encoding; write one such as utf-8") from None
    return name


class FileSet(BaseModel):
    """Files of one shape, and how their rows become posts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str = Field(description="A path; * and ** stand for any name and any folders.")
    format: Literal["auto", "csv", "jsonl", "parquet", "xml", "posts"] = Field(
        default="auto", description="The shape of the rows; auto goes by the file's name."
    )
    mapping: Columns | None = Field(
        default=None, description="Which column fills which field; Boca's own post lines need none."
    )
    kinds: dict[str, PostKind | Literal["skip"]] = Field(
        default_factory=dict, description="What the values of the kind column mean."
    )
    default_kind: PostKind = Field(
        default=PostKind.POST, description="The kind of rows that name none."
    )
    rating_scale: tuple[float, float] = Field(
        default=(1.0, 5.0), description="The worst and the best grade."
    )
    html: bool = Field(default=False, description="Whether text and title are HTML.")
    delimiter: str | None = Field(
        default=None, min_length=1, max_length=1, description="What parts CSV fields; else guessed."
    )
    encoding: Annotated[str, AfterValidator(_encoding)] | None = Field(
        default=None, description="Such as cp1252; without one UTF-8 is tried first, then cp1252."
    )
    time_zone: Annotated[str, AfterValidator(_zone)] = Field(
        default="UTC", description="Where times without a zone were written."
    )
    day_first: bool = Field(default=False, description="Whether 03/04/2026 is the third of April.")
    created_format: str | None = Field(
        default=None, description="A strptime pattern, for times in an unusual form."
    )

    @model_validator(mode="after")
    def _fits(self) -> FileSet:
        if self.mapping is None and self.format in {"csv", "parquet", "xml"}:
            raise ValueError(f"{self.format} files need a mapping with at least created_at")
        if self.rating_scale[0] >= self.rating_scale[1]:
            raise ValueError("rating_scale is [worst, best], the worst below the best")
        return self

    def shape_of(self, path: Path) -> str:
        """The format of one file; raises SourceMalformed where nothing tells it."""
        shape = format_of(path) if self.format == "auto" else self.format
        if shape == "jsonl" and self.mapping is None:
            return "posts"
        if shape is None:
            raise SourceMalformed(
                "nothing tells the file's format", where=str(path), todo="set format: csv or like"
            )
        if self.mapping is None and shape != "posts":
            raise SourceMalformed(
                f"a {shape} file needs a mapping", where=str(path), todo="write one in the settings"
            )
        return shape


class FileSettings(CommonSettings):
    """Posts from files: an export, a dump, a table."""

    kind: Literal["file"]
    files: tuple[FileSet, ...] = Field(
        min_length=1, description="Sets of files; ids in them may point at each other."
    )


class FileSource:
    """Reads files row by row and leaves a cursor every few thousand rows.

    Files that did not change are skipped; those that grew are read from where they ended.
    """

    def __init__(self, settings: FileSettings, cursor: Mapping[str, object], now: datetime) -> None:
        self._settings, self._now = settings, now
        self._states = FileState.all_of(cursor)

    def events(self) -> Iterator[Post | Rejected | Cursor]:
        """Posts, rejected rows, and cursors that cover what came before them.

        Raises the first SourceError, after everything else has been read.
        """
        problems: list[SourceError] = []
        for files in self._settings.files:
            for path in _paths(files, problems):
                try:
                    yield from self._file(files, path)
                except SourceError as problem:
                    problems.append(problem)
                except OSError as problem:
                    problems.append(SourceUnreachable(str(problem), where=str(path)))
        if problems:
            raise problems[0]

    def problems(self) -> list[SourceError]:
        """What would keep it from reading: missing files, unknown formats, wrong columns."""
        problems: list[SourceError] = []
        for files in self._settings.files:
            for path in _paths(files, problems):
                try:
                    self._reader(files, files.shape_of(path), path)
                except SourceError as problem:
                    problems.append(problem)
                except OSError as problem:
                    problems.append(SourceUnreachable(str(problem), where=str(path)))
        return problems

    def _file(self, files: FileSet, path: Path) -> Iterator[Post | Rejected | Cursor]:
        state = FileState.now(path, files.model_dump_json(), self._states.get(str(path)))
        if state.done:
            return
        shape = files.shape_of(path)
        read = self._reader(files, shape, path)
        count = 0
        for count, row in enumerate(rows_of(path, shape, files.delimiter, files.encoding), 1):
            if count <= state.rows:
                continue
            event = self._event(row, read, path)
            if event is not None:
                yield event
            if count % STRIDE == 0:
                yield self._cursor(path, state.at(count))
        yield self._cursor(path, state.at_end(path, count))

    def _reader(self, files: FileSet, shape: str, path: Path) -> Any:
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
        return Rejected(self._settings.name, code, where, str(error), row.raw()[:RAW])

    def _cursor(self, path: Path, state: FileState) -> Cursor:
        self._states[str(path)] = state
        files = {key: one.as_json() for key, one in self._states.items()}
        return Cursor(self._settings.name, {"files": files})


def _mapper(settings: FileSettings, files: FileSet, columns: Columns, now: datetime) -> Mapper:
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


def _paths(files: FileSet, problems: list[SourceError]) -> list[Path]:
    # glob.glob, because a pattern may be absolute, which Path.glob refuses.
    found = [Path(path) for path in sorted(glob.glob(files.path, recursive=True))]  # noqa: PTH207
    found = [path for path in found if path.is_file()]
    if not found:
        problems.append(SourceUnreachable("no file there", where=files.path, todo="check the path"))
    return found


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
