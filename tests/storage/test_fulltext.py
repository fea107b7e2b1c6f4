import pytest

from domain.queries import AllOf, AnyOf, Like, Near, Not, Phrase
from domain.words import words


def word(text):
    return Phrase(tuple(words(text)))


@pytest.mark.parametrize(
    ("text", "sought"),
    [
        ("Quero meu REEMBOLSÓ já", "reembolso"),
        ("re\u200bem\u00adbolso", "reembolso"),
        ("RЕЕMBOLSO, hoje!", "REEMBÓLSO"),
        ("STRASSE", "straße"),
        ("foo_bar", "bar"),
        ("oi @ana_b", "@Ana_B"),
    ],
)
def test_words_are_found_in_any_dress(store, make_post, now, text, sought):
    with store.writing() as unit:
        (post_id,) = unit.posts.add([make_post("1", text)], now).ids
        unit.posts.add([make_post("2", "outra coisa")], now)
        assert [post.id for post in unit.posts.search(word(sought))] == [post_id]


def test_matches_come_newest_first_in_pages(store, make_post, now):
    texts = "o pedido chegou tarde", "tarde chegou o pedido", "nada", "pedido"
    posts = [make_post(str(number), text) for number, text in enumerate(texts)]
    with store.writing() as unit:
        ids = unit.posts.add(posts, now).ids

        def found(*queries, **options):
            return [post.id for post in unit.posts.search(AllOf(queries), **options)]

        assert found(word("pedido"), word("tarde")) == [ids[1], ids[0]]
        assert found(word("chegou tarde"), word("pedido")) == [ids[0]]
        assert found(word("pedido"), limit=1) == [ids[3]]
        assert found(word("pedido"), before_id=ids[3]) == [ids[1], ids[0]]
        assert found(word("chego")) == []
        assert found(Phrase((Like(("chego", "")),))) == [ids[1], ids[0]]
        assert found(word("pedido"), Not(word("chegou"))) == [ids[3]]
        assert found(Near((word("o"),), (word("tarde"),), 1)) == [ids[1]]
        assert found(AnyOf((word("nada"), word("tarde o")))) == [ids[2]]


def test_titles_are_searched_and_edits_followed(store, make_post, now):
    with store.writing() as unit:
        unit.posts.add([make_post("1", "antes", title="Atraso")], now)
        assert unit.posts.search(word("atraso antes"))
        unit.posts.add([make_post("1", "depois", title="Atraso")], now)
        assert not unit.posts.search(word("antes"))
        assert unit.posts.search(word("depois"))


def test_only_posts_that_mention_the_brand(store, make_post, make_analysis, now):
    with store.writing() as unit:
        ids = unit.posts.add([make_post("1"), make_post("2")], now).ids
        unit.analyses.add([make_analysis(ids[0], brands=("sol", "lua", "lua"))])
        found = unit.posts.search(word("tarde"), brand="lua")
        assert [post.id for post in found] == [ids[0]]
        assert unit.posts.search(word("tarde"), brand="mar") == []


def test_matches_are_counted_by_source_language_and_day(store, make_post, make_analysis, now):
    with store.writing() as unit:
        ids = unit.posts.add(
            [
                make_post("1"),
                make_post("2", language="en"),
                make_post("3", source="blog", language=""),
                make_post("4", minutes=-24 * 60),
            ],
            now,
        ).ids
        unit.analyses.add([make_analysis(ids[0])])
        day = (now.date() - now.date().replace(year=1970, month=1, day=1)).days
        assert sorted(unit.posts.tallies(word("chegou"))) == [
            ("blog", "und", day, 1),
            ("forum", "en", day, 1),
            ("forum", "pt", day, 1),
            ("forum", "und", day - 1, 1),
        ]


HOSTILE = ["'; DROP TABLE posts; --", "tarde\x00", "\ud800", "a & | ! <-> b", "%", "_", "y" * 9999]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_any_text_is_kept_and_found(store, make_post, now, text):
    with store.writing() as unit:
        (post_id,) = unit.posts.add([make_post("1", text, by="ana")], now).ids
        found = unit.posts.search(word(text)) if words(text) else []
        assert [post.id for post in found] == ([post_id] if words(text) else [])
        assert isinstance(unit.authors.search(text), list)
