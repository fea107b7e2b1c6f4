"""From what the grammar found to the parsed query: each piece checked where it stands."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from typing import Any

from lark import Token, Transformer

from domain.posts import PostKind
from domain.queries import (
    AllOf,
    AnyOf,
    ByAuthor,
    Comparison,
    FromSource,
    InLanguage,
    Near,
    Not,
    OfKind,
    Phrase,
    Query,
    Rated,
)
from domain.words import TAG, phrase, words

FARTHEST = 50
_MOST_PAIRS = 100
_FEWEST_LETTERS = 2
_NAMED = re.compile(r"([^\W\d_]+):(?!//)")
_GRADE = re.compile(r"rating\s*([<>=!:≤≥]+)\s*(\d(?:[.,]\d{1,4})?)$", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-z]{2,8}(-[a-z0-9]{1,8})*")
_FIELDS = ("lang", "source", "author", "kind", "rating")
_SIGNS = {"≤": "<=", "≥": ">=", ":": "=", "==": "="}


class Unfit(Exception):
    """A piece that is well placed and says nothing we can look for."""

    def __init__(self, what: str, at: int, todo: str) -> None:
        self.what, self.at, self.todo = what, at, todo
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
            what = f"NEAR compares at most {_MOST_PAIRS} pairs"
            raise Unfit(what, _at(sign), "name fewer words on its sides")
        return Near(*sides, _distance(sign))

    def phrase(self, found: Sequence[Token]) -> Query:
        """``"a b"``."""
        (token,) = found
        return _phrase(token, str(token)[1:-1])

    def word(self, found: Sequence[Token]) -> Query:
        """``a``, ``a*``, ``@a``, ``#a``."""
        (token,) = found
        named = _NAMED.match(token)
        if named and len(token) > named.end():
            raise _no_such_field(token, named[1])
        if token.startswith("#"):
            return _tag(token)
        return _phrase(token, str(token))

    def rated(self, found: Sequence[Token]) -> Query:
        """``rating<3``."""
        (token,) = found
        match = _GRADE.match(token)
        sign = _SIGNS.get(match[1], match[1]) if match else ""
        if match is None or sign not in list(Comparison):
            todo = "write rating<3, with <, <=, =, !=, >= or > and a grade on the scale of 1 to 5"
            raise Unfit("this is no comparison of ratings", _at(token), todo)
        return Rated(Comparison(sign), float(match[2].replace(",", ".")))

    def field(self, found: Sequence[Token]) -> Query:
        """``lang:pt``, ``source:forum``, ``author:ana``, ``kind:review``."""
        (token,) = found
        name, _, value = token.partition(":")
        value = value.strip('"').strip()
        if not value.strip("*@"):
            raise Unfit(f"{name}: names nothing", _at(token), f"write a value, as {name}:VALUE")
        return _test(name.lower(), value, token)


def _joined(kind: type[AllOf | AnyOf], found: Sequence[Query]) -> Query:
    flat: list[Query] = []
    for one in found:
        flat += one.queries if isinstance(one, kind) else [one]
    return flat[0] if len(flat) == 1 else kind(tuple(flat))


def _phrase(token: Token, text: str) -> Phrase:
    stem = text.strip().rstrip("*")
    open_ended = stem != text.strip()
    if "*" in stem:
        at = _at(token) + str(token).index("*")
        raise Unfit("a * stands for the end of a word only", at, "write the start of it, as boc*")
    said = phrase(stem)
    if not said:
        raise Unfit("this holds no letter or digit", _at(token), "write a word to look for")
    if open_ended and (len(said[-1]) < _FEWEST_LETTERS or not _ends_in_word(stem)):
        todo = f"write at least {_FEWEST_LETTERS} letters before it, as bo*"
        raise Unfit("too little stands before the *", _at(token), todo)
    return Phrase(said, open_ended)


def _ends_in_word(stem: str) -> bool:
    return stem[-1].isalnum()


def _tag(token: Token) -> Phrase:
    stem = token.rstrip("*")
    tags = [word for word in words(stem) if word[0] == TAG]
    if len(tags) != 1 or len(words(stem)) < 1 or "*" in stem:
        raise Unfit("this is no tag", _at(token), "write # and one word that holds a letter")
    return Phrase((tags[0],), stem != token)


def _choices(side: Query, sign: Token) -> tuple[Phrase, ...]:
    choices = side.queries if isinstance(side, AnyOf) else (side,)
    told = tuple(one for one in choices if isinstance(one, Phrase))
    if len(told) < len(choices):
        todo = "put a word, a phrase, or (one OR other) on each side"
        raise Unfit("NEAR joins words and phrases only", _at(sign), todo)
    if any(one.words[0].startswith(TAG) for one in told):
        raise Unfit("a tag has no place to be near to", _at(sign), "write the word without #")
    return told


def _distance(sign: Token) -> int:
    number = sign.partition("/")[2]
    if not (number.isascii() and number.isdigit()) or not 0 <= int(number[:4]) <= FARTHEST:
        todo = f"write NEAR/5: at most so many words between, up to {FARTHEST}"
        raise Unfit("NEAR does not say how near", _at(sign), todo)
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
            raise Unfit(f"{value!r} is no language", _at(token), "write its code, as lang:pt")
    return OfKind(_kind(value.lower(), token))


def _kind(value: str, token: Token) -> PostKind:
    if value not in list(PostKind):
        known = ", ".join(PostKind)
        raise Unfit(f"no post is of kind {value!r}", _at(token), f"write one of {known}")
    return PostKind(value)


def _no_such_field(token: Token, name: str) -> Unfit:
    near = difflib.get_close_matches(name.lower(), _FIELDS, n=1, cutoff=0.5)
    known = ", ".join(f"{one}:" for one in _FIELDS[:-1])
    mean = f"did you mean {near[0]}: ?" if near else f"there are {known} and rating"
    todo = f'{mean} To look for the words, put them in "quotes"'
    return Unfit(f"nothing can be asked by {name}:", _at(token), todo)


def _at(token: Token) -> int:
    return token.start_pos or 0
