import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.fulltext import _WORD, fold, phrases, tokens


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Quero meu REEMBOLSÓ já", "reembolso"),
        ("re\u200bem\u00adbolso", "reembolso"),
        ("ＲＥＥＭＢＯＬＳＯ", "reembolso"),
        ("reembolso, hoje!", "REEMBÓLSO"),
        ("açaí", "acai"),
        ("STRASSE", "straße"),
        ("İstanbul", "istanbul"),
        ("foo_bar", "bar"),
    ],
)
def test_words_are_found_in_any_dress(store, make_post, now, text, word):
    with store.writing() as unit:
        (post_id,) = unit.posts.add([make_post("1", text)], now).ids
        unit.posts.add([make_post("2", "outra coisa")], now)
        assert [post.id for post in unit.posts.search(word)] == [post_id]


def test_all_words_and_exact_phrases_newest_first(store, make_post, now):
    texts = "o pedido chegou tarde", "tarde chegou o pedido", "nada", "pedido"
    posts = [make_post(str(number), text) for number, text in enumerate(texts)]
    with store.writing() as unit:
        ids = unit.posts.add(posts, now).ids

        def found(words, **options):
            return [post.id for post in unit.posts.search(words, **options)]

        assert found("pedido tarde") == [ids[1], ids[0]]
        assert found('"chegou tarde" pedido') == [ids[0]]
        assert found("pedido", limit=1) == [ids[3]]
        assert found("pedido", before_id=ids[3]) == [ids[1], ids[0]]
        assert found("chego") == []


def test_titles_are_searched_and_edits_followed(store, make_post, now):
    with store.writing() as unit:
        unit.posts.add([make_post("1", "antes", title="Atraso")], now)
        assert unit.posts.search("atraso antes")
        unit.posts.add([make_post("1", "depois", title="Atraso")], now)
        assert not unit.posts.search("antes")
        assert unit.posts.search("depois")


def test_only_posts_that_mention_the_brand(store, make_post, make_analysis, now):
    with store.writing() as unit:
        ids = unit.posts.add([make_post("1"), make_post("2")], now).ids
        unit.analyses.add([make_analysis(ids[0], brands=("sol", "lua", "lua"))])
        assert [post.id for post in unit.posts.search("tarde", brand="lua")] == [ids[0]]
        assert unit.posts.search("tarde", brand="mar") == []


HOSTILE = [
    '"',
    '"aberta',
    "tarde NEAR chegou",
    "NEAR(tarde chegou, 2)",
    "tard*",
    "*",
    "((tarde",
    "tarde) OR (",
    "tokens:tarde",
    "-tarde",
    "^tarde",
    "tarde AND NOT",
    "'; DROP TABLE posts; --",
    "tarde\x00",
    "\ud800",
    "{tarde chegou}",
    ":*",
    "a & | ! <-> b",
    "\\",
    "%",
    "",
    "   ",
    "☃",
    "x " * 5000,
    "y" * 100_000,
]


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_no_query_fails(store, make_post, now, words):
    with store.writing() as unit:
        unit.posts.add([make_post("1", by="ana")], now)
        assert isinstance(unit.posts.search(words), list)
        assert isinstance(unit.authors.search(words), list)


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(words=st.text(alphabet=st.characters(), max_size=40))
def test_any_text_finds_itself(store, make_post, now, words):
    with store.writing() as unit:
        (post_id,) = unit.posts.add([make_post("1", words)], now).ids
        found = unit.posts.search(words)
    assert [post.id for post in found] == ([post_id] if phrases(words) else [])


@given(st.text())
def test_tokens_are_folded_words_and_stay_so(text):
    once = tokens(text)
    assert tokens(" ".join(once)) == once
    assert not set("".join(once)) & set("\"'*()^:-&|!<>\x00")


western = st.text(st.characters(codec="latin-1"))
tricky = st.text(alphabet="aÇß½ \xad\x00\x85", max_size=500)


@given(western | tricky)
def test_the_quick_way_finds_the_same_words(text):
    assert tokens(text) == _WORD.findall(fold(text))
