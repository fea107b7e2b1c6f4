"""Read a query as people write it; what cannot be read is pointed at.

The language in one page: ``docs/queries.md``.
"""

from __future__ import annotations

from functools import cache
from typing import NoReturn

from lark import Lark, Token
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken, VisitError

from domain.errors import QueryError, worded
from domain.queries import Query, seeks
from nlp.queries.making import Making, Unfit

LONGEST = 5_000
DEEPEST = 40
_GRAMMAR = r"""
?start: any
?any: all (_OR all)*                      -> any_of
?all: one (_AND? one)*                    -> all_of
?one: _NOT one                            -> without
    | near
?near: atom
    | atom NEAR atom                      -> near
?atom: "(" any ")"
    | PHRASE                              -> phrase
    | FIELD                               -> field
    | RATED                               -> rated
    | WORD                                -> word

_AND.5: /AND(?=[\s()"“„-]|$)/
_OR.5: /OR(?=[\s()"“„-]|$)/
_NOT.5: /NOT(?=[\s()"“„-]|$)|[-−](?=[^\s()])/ | /[-−](?=\()/
NEAR.5: /NEAR(\/[^\s()"]*)?(?=[\s()"“„]|$)/
PHRASE.4: /["“”„][^"“”„]*["“”„]/
FIELD.3: /(lang|source|author|kind):("[^"]*"|[^\s()"]*)/i
RATED.3: /rating\s*[<>=!:≤≥]+\s*[^\s()"]*/i
WORD: /[^\s()"“”„]+/
%ignore /\s+/
"""
_SAYS = {
    "_OR": "OR",
    "RPAR": ")",
    "NEAR": "NEAR/5",
}
_STARTS = {"WORD", "PHRASE", "FIELD", "RATED", "LPAR"}


@cache
def _parser() -> Lark:
    return Lark(
        _GRAMMAR, parser="lalr", lexer="basic", transformer=Making(), propagate_positions=False
    )


def read(text: str) -> Query:
    """The query that a text says; raises QueryError, which points at the place."""
    _check_size(text)
    try:
        query: Query = _parser().parse(text)  # type: ignore[assignment]  # Making makes queries
    except VisitError as error:
        _refuse(text, error.orig_exc)
    except Unfit as error:
        _refuse(text, error)
    except UnexpectedInput as error:
        raise _misplaced(text, error) from None
    if not seeks(query):
        todo = worded("say what to find too, as in: boca -natal")
        raise QueryError(worded("this only says what to leave out"), text, 0, todo=todo)
    return query


def _check_size(text: str) -> None:
    if not text.strip():
        todo = worded("write a word to look for")
        raise QueryError(worded("the query is empty"), text, 0, todo=todo)
    if len(text) > LONGEST:
        what, todo = worded("a query has at most %(most)s characters"), worded("split it in two")
        raise QueryError(what, text, LONGEST, todo=todo, most=f"{LONGEST:,}")
    depth = 0
    for at, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth > DEEPEST:
            what = worded("too many brackets in each other")
            raise QueryError(what, text, at, todo=worded("use fewer"))


def _refuse(text: str, error: Exception) -> NoReturn:
    if isinstance(error, Unfit):
        raise QueryError(error.what, text, error.at, todo=error.todo, **error.places) from None
    raise error


def _misplaced(text: str, error: UnexpectedInput) -> QueryError:
    if isinstance(error, UnexpectedCharacters):
        return _stray(text, error.pos_in_stream or 0)
    assert isinstance(error, UnexpectedToken)
    token: Token = error.token
    expected = {name for name in (error.expected or ()) if name in _SAYS}
    at = len(text.rstrip()) if token.type == "$END" else token.start_pos or 0
    if token.type == "NEAR" and "_OR" in expected:
        todo = worded("write (a NEAR/5 b) (b NEAR/5 c)")
        return QueryError(worded("NEAR joins two, not three"), text, at, todo=todo)
    if set(error.expected or ()) >= _STARTS:
        return _no_operand(text, token, at)
    if token.type == "RPAR":
        what = worded("this bracket was never opened")
        return QueryError(what, text, at, todo=worded("remove it"))
    if token.type == "$END" and "RPAR" in expected:
        what = worded("a bracket is not closed")
        return QueryError(what, text, at, todo=worded("write ) here"))
    wanted = " ".join(sorted(_SAYS[name] for name in expected))
    what, todo = worded("%(found)s cannot stand here"), worded("remove it, or write: %(wanted)s")
    return QueryError(what, text, at, todo=todo, found=str(token), wanted=wanted)


def _no_operand(text: str, token: Token, at: int) -> QueryError:
    what = worded("the query ends where a word was expected")
    if token.type != "$END":
        what = worded("a word was expected, not %(found)s")
    todo = worded('write a word, a "phrase" or a ( here')
    if token.type in ("_AND", "_OR", "_NOT", "NEAR"):
        todo = worded("write a word here; to look for this word itself, write it small")
    return QueryError(what, text, at, todo=todo, found=str(token))


def _stray(text: str, at: int) -> QueryError:
    todo = worded('write the closing " after the phrase')
    return QueryError(worded('this " is not closed'), text, at, todo=todo)
