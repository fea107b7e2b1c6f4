"""From a row to a post, by a mapping written in the settings."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from crawlers.columns import Columns, Row, getter, raw_getter
from crawlers.markup import plain
from crawlers.moments import AbsurdTime
from crawlers.refusal import BadValue
from domain.people import Author
from domain.posts import Engagement, Post, PostKind, Rating

SKIP = "skip"
_YES = frozenset({"yes", "y", "true", "1", "sim", "s"})
_WORDLESS = frozenset({PostKind.REACTION, PostKind.SHARE})


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
        self._asks_consent = columns.consent is not None
        self._created_at = raw_getter(columns.created_at)
        self._edited_at = raw_getter(columns.edited_at) if columns.edited_at else None
        self._quotes = columns.quotes
        self._labels = {label: getter(spec) for label, spec in columns.labels.items()}

    def post(self, row: Row) -> Post | None:
        """The post that a row holds; None where its kind is to be skipped.

        Raises BadValue for a value that does not fit its field.
        """
        get = self._get
        if self._asks_consent and not _agreed(get["consent"](row)):
            raise BadValue("no_consent", "its consent column does not say yes")
        kind = self._kind(row)
        if kind is None:
            return None
        words = self._content(row, kind)
        return Post(
            source=self._source,
            external_id=get["external_id"](row) or fingerprint(row),
            kind=kind,
            created_at=self._time(self._created_at(row)),
            edited_at=self._edited(row),
            author=self._author(row),
            parent=get["parent"](row),
            thread=get["thread"](row),
            url=get["url"](row),
            language=get["language"](row) or self._language,
            engagement=self._engagement(row),
            quotes=_listed(row.get(self._quotes)) if self._quotes else (),
            accepted_answer=get["accepted_answer"](row),
            labels=self._labelled(row),
            fetched_at=self._fetched_at,
            **words,
        )

    def _content(self, row: Row, kind: PostKind) -> dict[str, Any]:
        text, quoted = self._words(self._get["text"](row))
        title = self._words(self._get["title"](row))[0]
        rating = self._rating(self._get["rating"](row))
        if not (text or title or quoted or rating or kind in _WORDLESS):
            raise BadValue("empty", "it has neither text nor title nor rating")
        return {"text": text, "title": title, "quoted_text": quoted, "rating": rating}

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

    def _edited(self, row: Row) -> datetime | None:
        value = self._edited_at(row) if self._edited_at else None
        return self._time(value) if value else None

    def _time(self, value: Any) -> datetime:
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


def _agreed(value: str | None) -> bool:
    return value is not None and value.strip().lower() in _YES


def fingerprint(row: Row) -> str:
    """An id made of a row's content: the same row always has the same one."""
    content = json.dumps(row, sort_keys=True, default=str)
    return "row-" + hashlib.sha256(content.encode()).hexdigest()[:24]


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
