import pytest

from nlp.denials import denied_faults
from nlp.folding import fold


@pytest.mark.parametrize(
    ("text", "denial"),
    [
        ("Olha, não é nada ruim.", "não é nada ruim"),
        ("It wasn't that bad, I liked it", "wasn't that bad"),
        ("Não tenho do que reclamar!", "Não tenho do que reclamar"),
        ("I can’t complain", "can’t complain"),
        ("La verdad, no está mal", "no está mal"),
    ],
)
def test_a_denied_fault_is_found_where_it_stands(text: str, denial: str) -> None:
    assert [one.of(text) for one in denied_faults(fold(text))] == [denial]


@pytest.mark.parametrize(
    "text",
    [
        "Não recomendo, é ruim.",
        "Não é bom",
        "I do not recommend it because it is bad",
        "Ruim, não comprem",
        "never again, terrible service",
        "Não chegou e o atendimento é péssimo",
    ],
)
def test_a_fault_told_is_not_denied(text: str) -> None:
    assert not list(denied_faults(fold(text)))
