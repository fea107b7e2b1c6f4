from collections.abc import Callable

import pytest

from domain.analyses import Analysis, Polarity
from domain.brands import ServiceStage
from nlp.listener import build
from nlp.models import Models
from nlp.parts import Parts
from nlp.pipeline import Pipeline
from nlp.settings import NlpSettings

Read = Callable[..., Analysis]


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("Comprei há um mês e o meu pedido ainda não chegou.", "delivery"),
        ("They charged me twice this month.", "billing"),
        ("Recebi a FATURA com um valor estranho", "billing"),
    ],
)
def test_the_likeliest_stage(read: Read, text: str, stage: str) -> None:
    assert read(text).stage == stage


@pytest.mark.parametrize("text", ["Bom dia, pessoal!", "Que jogo bonito ontem", "", "👍"])
def test_it_abstains(read: Read, text: str) -> None:
    assert read(text).stage is None


def test_evidence_is_the_clause_with_the_stage(read: Read) -> None:
    text = "Moro em Braga há anos. The package is late again! Até logo."
    (label,) = read(text).stages
    assert label.stage == "delivery"
    assert label.evidence is not None
    assert label.evidence.of(text) == "The package is late again!"


def test_stages_come_surest_first(read: Read) -> None:
    confidences = [one.confidence for one in read("a fatura e a entrega: tudo errado").stages]
    assert confidences == sorted(confidences, reverse=True)


def test_without_stages_there_are_no_labels(models: Models, post, now) -> None:  # type: ignore[no-untyped-def]
    pipeline = Pipeline(build(Parts(NlpSettings(), (), (), models)))
    (told,) = pipeline.analyse([post("meu pedido não chegou")], now)
    assert told.stages == ()


def test_a_stage_may_have_a_name_only(models: Models, post, now) -> None:  # type: ignore[no-untyped-def]
    stages = (ServiceStage("refund", "Pedir o dinheiro de volta"),)
    pipeline = Pipeline(build(Parts(NlpSettings(), (), stages, models)))
    (told,) = pipeline.analyse([post("Quero pedir o dinheiro de volta")], now)
    assert told.stage == "refund"


def test_opinions_carry_aspect_polarity_and_clause(read: Read) -> None:
    text = "O preço é excelente e muito justo, mas a entrega demorou demais e chegou tudo quebrado."
    found = {(one.aspect, one.polarity): one.evidence.of(text) for one in read(text).opinions}
    assert found["price", Polarity.POSITIVE] == "O preço é excelente e muito justo"


@pytest.mark.parametrize(
    ("text", "aspect"),
    [
        ("O atendimento não é ruim.", "service"),
        ("The service was not bad at all.", "service"),
        ("A comida não é nada ruim.", "food"),
    ],
)
def test_a_fault_denied_is_praise_of_its_aspect(read: Read, text: str, aspect: str) -> None:
    told = {one.aspect: one for one in read(text).opinions}
    assert told[aspect].polarity is Polarity.POSITIVE
    assert told[aspect].score > 0


def test_a_denial_turns_its_own_clause_alone(read: Read) -> None:
    text = "O atendimento não é ruim, mas a comida estava horrível e fria."
    told = {one.aspect: one.polarity for one in read(text).opinions}
    assert (told["service"], told["food"]) == (Polarity.POSITIVE, Polarity.NEGATIVE)


def test_each_opinion_is_told_once_surest_first(read: Read) -> None:
    opinions = read("Great price! Very good price. The price is excellent.").opinions
    pairs = [(one.aspect, one.polarity) for one in opinions]
    assert ("price", Polarity.POSITIVE) in pairs
    assert len(pairs) == len(set(pairs))
    assert [one.confidence for one in opinions] == sorted(
        (one.confidence for one in opinions), reverse=True
    )


def test_a_clause_feels_one_way_about_one_aspect(read: Read) -> None:
    text = "A comida era boa e ruim, o quarto lindo e feio; o preço é justo e caro."
    told = [(one.aspect, one.evidence) for one in read(text).opinions]
    assert len(told) == len(set(told))


@pytest.mark.parametrize(
    ("text", "polarity"),
    [
        ("Meu pedido não chegou, vou ao Procon!", Polarity.NEGATIVE),
        ("O atendimento é péssimo.", Polarity.NEGATIVE),
        ("O atendimento não é ruim.", Polarity.POSITIVE),
    ],
)
def test_an_opinion_agrees_with_the_clause_it_stands_in(
    read: Read, text: str, polarity: Polarity
) -> None:
    assert {one.polarity for one in read(text).opinions} == {polarity}
