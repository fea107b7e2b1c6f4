"""Which brands a post speaks of, and where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Self

from spacy.tokens import Doc

from domain.analyses import Mention
from domain.brands import Brand
from domain.posts import Post
from nlp.components.component import Component
from nlp.folding import Folded
from nlp.names import Found, Name, NameFinder
from nlp.parts import Parts
from nlp.queries.heard import Heard, spans
from nlp.queries.matcher import Matcher
from nlp.queries.reader import read


class MentionFinder(Component):
    """Finds brands by their query; without one by name and by their own accounts' handles.

    A source that is about a brand implies it, named or not.
    """

    name = "mentions"
    requires = ("doc._.folded", "doc._.language")
    assigns = ("doc._.mentions",)

    def __init__(self, brands: Sequence[Brand]) -> None:
        self._implied: dict[str, list[str]] = defaultdict(list)
        for brand in brands:
            for source in brand.sources:
                self._implied[source].append(brand.id)
        self._queries = {brand.id: read(brand.query) for brand in brands if brand.query}
        self._matcher = Matcher(self._queries)
        named = [brand for brand in brands if not brand.query]
        self._names = NameFinder(
            Name(phrase, brand.id) for brand in named for phrase in dict.fromkeys(brand.names)
        )
        self._exclusions = NameFinder(
            Name(phrase, brand.id) for brand in named for phrase in brand.exclusions
        )
        self._handles = NameFinder(
            Name(account, brand.id) for brand in named for account in map(_handle, brand.accounts)
        )
        self._accounts = {
            (brand.id, _handle(account)): account for brand in named for account in brand.accounts
        }

    @classmethod
    def made_of(cls, parts: Parts) -> Self:
        """Every brand of the settings, own and rival."""
        return cls(parts.brands)

    def annotate(self, docs: Sequence[Doc]) -> None:
        """Write mentions in order of appearance, then those that have no place in the text."""
        for doc in docs:
            found = [*self._named(doc._.post, doc._.folded), *self._matched(doc)]
            placed = sorted((one for one in found if one.span), key=_place)
            brands = {mention.brand for mention in found}
            implied = self._implied.get(doc._.post.source, ())
            placeless = [one for one in found if not one.span]
            placeless += [Mention(id_) for id_ in implied if id_ not in brands]
            doc._.mentions = (*placed, *placeless)

    def _matched(self, doc: Doc) -> Iterator[Mention]:
        """The brands whose query the post matches, each where its first words stand."""
        if not self._queries:
            return
        heard = Heard(doc._.post, doc._.language)
        for brand in self._matcher.match_heard(heard):
            yield Mention(brand, next(iter(spans(self._queries[brand], heard)), None))

    def _named(self, post: Post, folded: Folded) -> Iterator[Mention]:
        excluded = list(self._exclusions.find(folded))
        found = [one for one in self._names.find(folded) if not _addressed(folded, one)]
        found += [one for one in self._handles.find(folded) if self._is_account(post, folded, one)]
        for one in _longest(found):
            if not any(_covers(exclusion, one) for exclusion in excluded):
                yield Mention(one.name.meaning, folded.span(one.start, one.end))

    def _is_account(self, post: Post, folded: Folded, found: Found) -> bool:
        """Whether this is ``@handle`` of an account that this brand has on this source."""
        account = self._accounts[found.name.meaning, found.name.phrase]
        source, _, _ = account.rpartition(":")
        return _addressed(folded, found) and source in ("", post.source)


def _place(mention: Mention) -> int:
    return mention.span.start if mention.span else 0


def _handle(account: str) -> str:
    """The word after the @ of ``source:external_id`` or of a bare handle."""
    return account.rpartition(":")[2].lstrip("@")


def _addressed(folded: Folded, found: Found) -> bool:
    return found.start > 0 and folded.text[found.start - 1] == "@"


def _covers(outer: Found, inner: Found) -> bool:
    same = outer.name.meaning == inner.name.meaning
    return same and outer.start <= inner.start and inner.end <= outer.end


def _longest(found: Iterable[Found]) -> list[Found]:
    """In order of appearance, without those inside a longer one of the same brand."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if not any(_covers(other, one) for other in kept[-8:]):
            kept.append(one)
    return kept
