from collections.abc import Callable

import pytest

from domain.analyses import Analysis
from domain.errors import ModelError
from nlp.folding import fold
from nlp.names import Name, NameFinder

Read = Callable[..., Analysis]


def named(analysis: Analysis, text: str) -> list[tuple[str, str | None]]:
    return [(one.brand, one.span and one.span.of(text)) for one in analysis.mentions]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A Vértix sumiu com o meu pedido", "Vértix"),
        ("a VERTIX sumiu", "VERTIX"),
        ("😡😡 a vértix!!", "vértix"),
        ("a V\u200bér\u00adtix sumiu", "V\u200bér\u00adtix"),
        ("a Ve\u0301rtix sumiu", "Ve\u0301rtix"),
        ("Ｖｅｒｔｉｘ sumiu", "Ｖｅｒｔｉｘ"),
        ("fly vertix  air today", "vertix  air"),
        ("meu Vértix-One quebrou", "Vértix-One"),
        ("#vertix", "vertix"),
        ("gosto da C&A.", "C&A"),
    ],
)
def test_spans_are_exact_in_the_original(read: Read, text: str, words: str) -> None:
    brand = "cea" if "&" in words else "vertix"
    assert named(read(text), text) == [(brand, words)]


@pytest.mark.parametrize(
    "text",
    [
        "vertixes are many",
        "the convertix is not it",
        "o jogador Vertix da Silva marcou",
        "o vértix dá SILVA marcou",
        "@vertix respondeu",
        "escreva a alguem@vertix.example",
        "C & B",
        "",
    ],
)
def test_what_is_not_a_mention(read: Read, text: str) -> None:
    assert named(read(text), text) == []


def test_an_exclusion_covers_its_own_place_only(read: Read) -> None:
    text = "Vertix da Silva voa de Vertix"
    (mention,) = read(text).mentions
    assert mention.span is not None
    assert mention.span.start == text.rindex("Vertix")


def test_own_accounts_name_the_brand_where_they_live(read: Read) -> None:
    assert named(read("thanks @vertix_br!"), "thanks @vertix_br!") == [("vertix", "vertix_br")]
    elsewhere, here = (read("@vertixhelp oi", source=s) for s in ("forum", "birdsite"))
    assert elsewhere.brands == ()
    assert here.brands == ("vertix",)


def test_a_source_implies_its_brand_once(read: Read) -> None:
    implied = read("chegou quebrado", source="vertix-reviews")
    assert [(one.brand, one.span) for one in implied.mentions] == [("vertix", None)]
    spoken = read("a Vértix chegou", source="vertix-reviews")
    assert [one.span is None for one in spoken.mentions] == [False]


def test_brands_come_in_order_of_appearance(read: Read) -> None:
    assert read("na C&A é melhor que na Vértix e na C&A").brands == ("cea", "vertix")


def test_a_title_counts(read: Read) -> None:
    analysis = read("sumiram com tudo", title="Vértix nunca mais")
    assert analysis.mentions[0].span is not None
    assert analysis.mentions[0].span.of("Vértix nunca mais\nsumiram com tudo") == "Vértix"


def test_hundreds_of_names_do_not_slow_the_walk() -> None:
    finder = NameFinder(Name(f"brand{n} store", str(n)) for n in range(5_000))
    text = "the brand77 store and the brand4999 store " + "of words " * 50
    assert [one.name.meaning for one in finder.find(fold(text))] == ["77", "4999"]


def test_a_name_without_words_cannot_be_looked_for() -> None:
    with pytest.raises(ModelError, match="no letter or digit"):
        NameFinder([Name("!!!", "bang")])
