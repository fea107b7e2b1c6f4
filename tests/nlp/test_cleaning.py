import pytest

from nlp.cleaning import clean, undisguised


@pytest.mark.parametrize(
    ("disguised", "plain"),
    [
        ("p3ss1m0 at3nd1mento", "pessimo atendimento"),
        ("Меu реdidо nãо сhеgоu", "Meu pedido não chegou"),
        ("Ｐéｓｓｉｍｏ！", "Péssimo!"),
        ("O m0t0b0y f01 rude 3 p4r4 n0 m310", "O motoboy foi rude e para no meio"),
        ("d3l1v3ry w4s l4te 4nd c0ld", "delivery was late and cold"),
    ],
)
def test_disguises_are_put_right_letter_for_letter(disguised: str, plain: str) -> None:
    assert undisguised(disguised) == plain
    assert len(disguised) == len(plain)


@pytest.mark.parametrize(
    "text", ["iPhone13 PS4 mp3 S21", "24h, 4G, 1st, 5kg", "R2D2 h2o WH1000XM4", "Привет мир", "10"]
)
def test_numbers_and_other_alphabets_stay(text: str) -> None:
    assert undisguised(text) == text


def test_prices_and_hours_in_leetspeak_stay() -> None:
    assert undisguised("p3did0 h0je às 10:30 por 3,50") == "pedido hoje às 10:30 por 3,50"


def test_one_disguised_word_says_nothing_of_the_others() -> None:
    assert undisguised("p3ssimo, 4 dias e 3 caixas") == "pessimo, 4 dias e 3 caixas"


def test_invisible_marks_and_elongations() -> None:
    assert clean("p\u200bés\u00adsimooooooo") == "péssimooo"
