from collections.abc import Callable

import pytest

from domain.analyses import Analysis, Polarity
from nlp.folding import fold
from nlp.greetings import only_greets

Read = Callable[..., Analysis]

GREETINGS = [
    "Bom dia!",
    "Boom diaaa pessoal!!! ☀️😊",
    "Oi, tudo bem?",
    "Boa tarde, tudo bem? Como vão vocês?",
    "Olá malta, bom fim de semana!",
    "Boa noite a todos, está tudo bem?",
    "Olá, como está?",
    "Good morning",
    "Hello everyone, how are you all doing?",
    "Hey there @ana_b :)",
    "Hi team, hope you are all well!",
    "Buenos días a todos",
    "Hola, ¿qué tal?",
    "Buenas tardes, ¿cómo están?",
]
MORE = [
    "Bom dia! Meu pedido não chegou.",
    "Boa tarde, tudo bem? A internet caiu de novo",
    "Bom dia 😡",
    "Bom dia :(",
    "Bom dia nada",
    "Olá, adorei o atendimento",
    "Tudo bem",
    "Tudo ótimo",
    "Good morning, what a terrible service",
    "Good service",
    "Hello? Anyone there??? Three days!",
    "Hi, can you help me?",
    "Boas notícias!",
    "Hola, me encanta",
    "Buena atención",
    "Oi!!! cadê meu reembolso",
    "",
]


@pytest.mark.parametrize("text", GREETINGS)
def test_a_greeting_is_known_as_one(text: str) -> None:
    assert only_greets(fold(text).text)


@pytest.mark.parametrize("text", MORE)
def test_what_says_more_is_no_mere_greeting(text: str) -> None:
    assert not only_greets(fold(text).text)


@pytest.mark.parametrize("text", [*GREETINGS, "Bom dia, Vértix!", "Good morning @vertix_br"])
def test_a_greeting_is_no_opinion(read: Read, text: str) -> None:
    told = read(text)
    assert told.sentiment.polarity is Polarity.NEUTRAL and told.sentiment.score == 0
    assert not told.intents and not told.acts and not told.opinions and not told.stages
    assert not told.vector


@pytest.mark.parametrize(
    ("text", "polarity"),
    [
        ("Bom dia! Vértix, o atendimento de vocês é péssimo, nunca mais compro.", "negative"),
        ("Good morning! I love Vértix, the support was excellent and fast.", "positive"),
        ("Hola, ¿qué tal? El servicio de Vértix es horrible.", "negative"),
    ],
)
def test_a_greeting_before_an_opinion_changes_nothing(read: Read, text: str, polarity: str) -> None:
    assert read(text).sentiment.polarity == polarity
