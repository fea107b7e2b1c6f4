"""Column types: what a domain value becomes inside a database, on either engine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from storage.cleaning import clean, clean_json, key

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_FIRST = (datetime.min.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
_LAST = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
_INT64 = 2**63 - 1


def bounded(number: int) -> int:
    """The nearest whole number that fits 64 bits: sites and URLs hold any number."""
    return max(-_INT64 - 1, min(_INT64, number))


def micros(moment: datetime) -> int:
    """Microseconds since 1970 UTC of an aware time."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return max(_FIRST, min(_LAST, (moment - _EPOCH) // _MICROSECOND))


def moment_of(count: int) -> datetime:
    """The aware UTC time that many microseconds after 1970."""
    return _EPOCH + timedelta(microseconds=count)


def written(value: object) -> str:
    """A clean JSON value as text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class Words(TypeDecorator[str]):
    """Text, cleaned."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Clean it on its way in."""
        return None if value is None else clean(str(value))


class Key(TypeDecorator[str]):
    """An identifier: text, cleaned and short enough for an index."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Clean and shorten it on its way in."""
        return None if value is None else key(str(value))


class Whole(TypeDecorator[int]):
    """A whole number of 64 bits; larger ones are kept at the bound."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """SQLite's INTEGER has 64 bits, and only it can number rows by itself."""
        plain = Integer() if dialect.name == "sqlite" else BigInteger()
        return dialect.type_descriptor(plain)

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:
        """Bound it on its way in."""
        return None if value is None else bounded(int(value))


class Moment(TypeDecorator[datetime]):
    """An aware time as whole microseconds since 1970 UTC, so that both engines order it."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """SQLite's INTEGER has 64 bits."""
        plain = Integer() if dialect.name == "sqlite" else BigInteger()
        return dialect.type_descriptor(plain)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Count its microseconds; a naive time is refused."""
        return None if value is None else micros(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Back into an aware time."""
        return None if value is None else moment_of(value)


class Json(TypeDecorator[Any]):
    """A small tuple or mapping as JSON text; an empty one takes no place."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Write it, its texts cleaned."""
        if not value:
            return None
        plain = dict(value) if isinstance(value, Mapping) else list(value)
        return written(clean_json(plain))

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Read it back; None where it was empty."""
        return None if value is None else json.loads(value)
