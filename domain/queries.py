"""How we look for something said: the parsed form of a query, the same live and in history.

A query is made of phrases (folded words, as ``domain.words`` gives them, whole or by their
parts), of tests of what a post is (its language, source, author, rating, kind), and of
``AllOf``, ``AnyOf`` and ``Not``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from domain.posts import PostKind, Rating
from domain.words import SIGNS, shown


@dataclass(frozen=True, slots=True)
class Like:
    """A word that holds these parts in this order, with anything or nothing between them.

    It begins with the first and ends with the last, which may be empty: ``*tras*`` is
    ``("", "tras", "")``, ``bo*`` is ``("bo", "")`` and ``#bo*`` begins with the sign of tags.
    With an empty first part it is a plain word: no address and no tag.
    """

    parts: tuple[str, ...]

    @property
    def goes_on(self) -> bool:
        """Whether it says how the word begins, and nothing more."""
        return len(self.parts) == 2 and not self.parts[1]

    def fits(self, word: str) -> bool:
        """Whether a folded word is made so."""
        first, *inner, last = self.parts
        if not (word.startswith(first) and word.endswith(last)):
            return False
        if not first and word.startswith(SIGNS):
            return False
        at, end = len(first), len(word) - len(last)
        for part in inner:
            found = word.find(part, at, end)
            if found < 0:
                return False
            at = found + len(part)
        return at <= end


Word = str | Like


@dataclass(frozen=True, slots=True)
class Phrase:
    """These words in this order, side by side, each told whole or by its parts."""

    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """One of the left and one of the right, in either order, at most so many words between.

    Two that overlap have no word between them.
    """

    left: tuple[Phrase, ...]
    right: tuple[Phrase, ...]
    distance: int


@dataclass(frozen=True, slots=True)
class InLanguage:
    """Posts in this language (``pt`` holds ``pt-BR`` too)."""

    language: str


@dataclass(frozen=True, slots=True)
class FromSource:
    """Posts of a source of this name; ``open_ended``: of every one whose name begins so."""

    name: str
    open_ended: bool = False


@dataclass(frozen=True, slots=True)
class ByAuthor:
    """Posts by an account with this handle; ``open_ended``: with one that begins so."""

    handle: str
    open_ended: bool = False


class Comparison(StrEnum):
    """How a rating is compared."""

    BELOW = "<"
    AT_MOST = "<="
    EQUAL = "="
    UNEQUAL = "!="
    AT_LEAST = ">="
    ABOVE = ">"


@dataclass(frozen=True, slots=True)
class Rated:
    """Rated posts whose grade, put on the scale of 1 to 5, compares so. None without a grade."""

    comparison: Comparison
    stars: float


@dataclass(frozen=True, slots=True)
class OfKind:
    """Posts of this kind."""

    kind: PostKind


@dataclass(frozen=True, slots=True)
class Not:
    """All that this does not match."""

    query: Query


@dataclass(frozen=True, slots=True)
class AllOf:
    """What every one of these matches."""

    queries: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """What at least one of these matches."""

    queries: tuple[Query, ...]


Test = InLanguage | FromSource | ByAuthor | Rated | OfKind
"""What is asked of a post, whatever its words."""
Query = Phrase | Near | Test | Not | AllOf | AnyOf


def stars(rating: Rating) -> float:
    """A grade on the scale of 1 to 5, whatever its own: 1 + 4 × its share of its scale."""
    return 1 + 4 * rating.share


def phrases(query: Query) -> Iterator[Phrase]:
    """Every phrase that is sought; not those that must be absent."""
    match query:
        case Phrase():
            yield query
        case Near(left, right):
            yield from (*left, *right)
        case AllOf(queries) | AnyOf(queries):
            for one in queries:
                yield from phrases(one)


def seeks(query: Query) -> bool:
    """Whether it says what to find, and not only what to leave out."""
    match query:
        case Not():
            return False
        case AllOf(queries):
            return any(map(seeks, queries))
        case AnyOf(queries):
            return all(map(seeks, queries))
    return True


def written(query: Query) -> str:
    """The query in full, every AND and bracket said; parsed again it is the same query."""
    match query:
        case AllOf(queries):
            return " AND ".join(map(_bracketed, queries))
        case AnyOf(queries):
            return " OR ".join(map(_bracketed, queries))
        case Not(inner):
            return f"NOT {_bracketed(inner)}"
        case Near(left, right, distance):
            return f"{_choice(left)} NEAR/{distance} {_choice(right)}"
        case Phrase(words):
            said = " ".join(map(_word, words))
            return said if len(words) == 1 else f'"{said}"'
    return _test(query)


def _word(word: Word) -> str:
    return "*".join(map(shown, word.parts)) if isinstance(word, Like) else shown(word)


def _bracketed(query: Query) -> str:
    compound = isinstance(query, AllOf | AnyOf | Near | Not)
    return f"({written(query)})" if compound else written(query)


def _choice(choices: tuple[Phrase, ...]) -> str:
    said = " OR ".join(map(written, choices))
    return said if len(choices) == 1 else f"({said})"


def _test(test: Test) -> str:
    match test:
        case InLanguage(language):
            return f"lang:{language}"
        case FromSource(name, open_ended):
            return f'source:"{name}{"*" * open_ended}"'
        case ByAuthor(handle, open_ended):
            return f'author:"{handle}{"*" * open_ended}"'
        case Rated(comparison, grade):
            return f"rating{comparison}{grade:.10g}"
        case OfKind(kind):
            return f"kind:{kind}"
