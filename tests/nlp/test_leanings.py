import pytest

from nlp.cleaning import networked
from nlp.heads import Leaning, leaning_of

LEANINGS = {"pt": Leaning(0.1), "pt@": Leaning(0.2), "en": Leaning(0.3), "": Leaning(0.4)}


@pytest.mark.parametrize(
    ("language", "on_networks", "lean"),
    [("pt", False, 0.1), ("pt", True, 0.2), ("en", True, 0.3), ("fr", True, 0.4)],
)
def test_the_nearest_leaning_is_taken(language: str, on_networks: bool, lean: float) -> None:
    assert leaning_of(LEANINGS, language, networked=on_networks).lean == lean


def test_without_leanings_nothing_is_moved() -> None:
    assert leaning_of({}, "pt", networked=True) == Leaning()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("@loja cadê meu pedido?", True),
        ("que dia #exausta", True),
        ("olha isto https://loja.example/p", True),
        ("escreva para ana@loja.example", False),
        ("cheguei em 1º lugar, item # 3", False),
    ],
)
def test_signs_of_networks(text: str, told: bool) -> None:
    assert networked(text) is told
