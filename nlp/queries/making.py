"""From what the grammar found to the parsed query: each piece checked where it stands."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from typing import Any

from lark import Token, Transformer

from domain.errors import worded
from domain.posts import PostKind
from domain.queries import (
    AllOf,
    AnyOf,
    ByAuthor,
    Comparison,
    FromSource,
    InLanguage,
    Like,
    Near,
    Not,
    OfKind,
    Phrase,
    Query,
    Rated,
    Word,
)
from domain.words import TAG, fold, phrase, words

FARTHEST = 50
_MOST_PAIRS = 100
_FEWEST_LETTERS = 2
_FEWEST_OF_LIKE, _MOST_PARTS = 3, 4  # of a word with a * inside or at its start
_MOST_LIKES = 10
_STAR = "ꙮ"  # stands for * while words are told apart: a letter of one book of 1429
_STARS = re.compile(r"\*+")
_NAMED = re.compile(r"([^\W\d_]+):(?!//)")
_GRADE = re.compile(r"rating\s*([<>=!:≤≥]+)\s*(\d(?:[.,]\d{1,4})?)$", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-z]{2,8}(-[a-z0-9]{1,8})*")
_FIELDS = ("lang", "source", "author", "kind", "rating")
_SIGNS = {"≤": "<=", "≥": ">=", ":": "=", "==": "="}


class Unfit(Exception):
    """A piece that is well placed and says nothing we can look for."""

    def __init__(self, what: str, at: int, todo: str, **places: str) -> None:
        self.what, self.at, self.todo, self.places = what, at, todo, places
        super().__init__(what)


class Making(Transformer[Token, Query]):
    """One method for each rule of the grammar."""

    def any_of(self, found: Sequence[Query]) -> Query:
        """``a OR b``."""
        return _joined(AnyOf, found)

    def all_of(self, found: Sequence[Query]) -> Query:
        """``a b``, ``a AND b``."""
        return _joined(AllOf, found)

    def without(self, found: Sequence[Query]) -> Query:
        """``NOT a``, ``-a``."""
        (query,) = found
        return query.query if isinstance(query, Not) else Not(query)

    def near(self, found: Sequence[Any]) -> Query:
        """``a NEAR/5 b``."""
        left, sign, right = found
        sides = _choices(left, sign), _choices(right, sign)
        if len(sides[0]) * len(sides[1]) > _MOST_PAIRS:
            what = worded("NEAR compares at most %(most)s pairs")
            todo = worded("name fewer words on its sides")
            raise Unfit(what, _at(sign), todo, most=str(_MOST_PAIRS))
        return Near(*sides, _distance(sign))

    def phrase(self, found: Sequence[Token]) -> Query:
        """``"a b"``."""
        (token,) = found
        return _phrase(token, str(token)[1:-1])

    def word(self, found: Sequence[Token]) -> Query:
        """``a``, ``a*``, ``*a``, ``@a``, ``#a``."""
        (token,) = found
        named = _NAMED.match(token)
        if named and len(token) > named.end():
            raise _no_such_field(token, named[1])
        return _tag(token) if token.startswith("#") else _phrase(token, str(token))

    def rated(self, found: Sequence[Token]) -> Query:
        """``rating<3``."""
        (token,) = found
        match = _GRADE.match(token)
        sign = _SIGNS.get(match[1], match[1]) if match else ""
        if match is None or sign not in list(Comparison):
            what = worded("this is no comparison of ratings")
            todo = worded(
                "write rating<3, with <, <=, =, !=, >= or > and a grade on the scale of 1 to 5"
            )
            raise Unfit(what, _at(token), todo)
        return Rated(Comparison(sign), float(match[2].replace(",", ".")))

    def field(self, found: Sequence[Token]) -> Query:
        """``lang:pt``, ``source:forum``, ``author:ana``, ``kind:review``."""
        (token,) = found
        name, _, value = token.partition(":")
        value = value.strip('"').strip()
        if not value.strip("*@"):
            what, todo = worded("%(field)s: names nothing"), worded("write a value after it")
            raise Unfit(what, _at(token), todo, field=name)
        return _test(name.lower(), value, token)


def _joined(kind: type[AllOf | AnyOf], found: Sequence[Query]) -> Query:
    flat: list[Query] = []
    for one in found:
        flat += one.queries if isinstance(one, kind) else [one]
    return flat[0] if len(flat) == 1 else kind(tuple(flat))


def _phrase(token: Token, text: str) -> Phrase:
    said = phrase(_STARS.sub(_STAR, text))
    if not said or set("".join(said)) == {_STAR}:
        what, todo = worded("this holds no letter or digit"), worded("write a word to look for")
        raise Unfit(what, _at(token), todo)
    return Phrase(_words(token, said))


def _words(token: Token, said: Sequence[str]) -> tuple[Word, ...]:
    """The words of a piece, those with a * by their parts."""
    stars = [match.start() for match in _STARS.finditer(token)]
    told: list[Word] = []
    for word in said:
        at = _at(token) + (stars[0] if stars else 0)
        told.append(_like(word, at) if _STAR in word else word)
        stars = stars[word.count(_STAR) :]
    if sum(isinstance(word, Like) for word in told) > _MOST_LIKES:
        what = worded("too many words with a * in one phrase")
        todo = worded("write at most %(most)s")
        raise Unfit(what, _at(token), todo, most=str(_MOST_LIKES))
    return tuple(told)


def _like(word: str, at: int) -> Like:
    like = Like(tuple(word.split(_STAR)))
    letters = sum(map(len, like.parts))
    if like.goes_on and letters < _FEWEST_LETTERS:
        what = worded("too little stands before the *")
        todo = worded("write at least %(fewest)s letters before it, as bo*")
        raise Unfit(what, at, todo, fewest=str(_FEWEST_LETTERS))
    if not like.goes_on and letters < _FEWEST_OF_LIKE:
        what = worded("too little stands beside the *")
        todo = worded("write at least %(fewest)s letters, as *tras* or at*so")
        raise Unfit(what, at, todo, fewest=str(_FEWEST_OF_LIKE))
    if len(like.parts) > _MOST_PARTS:
        what, todo = worded("too many * in one word"), worded("write at most %(most)s")
        raise Unfit(what, at, todo, most=str(_MOST_PARTS - 1))
    return like


def _tag(token: Token) -> Phrase:
    written = _STARS.sub(_STAR, token)
    tags = [word for word in words(written) if word[0] == TAG]
    if len(tags) != 1 or len(tags[0]) != len(fold(written)):
        todo = worded("write # and one word that holds a letter")
        raise Unfit(worded("this is no tag"), _at(token), todo)
    return Phrase(_words(token, tags))


def _choices(side: Query, sign: Token) -> tuple[Phrase, ...]:
    choices = side.queries if isinstance(side, AnyOf) else (side,)
    told = tuple(one for one in choices if isinstance(one, Phrase))
    if len(told) < len(choices):
        todo = worded("put a word, a phrase, or (one OR other) on each side")
        raise Unfit(worded("NEAR joins words and phrases only"), _at(sign), todo)
    if any(_is_tag(one.words[0]) for one in told):
        todo = worded("write the word without #")
        raise Unfit(worded("a tag has no place to be near to"), _at(sign), todo)
    return told


def _is_tag(word: Word) -> bool:
    return (word if isinstance(word, str) else word.parts[0]).startswith(TAG)


def _distance(sign: Token) -> int:
    number = sign.partition("/")[2]
    if not (number.isascii() and number.isdigit()) or not 0 <= int(number[:4]) <= FARTHEST:
        todo = worded("write NEAR/5: at most so many words between, up to %(most)s")
        raise Unfit(worded("NEAR does not say how near"), _at(sign), todo, most=str(FARTHEST))
    return int(number)


def _test(name: str, value: str, token: Token) -> Query:
    stem = value.rstrip("*")
    match name:
        case "source":
            return FromSource(stem, stem != value)
        case "author":
            return ByAuthor(stem.lstrip("@").casefold(), stem != value)
        case "lang":
            language = value.lower().replace("_", "-")
            if _LANGUAGE.fullmatch(language):
                return InLanguage(language)
            what, todo = worded("%(value)s is no language"), worded("write its code, as lang:pt")
            raise Unfit(what, _at(token), todo, value=value)
    return OfKind(_kind(value.lower(), token))


def _kind(value: str, token: Token) -> PostKind:
    if value not in list(PostKind):
        known = ", ".join(PostKind)
        what, todo = worded("no post is of kind %(value)s"), worded("write one of %(known)s")
        raise Unfit(what, _at(token), todo, value=value, known=known)
    return PostKind(value)


def _no_such_field(token: Token, name: str) -> Unfit:
    near = difflib.get_close_matches(name.lower(), _FIELDS, n=1, cutoff=0.5)
    known = ", ".join(f"{one}:" for one in _FIELDS[:-1])
    todo = worded('there are %(known)s and rating; to look for the words, put them in "quotes"')
    if near:
        todo = worded('did you mean %(near)s: ? To look for the words, put them in "quotes"')
    what, first = worded("nothing can be asked by %(field)s:"), "".join(near)
    return Unfit(what, _at(token), todo, field=name, known=known, near=first)


def _at(token: Token) -> int:
    return token.start_pos or 0
