"""What of a whole network's stream is ours: the words to listen for, and the posts to keep."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from app.application import App
from crawlers.settings import SourceSettings
from crawlers.sources.jetstream import JetstreamSettings
from domain.brands import Brand
from domain.posts import CrawlEvent, Post
from domain.queries import AnyOf, Phrase, Query
from domain.words import phrase, shown
from nlp.queries.matcher import Matcher, anchors
from nlp.queries.reader import read


def listening(source: SourceSettings, brands: Sequence[Brand]) -> SourceSettings:
    """The source as it is to be visited: one that names no words is told those of our brands."""
    if not _hears_all(source):
        return source
    return source.model_copy(update={"words": words_of(brands)})


def words_of(brands: Sequence[Brand]) -> tuple[str, ...]:
    """Words, or their beginnings as ``nub*``, of which every post that is ours holds one.

    Of a query that asks for no word at all (``lang:pt``) the brand's names stand in.
    """
    asked = (anchors(query_of(brand)) or anchors(_named(brand)) or () for brand in brands)
    found = {shown(one.text) + "*" * one.open_ended for some in asked for one in some}
    return tuple(sorted(found))


def query_of(brand: Brand) -> Query:
    """What a brand asks for: its query, or else its names and its accounts' handles."""
    return read(brand.query) if brand.query else _named(brand)


def _named(brand: Brand) -> Query:
    handles = (f"@{account.rpartition(':')[2].lstrip('@')}" for account in brand.accounts)
    phrases = (phrase(one) for one in (*brand.names, *handles))
    return AnyOf(tuple(Phrase(words) for words in phrases if words))


def ours(app: App, source: SourceSettings, events: Iterable[CrawlEvent]) -> Iterator[CrawlEvent]:
    """The events without the posts that no brand asks for; other kinds of source keep theirs."""
    sieve = _Sieve(app, source.name) if _hears_all(source) else None
    for event in events:
        if sieve is None or not isinstance(event, Post) or sieve.keeps(event):
            yield event


def _hears_all(source: SourceSettings) -> bool:
    return isinstance(source, JetstreamSettings) and not source.words


class _Sieve:
    """Keeps what matches a brand's query, and whatever is said or done about what was kept."""

    def __init__(self, app: App, source: str) -> None:
        self._app, self._source = app, source
        queries: Mapping[str, Query] = {brand.id: query_of(brand) for brand in app.brands}
        self._matcher = Matcher(queries)
        self._kept: set[str] = set()

    def keeps(self, post: Post) -> bool:
        """Whether it is ours; an edit of a post that was stays so."""
        about = {post.external_id, post.parent, post.thread} - {None}
        if self._matcher.match(post) or not self._kept.isdisjoint(about) or self._stored(about):
            self._kept.add(post.external_id)
            return True
        return False

    def _stored(self, about: set[str | None]) -> bool:
        with self._app.store.reading() as unit:
            return bool(unit.posts.keys(self._source, (one for one in about if one)))
