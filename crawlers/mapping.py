"""From a row to a post, by a mapping written in the settings."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from crawlers.markup import plain
from crawlers.moments import AbsurdTime
from domain.people import Author
from domain.posts import Engagement, Post, PostKind, Rating

Row = Mapping[str, Any]
Getter = Callable[[Row], str | None]

SKIP = "skip"
_PLACE = re.compile(r"\{([^{}]+)\}")
_WORDLESS = frozenset({PostKind.REACTION, PostKind.SHARE})
_COLUMN = "A column's name, or a template such as post-{Id}"


class Columns(BaseModel):
    """Which column, or template of columns, fills which field of a post.

    A template gives nothing where one of its columns is empty.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    created_at: str = Field(description=f"When it was written. {_COLUMN}.")
    text: str | None = Field(default=None, description=f"What was said. {_COLUMN}.")
    title: str | None = Field(default=None, description=f"Its heading. {_COLUMN}.")
    external_id: str | None = Field(
        default=None,
        description=f"What tells it from others; without one, its content does. {_COLUMN}.",
    )
    parent: str | None = Field(
        default=None, description=f"The id of what it replies to. {_COLUMN}."
    )
    thread: str | None = Field(default=None, description=f"The id of its thread's root. {_COLUMN}.")
    kind: str | None = Field(default=None, description="The column to look up in kinds.")
    author: str | None = Field(default=None, description=f"The id of who wrote it. {_COLUMN}.")
    author_name: str | None = Field(default=None, description=f"The name shown. {_COLUMN}.")
    url: str | None = Field(default=None, description=f"Where to read it. {_COLUMN}.")
    language: str | None = Field(default=None, description=f"An ISO 639-1 code. {_COLUMN}.")
    rating: str | None = Field(default=None, description="The grade given, on rating_scale.")
    likes: str | None = Field(default=None, description="How often it was liked.")
    shares: str | None = Field(default=None, description="How often it was passed on.")
    replies: str | None = Field(default=None, description="How many replies it has.")
    views: str | None = Field(default=None, description="How often it was seen.")
    accepted_answer: str | None = Field(
        default=None, description=f"The id of the answer that the asker accepted. {_COLUMN}."
    )
    quotes: str | None = Field(
        default=None, description="Ids quoted: a list, or words with commas."
    )
    labels: dict[str, str] = Field(
        default_factory=dict,
        description="Further things to keep: label and column, or a list of columns.",
    )

    @field_validator("labels", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return {name: name for name in value} if isinstance(value, list) else value

    def names(self) -> set[str]:
        """Every column that the mapping asks for."""
        given = [getattr(self, name) for name in type(self).model_fields if name != "labels"]
        return {
            column
            for spec in [*given, *self.labels.values()]
            if spec
            for column in _PLACE.findall(spec) or [spec]
        }


class BadValue(ValueError):
    """A value that does not fit its field: one of the codes, and why."""

    def __init__(self, code: str, detail: str) -> None:
        self.code = code
        super().__init__(detail)


class Mapper:
    """Turns rows into posts of one source."""

    def __init__(
        self,
        source: str,
        columns: Columns,
        *,
        moment: Callable[[object], datetime],
        kinds: Mapping[str, str],
        default_kind: PostKind,
        scale: tuple[float, float],
        html: bool,
        language: str | None,
        fetched_at: datetime,
    ) -> None:
        self._source, self._moment, self._html = source, moment, html
        self._kinds, self._default_kind = kinds, default_kind
        self._worst, self._best = scale
        self._language, self._fetched_at = language, fetched_at
        fields = {name: getattr(columns, name) for name in Columns.model_fields}
        self._get = {name: getter(spec) for name, spec in fields.items() if name != "labels"}
        self._created_at = _raw_getter(columns.created_at)
        self._quotes = columns.quotes
        self._labels = {label: getter(spec) for label, spec in columns.labels.items()}

    def post(self, row: Row) -> Post | None:
        """The post that a row holds; None where its kind is to be skipped.

        Raises BadValue for a value that does not fit its field.
        """
        get = self._get
        kind = self._kind(row)
        if kind is None:
            return None
        text, quoted = self._words(get["text"](row))
        title = self._words(get["title"](row))[0]
        rating = self._rating(get["rating"](row))
        if not (text or title or quoted or rating or kind in _WORDLESS):
            raise BadValue("empty", "it has neither text nor title nor rating")
        return Post(
            source=self._source,
            external_id=get["external_id"](row) or fingerprint(row),
            kind=kind,
            text=text,
            created_at=self._time(row),
            author=self._author(row),
            parent=get["parent"](row),
            thread=get["thread"](row),
            title=title,
            url=get["url"](row),
            language=get["language"](row) or self._language,
            rating=rating,
            engagement=self._engagement(row),
            quotes=_listed(row.get(self._quotes)) if self._quotes else (),
            quoted_text=quoted,
            accepted_answer=get["accepted_answer"](row),
            labels=self._labelled(row),
            fetched_at=self._fetched_at,
        )

    def _kind(self, row: Row) -> PostKind | None:
        value = self._get["kind"](row)
        if value is None:
            return self._default_kind
        mapped = self._kinds.get(value, value)
        if mapped == SKIP:
            return None
        try:
            return PostKind(mapped)
        except ValueError:
            raise BadValue("unknown_kind", f"{value!r} is not in kinds") from None

    def _words(self, value: str | None) -> tuple[str, str]:
        if value is None:
            return "", ""
        return plain(value) if self._html else (value.strip(), "")

    def _time(self, row: Row) -> datetime:
        value = self._created_at(row)
        if value is None:
            raise BadValue("bad_time", "it has no time")
        try:
            return self._moment(value)
        except AbsurdTime as error:
            raise BadValue("absurd_time", str(error)) from error
        except (ValueError, OverflowError) as error:
            raise BadValue("bad_time", str(error)) from error

    def _author(self, row: Row) -> Author | None:
        name = self._get["author_name"](row)
        external_id = self._get["author"](row) or name
        return Author(self._source, external_id, name or "") if external_id else None

    def _rating(self, value: str | None) -> Rating | None:
        if value is None:
            return None
        try:
            return Rating(_number(value), best=self._best, worst=self._worst)
        except ValueError as error:
            raise BadValue("bad_rating", str(error)) from error

    def _engagement(self, row: Row) -> Engagement:
        get = self._get
        return Engagement(
            likes=_count(get["likes"](row)),
            shares=_count(get["shares"](row)),
            replies=_count(get["replies"](row)),
            views=_count(get["views"](row)),
        )

    def _labelled(self, row: Row) -> dict[str, str]:
        values = ((label, get(row)) for label, get in self._labels.items())
        return {label: value for label, value in values if value is not None}


def getter(spec: str | None) -> Getter:
    """A function that reads a column, or fills a template, as text; None where empty."""
    if spec is None:
        return lambda row: None
    names = _PLACE.findall(spec)
    if not names:
        return lambda row, name=spec: _text(row.get(name))  # type: ignore[misc]
    around = [part.replace("{{", "{") for part in _PLACE.split(spec)[::2]]

    def fill(row: Row) -> str | None:
        filled = around[0]
        for name, after in zip(names, around[1:], strict=True):
            value = _text(row.get(name))
            if value is None:
                return None
            filled += value + after
        return filled

    return fill


def fingerprint(row: Row) -> str:
    """An id made of a row's content: the same row always has the same one."""
    content = json.dumps(row, sort_keys=True, default=str)
    return "row-" + hashlib.sha256(content.encode()).hexdigest()[:24]


def _raw_getter(spec: str) -> Callable[[Row], object]:
    """Like getter, but a plain column keeps its type, so that a number stays a time."""
    if _PLACE.search(spec):
        return getter(spec)
    return lambda row: None if _text(row.get(spec)) is None else row[spec]


def _text(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value if value[0] > " " and value[-1] > " " else value.strip() or None
    if isinstance(value, float):
        return _written(value)
    return str(value)


def _written(value: float) -> str | None:
    if math.isnan(value):
        return None
    return str(int(value)) if value.is_integer() else str(value)


def _number(value: str) -> float:
    number = float(value.replace(",", ".") if value.count(",") == 1 else value)
    if not math.isfinite(number):
        raise ValueError(f"{value} is not a number")
    return number


def _count(value: str | None) -> int | None:
    if value is None:
        return None
    try:
        count = int(value) if value.lstrip("-").isdecimal() else int(_whole(value))
    except (ValueError, OverflowError) as error:
        raise BadValue("bad_number", f"{value[:80]!r} is not a count") from error
    if abs(count) >= 2**63:
        raise BadValue("bad_number", f"{value[:80]} is too large")
    return count


def _whole(value: str) -> float:
    number = float(value)
    if not number.is_integer():
        raise ValueError(f"{value} is not whole")
    return number


def _listed(value: object) -> tuple[str, ...]:
    if isinstance(value, list | tuple):
        return tuple(str(one) for one in value)
    return tuple(part for part in re.split(r"[,\s]+", str(value or "")) if part)
