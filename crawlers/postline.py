"""Boca's post line: one post as one JSON object, on disk and between processes.

A line holds the fields of :class:`domain.posts.Post` by their own names. Fields at their
default are left out; times are ISO 8601 with an offset. For example::

    {"source": "town", "external_id": "p1", "kind": "comment", "text": "Travou de novo.",
     "created_at": "2026-11-20T12:00:00+00:00", "parent": "p0", "thread": "p0",
     "author": {"external_id": "ana", "name": "Ana"}, "rating": {"value": 2.0},
     "engagement": {"likes": 3}, "labels": {"place": "Recife"}}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import UTC, datetime
from typing import Any

from domain.people import Author
from domain.posts import Engagement, Post, PostKind, Rating

_MOMENTS = frozenset({"created_at", "edited_at", "fetched_at", "gone_at", "joined_at"})
_WORDS = frozenset({"text", "title", "quoted_text", "source", "external_id", "name"})
_OPTIONAL_WORDS = frozenset({"parent", "thread", "url", "language", "accepted_answer"})
_NESTED: dict[str, type] = {"author": Author, "rating": Rating, "engagement": Engagement}


def encode(post: Post) -> dict[str, Any]:
    """The post as JSON values, without what is at its default."""
    return _encode(post)


def decode(line: Mapping[str, Any], source: str | None = None) -> Post:
    """The post that a line holds; ``source`` stands in where the line names none.

    Raises ValueError with the name of the field that is missing, unknown or unreadable.
    """
    given = dict(line)
    if source is not None:
        given.setdefault("source", source)
    author = given.get("author")
    if isinstance(author, Mapping):
        given["author"] = {"source": given.get("source"), **author}
    post = _decode(Post, given, "")
    if not isinstance(post, Post):
        raise ValueError("the line holds no post")
    return post


def _encode(thing: Any) -> dict[str, Any]:
    encoded = {}
    for field in fields(thing):
        value = getattr(thing, field.name)
        if not _is_default(field, value):
            encoded[field.name] = _value(field.name, value)
    return encoded


def _is_default(field: Any, value: Any) -> bool:
    if field.default is not MISSING:
        return bool(value == field.default)
    if field.default_factory is not MISSING:
        return bool(value == field.default_factory())
    return False


def _value(name: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if name in _NESTED:
        return _encode(value)
    if name == "labels":
        return dict(value)
    return list(value) if isinstance(value, tuple) else value


def _decode(kind: type, given: Mapping[str, Any], where: str) -> Any:
    known = {field.name for field in fields(kind)}
    unknown = sorted(set(given) - known)
    if unknown:
        raise ValueError(f"{where}{unknown[0]} is not a field of {kind.__name__.lower()}")
    try:
        return kind(**{name: _read(name, value, where) for name, value in given.items()})
    except TypeError as error:
        raise ValueError(f"{where or 'post'}: {error}") from error


def _read(name: str, value: Any, where: str) -> Any:
    try:
        if value is None:
            return _nothing(name)
        if name in _NESTED:
            return _decode(_NESTED[name], _mapping(value), f"{name}.")
        return _plain(name, value)
    except (ValueError, TypeError, OverflowError) as error:
        raise ValueError(f"{where}{name}: {error}") from error


def _nothing(name: str) -> Any:
    if name in _WORDS or name in {"created_at", "kind"}:
        raise ValueError("must not be null")
    return {"engagement": Engagement(), "labels": {}, "quotes": ()}.get(name)


def _plain(name: str, value: Any) -> Any:
    if name in _MOMENTS:
        return _moment(value)
    if name == "kind":
        return PostKind(value)
    if name == "quotes":
        return tuple(_word(one) for one in _list(value))
    if name == "labels":
        return {str(key): _word(one) for key, one in _mapping(value).items()}
    return _scalar(name, value)


def _scalar(name: str, value: Any) -> Any:
    if name in _WORDS or name in _OPTIONAL_WORDS:
        return _word(value)
    if name == "automated":
        return bool(value)
    if name in {"value", "best", "worst"}:
        return float(value)
    return _count(value)


def _word(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not text")
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(f"{value!r} is not a list")
    return value


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 2**63:
        raise ValueError(f"{value!r} is not a whole number below 2^63")
    return value


def _mapping(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError(f"{value!r} is not an object")
    return value


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(_word(value))
    if moment.tzinfo is None:
        raise ValueError(f"{value} has no offset from UTC")
    return moment.astimezone(UTC)
