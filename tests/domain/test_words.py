import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.words import fold, phrase, places, shown, words

western = st.text(st.characters(codec="latin-1"))
tricky = st.text(alphabet="aÇß½ \xad\x00\x85@#_.-", max_size=500)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("REEMBOLSÓ", "reembolso"),
        ("re\u200bem\u00adbolso", "reembolso"),
        ("ＲＥＥＭＢＯＬＳＯ", "reembolso"),
        ("RЕЕMВOLSО", "reembolso"),  # five Cyrillic letters
        ("rееmbοlsο", "reembolso"),  # Cyrillic and Greek ones
        ("𝐫𝐞𝐞𝐦𝐛𝐨𝐥𝐬𝐨", "reembolso"),
        ("r\u3164eembolso", "reembolso"),
        ("STRASSE", "strasse"),
        ("İstanbul", "istanbul"),
        ("ısı", "isi"),
        ("smørrebrød", "smorrebrod"),
    ],
)
def test_a_word_is_itself_in_any_dress(text: str, word: str) -> None:
    assert words(text) == [word]


def test_words_of_one_script_stay_apart_in_case_only() -> None:
    assert words("Москва МОСКВА") == words("москва москва")
    assert words("Αθήνα ΑΘΗΝΑ") == words("αθηνα αθηνα")


def test_addresses_and_tags_are_words_of_their_own_kind() -> None:
    assert [shown(one) for one in words("Oi @Ana_B.x, amo a #Boca_Nova hoje")] == [
        *("oi", "@ana_b.x", "amo", "a", "boca", "nova", "hoje"),
        "#boca_nova",
    ]
    assert phrase("amo #Boca") == ("amo", "boca")
    assert [shown(one) for one in words("eu@casa.example")] == ["eu", "@casa.example"]
    assert words("#1 &#39; a#b @ #") == ["1", "39", "a", "b"]


@given(st.text())
def test_words_are_folded_and_stay_so(text: str) -> None:
    once = words(text)
    tags = [one for one in once if one.startswith("＃")]
    assert (
        words(" ".join(map(shown, once)))[: len(once) - len(tags)]
        == [one for one in once if one not in tags]
        or tags
    )
    assert not set("".join(once)) & set(" \"'*()^:-&|!<>\x00@#_.%")


@given(western | tricky | st.text())
def test_places_are_the_same_words(text: str) -> None:
    assert [place.word for place in places(text)] == words(text)


@given(western | tricky)
def test_the_quick_way_finds_the_same_words(text: str) -> None:
    assert words(text) == words(f"{text} \u0100")[:-1] or "#" in text


def test_no_character_folds_further() -> None:
    whole = (chr(code) for code in range(sys.maxunicode + 1))
    known = (one for one in whole if unicodedata.category(one) not in ("Cn", "Cs", "Co"))
    assert [one for one in known if fold(fold(one)) != fold(one)] == []


def test_a_span_is_the_word_as_it_was_written() -> None:
    text = "A V\u200bér\u00adtix, ﬁm"
    assert [place.span.of(text) for place in places(text)] == ["A", "V\u200bér\u00adtix", "ﬁm"]
