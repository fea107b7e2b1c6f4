from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from domain.analyses import Analysis, Polarity, Sentiment, Span
from domain.posts import Post, Rating
from nlp.components.sentiment import with_rating
from nlp.heads import Leaning
from nlp.listener import build
from nlp.models import Models
from nlp.parts import Parts
from nlp.pipeline import Pipeline
from nlp.settings import NlpSettings

Read = Callable[..., Analysis]
Make = Callable[..., Post]


@pytest.mark.parametrize(
    "text",
    [
        "Péssimo atendimento, nunca mais compro aqui.",
        "Terrible service, I will never come back.",
        "Não gostei do produto.",
        "I do not like this product at all.",
        "Não recomendo a ninguém, me arrependi.",
        "My order never arrived and nobody answers.",
        "O aplicativo não é bom.",
        "The app is not good.",
        "😡😡😡",
    ],
)
def test_clearly_negative(read: Read, text: str) -> None:
    sentiment = read(text).sentiment
    assert sentiment.polarity is Polarity.NEGATIVE
    assert sentiment.score < 0


@pytest.mark.parametrize(
    ("disguised", "plain"),
    [
        (
            "Ａｂｒｉ ｔｒêｓ ｐｒｏｔｏｃｏｌｏｓ． Ｎｅｎｈｕｍ ｆｏｉ ｒｅｓｐｏｎｄｉｄｏ．",
            "Abri três protocolos. Nenhum foi respondido.",
        ),
        ("A p\u200borta n\u200bão fe\u200bcha d\u200bireito", "A porta não fecha direito"),
        ("0nd3 3stá? O c\u00f3d1g0 n40 func10n4", "onde está? O código nao funciona"),
    ],
)
def test_a_disguise_changes_nothing(read: Read, disguised: str, plain: str) -> None:
    one, other = read(disguised), read(plain)
    assert one.language == other.language == "pt"
    assert one.sentiment.polarity is other.sentiment.polarity
    assert one.sentiment.score == pytest.approx(other.sentiment.score, abs=0.02)


@pytest.mark.parametrize(
    "text",
    [
        "Adorei, chegou antes do prazo e funciona muito bem!",
        "I love it, it works perfectly. Thank you!",
        "Ótimo atendimento, recomendo a todos.",
        "The staff was wonderful and very kind.",
        "😍❤️",
    ],
)
def test_clearly_positive(read: Read, text: str) -> None:
    sentiment = read(text).sentiment
    assert sentiment.polarity is Polarity.POSITIVE
    assert sentiment.score > 0


@pytest.mark.parametrize(
    "text",
    [
        "O atendimento não é ruim.",
        "O celular não é nada mau, gostei.",
        "Não tenho do que reclamar.",
        "The food was not bad at all.",
        "The crew was not rude at all, no complaints.",
        "La comida no estuvo nada mal.",
    ],
)
def test_a_fault_denied_is_no_complaint(read: Read, text: str) -> None:
    assert read(text).sentiment.polarity is not Polarity.NEGATIVE


@pytest.mark.parametrize(
    "text",
    [
        "Ótimo, mais uma semana sem internet.",
        "Parabéns, o voo cancelado outra vez.",
        "Que maravilha, duas horas na fila e o sistema caiu.",
        "Great, another week without internet.",
        "Thanks for losing my bag again, well done.",
        "Genial, otra vez sin internet.",
    ],
)
def test_praise_for_trouble_is_no_praise(read: Read, text: str) -> None:
    assert read(text).sentiment.polarity is Polarity.NEGATIVE


def test_shouting_is_read_like_speech(read: Read) -> None:
    loud, calm = (read(text).sentiment for text in ("PRODUTO MUITO BOM, ADOREI", _CALM))
    assert loud.polarity is calm.polarity is Polarity.POSITIVE
    assert loud.score == pytest.approx(calm.score, abs=1e-3)


_CALM = "produto muito bom, adorei"


def test_languages_lean_by_themselves(models: Models, now: datetime, post: Make) -> None:
    lean = {"pt": Leaning(lean=20.0), "": Leaning(lean=-20.0)}
    parts = Parts(NlpSettings(), (), (), replace(models, leanings=lean))
    pipeline = Pipeline(build(parts))
    posts = [post("Adorei a entrega!", 1, language="pt"), post("Abren hoy?", 2, language="es")]
    told = [one.sentiment.polarity for one in pipeline.analyse(posts, now)]
    assert told[0] is Polarity.NEUTRAL
    assert told[1] is not Polarity.NEUTRAL


@pytest.mark.parametrize(
    "text",
    ["Qual é o horário de funcionamento da loja?", "What time does the store open on Monday?"],
)
def test_plain_questions_are_neutral(read: Read, text: str) -> None:
    sentiment = read(text).sentiment
    assert sentiment.polarity is Polarity.NEUTRAL
    assert sentiment.evidence is None


@pytest.mark.parametrize("text", ["", "   \n ", "https://example.org/x"])
def test_scores_stay_in_their_ranges_without_words(read: Read, text: str) -> None:
    sentiment = read(text).sentiment
    assert -1 <= sentiment.score <= 1
    assert 0 <= sentiment.confidence <= 1


def test_a_post_without_words_is_not_judged(read: Read) -> None:
    sentiment = read(" ").sentiment
    assert (sentiment.polarity, sentiment.confidence) == (Polarity.NEUTRAL, 0.0)


def test_evidence_is_the_clause_that_carries_it(read: Read) -> None:
    text = "Comprei na segunda. 😀\u200b\nO pacote chegou todo quebrado e horrível! Moro no centro."
    evidence = read(text).sentiment.evidence
    assert evidence is not None
    assert evidence.of(text) == "O pacote chegou todo quebrado e horrível!"


def test_a_very_long_post_is_pooled(read: Read) -> None:
    text = "O atendimento foi péssimo e ninguém resolve nada. " * 400
    sentiment = read(text).sentiment
    assert sentiment.polarity is Polarity.NEGATIVE
    assert sentiment.confidence > 0.6


@pytest.mark.parametrize(
    ("stars", "polarity"), [(1, Polarity.NEGATIVE), (3, Polarity.NEUTRAL), (5, Polarity.POSITIVE)]
)
def test_a_grade_is_its_authors_own_word(stars: float, polarity: Polarity) -> None:
    told = Sentiment(Polarity.NEGATIVE, -0.4, 0.6, Span(0, 4))
    rated = with_rating(told, Rating(stars))
    assert rated.polarity is polarity
    assert (rated.evidence is not None) == (polarity is Polarity.NEGATIVE)
    assert with_rating(told, None) == told
