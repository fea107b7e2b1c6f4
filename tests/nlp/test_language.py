from collections.abc import Callable

import pytest

from domain.analyses import Analysis

Read = Callable[..., Analysis]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("não consigo falar com ninguém nessa loja", "pt"),
        ("I have been waiting for my refund since Monday", "en"),
        ("llevo dos semanas esperando el paquete", "es"),
        ("NÃO CONSIGO FALAR COM NINGUÉM NESSA LOJA", "pt"),
        ("@someone https://example.org/the/english/words adorei a loja nova", "pt"),
        ("linha um\nlinha dois da minha reclamação", "pt"),
        ("👍👍👍", "und"),
        ("", "und"),
        ("12345 !!!", "und"),
    ],
)
def test_detected(read: Read, text: str, language: str) -> None:
    assert read(text).language == language


def test_what_the_source_says_wins(read: Read) -> None:
    assert read("I am waiting for my refund", language="pt-BR").language == "pt"


def test_only_expected_languages_are_told(read: Read) -> None:
    assert read("Я жду свой заказ уже две недели").language == "und"
