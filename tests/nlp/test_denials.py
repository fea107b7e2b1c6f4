import pytest

from nlp.denials import denied_faults, thanked_faults
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


@pytest.mark.parametrize(
    ("text", "thanks"),
    [
        ("Thanks for losing my bag again, well done.", "Thanks for losing"),
        ("thank you so much for cancelling my flight", "thank you so much for cancelling"),
        ("Parabéns por perderem minha mala", "Parabéns por perderem"),
        ("Obrigado pela atenção de não responder", "Obrigado pela atenção de não responder"),
        ("gracias por dejarme tirado", "gracias por dejarme"),
        ("thanks @airline for nothing", "thanks @airline for nothing"),
    ],
)
def test_thanks_for_a_harm_are_found(text: str, thanks: str) -> None:
    assert [one.of(text) for one in thanked_faults(fold(text))] == [thanks]


@pytest.mark.parametrize(
    "text",
    [
        "Thanks for the quick answer",
        "thank you for finding my bag",
        "obrigada por resolver",
        "Gracias por la ayuda, nada más",
        "Parabéns pelo atendimento, não tive problema",
    ],
)
def test_honest_thanks_are_left_alone(text: str) -> None:
    assert not list(thanked_faults(fold(text)))
