"""From items to posts: one place where a bad item becomes a row in quarantine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from crawlers import moments
from crawlers.markup import plain, unquoted
from crawlers.notices import is_notice
from crawlers.reading.item import Item
from crawlers.refusal import BadValue
from domain.people import Author
from domain.posts import Post, PostKind, Rating, Rejected

_WORDLESS = frozenset({PostKind.REACTION, PostKind.SHARE})
Build = Callable[[Item], Post]


class Posts:
    """Makes the posts of one source. Without ``moment``, times without a zone are UTC."""

    def __init__(
        self,
        source: str,
        language: str | None,
        now: datetime,
        moment: Callable[[object], datetime] | None = None,
    ) -> None:
        self._source, self._language, self._now = source, language, now
        self._moment = moment or moments.reader(UTC, now)

    def each(self, items: Iterable[Item], build: Build) -> Iterator[Post | Rejected]:
        """A post of every item, or the reason why there is none."""
        for item in items:
            yield self.read(item, build)

    def read(self, item: Item, build: Build) -> Post | Rejected:
        """What ``build`` makes of an item; whatever it stumbles over is told as Rejected."""
        try:
            return build(item)
        except BadValue as error:
            code, detail = error.code, str(error)
        except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
            code, detail = "bad_item", f"{type(error).__name__}: {error}"
        except OverflowError as error:
            code, detail = "bad_item", str(error)
        where = f"{item.where}#{item.text('id')}".rstrip("#")
        return Rejected(self._source, code, where, detail[:500], item.raw())

    def post(
        self,
        *,
        external_id: str,
        kind: PostKind,
        at: object,
        html: str = "",
        text: str = "",
        title: str = "",
        labels: Mapping[str, object] | None = None,
        **fields: Any,
    ) -> Post:
        """A post of this source. ``at`` is a time as written; ``html`` or ``text`` its words.

        Quoted words are taken out of them. ``title`` may be HTML. Labels that are None or
        "" are left out. Raises BadValue where it has no time, or nothing to say, or where the
        place shows a notice instead.
        """
        words, quoted = _said(html, text)
        if is_notice(words):
            raise BadValue("notice", "the place shows a notice where the text should be")
        title = plain(title)[0]
        if not (words or title or quoted or fields.get("rating") or kind in _WORDLESS):
            raise BadValue("empty", "it has neither text nor title nor rating")
        given = {
            key: str(value) for key, value in (labels or {}).items() if value not in (None, "")
        }
        fields = {"language": self._language, **fields}
        fields["quoted_text"] = fields.get("quoted_text") or quoted
        return Post(
            source=self._source,
            external_id=external_id,
            kind=kind,
            text=words,
            title=title,
            created_at=self.moment(at),
            labels=given,
            fetched_at=self._now,
            **fields,
        )

    def moment(self, value: object) -> datetime:
        """A time as written: ISO, RFC 822, seconds or milliseconds since 1970, a ULID.

        Raises BadValue where there is none, or an absurd one.
        """
        if value is None or value == "" or isinstance(value, bool):
            raise BadValue("bad_time", "it has no time")
        try:
            return self._moment(value)
        except moments.AbsurdTime as error:
            raise BadValue("absurd_time", str(error)) from error
        except (ValueError, OverflowError, TypeError) as error:
            raise BadValue("bad_time", str(error)[:200]) from error

    def edited(self, value: object) -> datetime | None:
        """When it was last edited, as written; None for 0, "" or null, which say never."""
        return self.moment(value) if value else None

    def activity(self, *values: object) -> datetime | None:
        """The first of these times that can be read; None where none can."""
        for value in values:
            with suppress(BadValue):
                return self.moment(value)
        return None

    def author(
        self, external_id: str, name: str = "", url: str = "", **fields: Any
    ) -> Author | None:
        """Who wrote it: known by an id, or else by name; None for nobody."""
        known = external_id or name
        return Author(self._source, known, name, url or None, **fields) if known else None


def _said(html: str, text: str) -> tuple[str, str]:
    """One's own words and other people's, whether quoted by markup or by a >."""
    words, quoted = plain(html) if html else (text, "")
    words, more = unquoted(words)
    return words, "\n".join(part for part in (quoted, more) if part)


def rating(value: str, *, worst: float, best: float) -> Rating | None:
    """A grade as written; None where there is none, or it lies outside its scale."""
    try:
        return Rating(float(value.replace(",", ".")), best=best, worst=worst)
    except ValueError:
        return None
