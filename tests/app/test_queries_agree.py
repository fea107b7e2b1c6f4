"""One query means the same live (the matcher) and in history (the index), on either engine."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.analyses import Analysis, Polarity, Sentiment
from domain.people import Author
from domain.posts import Post, PostKind, Rating
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
    written,
)
from domain.words import AT, TAG, phrase, words
from nlp.queries.heard import Heard
from nlp.queries.holding import holding
from nlp.queries.matcher import Matcher
from nlp.queries.reader import read
from storage import Store, open_store
from storage.settings import StorageSettings
from storage.tables import post_tokens

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
POSTS, QUERIES = 400, 600
SEEDS = (1, 2, 3)
VOCABULARY = (
    *("boca", "bocas", "bocado", "a", "o", "ata", "atraso", "atrasos", "pão", "PAO", "рао", "so"),
    *("e-mail", "C&A", "@ana", "@Ana.b", "#boca", "#Atraso", "İı", "straße", "ＢＯＣＡ", "3", "30"),
    *("at\u200bra\u00adso", "x_y", "NEAR", "OR", "中文", "😀", "foo@boca.example", "naï\u0308ve"),
)
GLUE = (" ", " ", " ", ", ", "\n", " - ", "\u00a0", "…", "/")


def a_post(chance: random.Random, number: int) -> Post:
    said = (chance.choice(VOCABULARY) + chance.choice(GLUE) for _ in range(chance.randint(0, 12)))
    worst, best = chance.choice([(1.0, 5.0), (0.0, 10.0), (1.0, 6.0), (0.0, 1.0)])
    grade = chance.choice([worst, best, (worst + best) / 2, worst + (best - worst) / 4])
    source = chance.choice(["forum", "Forum", "loja x", "loja_y"])
    number_of_author = chance.randrange(4)
    author = Author(source, f"u{number_of_author}", ("Ana", "@Bia", "", "Ána B")[number_of_author])
    return Post(
        source=source,
        external_id=str(number),
        kind=chance.choice(list(PostKind)),
        text="".join(said),
        title=chance.choice(["", "", "Boca", "a #boca"]),
        created_at=NOW,
        author=chance.choice([author, author, None]),
        language=chance.choice([None, "", "pt", "pt_BR", "EN", "pt-pt"]),
        rating=chance.choice([None, Rating(grade, best, worst)]),
    )


def a_phrase(chance: random.Random) -> Phrase:
    said: tuple[str, ...] = ()
    while not said:
        said = phrase(" ".join(chance.choices(VOCABULARY, k=chance.choice([1, 1, 1, 2, 3]))))
    starry = chance.random() < 0.4
    return Phrase(tuple(a_word(chance, word) if starry else word for word in said[:4]))


def a_word(chance: random.Random, word: str) -> Word:
    """The word, or its beginning, or some of its letters; of an address always the sign."""
    roll = chance.random()
    sign = word[: word[0] in (AT, TAG)]
    letters = word[len(sign) :]
    if len(letters) < 3 or not letters.isalnum() or roll < 0.3:
        return word
    if roll < 0.5:
        return Like((sign + letters[: chance.randint(2, 5)], ""))
    first, last = sorted(chance.sample(range(len(letters) + 1), 2))
    inner = (letters[first:last],) if chance.random() < 0.5 else ()
    ends = letters[: chance.randint(0, first)], letters[chance.randint(last, len(letters)) :]
    parts = (sign + ends[0], *inner, ends[1])
    return Like(parts) if sum(map(len, parts)) >= 3 else Like((sign + letters[:2], letters[-1]))


def a_like(chance: random.Random) -> Phrase:
    """A word of the vocabulary with some of its letters left out, or a made-up one."""
    word: Word = ""
    while not isinstance(word, Like):
        known = chance.choice(words(chance.choice(VOCABULARY)) or ["boca"])
        word = a_word(chance, known if chance.random() < 0.9 else "boca" + known)
    return Phrase((word,))


def a_test(chance: random.Random) -> Query:
    tests: list[Query] = [
        InLanguage(chance.choice(["pt", "pt-br", "en", "und"])),
        FromSource(chance.choice(["forum", "loja x"])),
        FromSource(chance.choice(["loja", "loja_", "fo"]), open_ended=True),
        ByAuthor(chance.choice(["ana", "bia", "u2"])),
        ByAuthor(chance.choice(["a", "án"]), open_ended=True),
        Rated(chance.choice(list(Comparison)), chance.choice([1.0, 2.0, 2.5, 3.0, 5.0])),
        OfKind(chance.choice(list(PostKind))),
        Phrase((TAG + chance.choice(["boca", "atraso"]),)),
        Phrase((Like((AT + "an", "")),)),
        Phrase((Like((chance.choice([AT, TAG, AT + "a"]), chance.choice(["na", "bo", "aso"]))),)),
    ]
    return chance.choice(tests)


def a_query(chance: random.Random, depth: int = 3) -> Query:
    roll = chance.random()
    if depth == 0 or roll < 0.3:
        if chance.random() < 0.3:
            return a_like(chance)
        return a_phrase(chance) if chance.random() < 0.7 else a_test(chance)
    if roll < 0.45:
        sides = [tuple(a_phrase(chance) for _ in range(chance.choice([1, 1, 2]))) for _ in "ab"]
        return Near(sides[0], sides[1], chance.randint(0, 4))
    if roll < 0.55:
        return Not(a_query(chance, depth - 1))
    kind = AllOf if roll < 0.8 else AnyOf
    return kind(tuple(a_query(chance, depth - 1) for _ in range(chance.choice([2, 2, 3]))))


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "boca.db")
        url = f"sqlite:///{tmp_path}/boca.db"
    else:
        make: Callable[[], str] = request.getfixturevalue("make_database")
        url = make()
    store = open_store(StorageSettings(url=url))
    yield store
    store.close()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_query_finds_in_history_what_it_matched_live(store: Store, seed: int) -> None:
    """720,000 pairs of query and post for each engine; most queries match some, none all."""
    chance = random.Random(seed)
    posts = [a_post(chance, number) for number in range(POSTS)]
    queries = {number: a_query(chance) for number in range(QUERIES)}
    spoken = {number: chance.choice(["pt", "en", "pt-BR"]) for number in range(0, POSTS, 3)}
    matcher = Matcher(queries)
    live: dict[int, set[int]] = {number: set() for number in queries}
    for number, post in enumerate(posts):
        for name in matcher.match(post, spoken.get(number)):
            live[name].add(number)
    with store.writing() as unit:
        ids = unit.posts.add(posts, NOW).ids
        unit.analyses.add([analysed(ids[number], language) for number, language in spoken.items()])
        place = {post_id: number for number, post_id in enumerate(ids)}
        for name, query in queries.items():
            found = {place[post.id] for post in unit.posts.search(query, limit=POSTS)}
            assert found == live[name], written(query)
            assert sum(row[3] for row in unit.posts.tallies(query)) == len(found)
    some = [len(found) for found in live.values() if 0 < len(found) < POSTS]
    assert len(some) > QUERIES / 3


def analysed(post_id: int, language: str) -> Analysis:
    sentiment = Sentiment(Polarity.NEUTRAL, 0.0, 0.0)
    return Analysis(post_id, language, sentiment, (), (), (), "1", NOW)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_query_written_out_is_read_as_itself(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(500):
        query = AllOf((Phrase(("boca",)), a_query(chance)))
        said = written(query)
        assert written(read(said)) == written(read(written(read(said)))), said
        post = a_post(chance, 1)
        both = Matcher({"first": query, "again": read(said)}).match(post)
        assert both in ([], ["first", "again"]), said


def test_what_the_matcher_looks_at_first_never_hides_a_match() -> None:
    """The same queries, each asked of every post without the index of anchors."""
    chance = random.Random(9)
    queries = {number: a_query(chance) for number in range(QUERIES)}
    for number in range(60):
        post = replace(a_post(chance, number), language="pt")
        heard = Heard(post)
        plain = [name for name, query in queries.items() if holding(query)(heard)]
        assert Matcher(queries).match(post) == plain


def test_the_index_holds_what_the_matcher_reads(store: Store) -> None:
    chance = random.Random(5)
    posts = [a_post(chance, number) for number in range(50)]
    with store.writing() as unit:
        ids = unit.posts.add(posts, NOW).ids
        kept = unit.posts._connection.execute(post_tokens.select())
        rows = {row.rowid: row.tokens for row in kept}
    assert [rows[one].split() for one in ids] == [words(post.content) for post in posts]
