import pytest

from nlp.cleaning import clean, undisguised


@pytest.mark.parametrize(
    ("disguised", "plain"),
    [
        ("p3ss1m0 at3nd1mento", "pessimo atendimento"),
        ("Меu реdidо nãо сhеgоu", "Meu pedido não chegou"),
        ("Ｐéｓｓｉｍｏ！", "Péssimo!"),
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


def test_invisible_marks_and_elongations() -> None:
    assert clean("p\u200bés\u00adsimooooooo") == "péssimooo"
