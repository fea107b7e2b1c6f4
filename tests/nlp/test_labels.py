"""What a post wants, does, names and weighs: labels with the words they rest on."""

from collections.abc import Callable

import pytest

from domain.analyses import Act, Analysis, EntityKind, Intent
from domain.people import Author
from nlp.components.variety import variety

Read = Callable[..., Analysis]


def intents(analysis: Analysis) -> set[Intent]:
    return {label.intent for label in analysis.intents}


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Um absurdo, ninguém resolve nada", Intent.COMPLAINT),
        ("my order never arrived and nobody cares", Intent.COMPLAINT),
        ("Vocês abrem no feriado?", Intent.QUESTION),
        ("does anyone know if it works abroad", Intent.QUESTION),
        ("Adorei tudo, a equipe está de parabéns", Intent.PRAISE),
        ("Recomendo a todos os vizinhos", Intent.RECOMMENDATION),
        ("Quero comprar um desses no mês que vem", Intent.PURCHASE),
        ("Me voy a la competencia", Intent.CHURN),
        ("Never again, you just lost a customer", Intent.CHURN),
        ("Sugestão: um botão para repetir o pedido", Intent.IDEA),
        ("Podem entrar em contato comigo? Aguardo retorno", Intent.CONTACT),
    ],
)
def test_an_intent_is_found(read: Read, text: str, intent: Intent) -> None:
    found = read(text)
    assert intent in intents(found)
    for label in found.intents:
        assert label.evidence is not None
        assert label.evidence.of(text)
        assert 0.5 <= label.confidence <= 1


@pytest.mark.parametrize("text", ["", "O relatório sai na terça.", "Boarding now"])
def test_plain_statements_want_nothing(read: Read, text: str) -> None:
    assert read(text).intents == ()


def test_what_is_denied_is_not_meant(read: Read) -> None:
    assert Intent.RECOMMENDATION not in intents(read("Não recomendo esta loja a ninguém"))
    assert Intent.COMPLAINT not in intents(read("Never had a problem with them, great service"))


def test_an_answer_stands_below_something(read: Read) -> None:
    text = "Basta reiniciar o modem e esperar"
    assert Intent.ANSWER in intents(read(text, parent="7"))
    assert Intent.ANSWER not in intents(read("Bom dia a todos", parent="7"))


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("Segue o print da conversa", Act.SHOWS),
        ("Isso acontece porque a bateria esquenta", Act.EXPLAINS),
        ("Just to clarify, I did not ask for a refund", Act.CLARIFIES),
        ("Passo a passo: abra o menu e clique em conta", Act.GUIDES),
        ("Beware, it is a scam", Act.WARNS),
    ],
)
def test_an_act_is_found(read: Read, text: str, act: Act) -> None:
    assert act in {label.act for label in read(text).acts}


def test_severity_gives_its_reasons(read: Read) -> None:
    text = "O carregador explodiu e queimou minha mão, vou processar"
    judged = read(text).severity
    assert judged.value > 0.8
    assert {ground.reason.code for ground in judged.grounds} >= {"severity.harm", "severity.threat"}
    assert all(ground.evidence and ground.evidence.of(text) for ground in judged.grounds)
    weights = [ground.weight for ground in judged.grounds]
    assert weights == sorted(weights, reverse=True)


def test_a_happy_post_is_not_grave(read: Read) -> None:
    assert read("Adorei! O reembolso caiu em um dia, perfeito").severity.value < 0.25
    assert read("Adorei!").severity.grounds == ()


def test_urgency_knows_threats_to_leave_and_cries_for_help(read: Read) -> None:
    urgent = read("Preciso de ajuda com urgência, se não resolverem vou cancelar, péssimo")
    codes = {ground.reason.code for ground in urgent.urgency.grounds}
    assert {"urgency.now", "urgency.churn"} <= codes


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("Você pode me ligar no celular? Tô no ônibus", "pt-BR"),
        ("Estou esperando o boleto há dias, né", "pt-BR"),
        ("Estou a tentar contactar o apoio e ninguém atende o telemóvel", "pt-PT"),
        ("Disseram-me que a encomenda chegava à minha morada em Junho", "pt-PT"),
        ("O serviço é caro", "pt"),
    ],
)
def test_the_variety_of_portuguese(text: str, tag: str) -> None:
    told = variety(text)
    assert told.tag == tag
    assert (told.evidence is None) is (tag == "pt")


def test_only_portuguese_has_a_variety_and_the_source_knows_best(read: Read) -> None:
    assert read("The parcel is late").variety is None
    told = read("O serviço é caro", language="pt_PT").variety
    assert told is not None
    assert (told.tag, told.confidence) == ("pt-PT", 1.0)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("paguei R$ 1.299,90 por ele", EntityKind.MONEY, "1299.90 BRL"),
        ("it cost $1,250 in all", EntityKind.MONEY, "1250.00 USD"),
        ("custou 30 euros", EntityKind.MONEY, "30.00 EUR"),
        ("desde 12/03/2026 espero", EntityKind.DATE, "2026-03-12"),
        ("no dia 5 de abril", EntityKind.DATE, "--04-05"),
        ("since March 3rd, 2026", EntityKind.DATE, "2026-03-03"),
        ("pedido nº 4455667-BR", EntityKind.ORDER, "4455667-BR"),
        ("depois da versão 4.2.1 travou", EntityKind.VERSION, "4.2.1"),
        ("troquei pelo Galaxy S21 ontem", EntityKind.PRODUCT, "Galaxy S21"),
        ("a vertix one chegou", EntityKind.PRODUCT, "Vértix One"),
        ("fui à loja de Florianópolis", EntityKind.NAME, "Florianópolis"),
    ],
)
def test_what_is_named(read: Read, text: str, kind: EntityKind, value: str) -> None:
    found = {(one.kind, one.value) for one in read(text).entities}
    assert (kind, value) in found


@pytest.mark.parametrize("text", ["em 45/13/2026", "24 horas por dia", "100%", "Que bom"])
def test_what_looks_like_a_name_and_is_none(read: Read, text: str) -> None:
    assert read(text).entities == ()


def test_a_brands_own_account_is_told_apart(read: Read) -> None:
    official = Author("birdsite", "vertixhelp", "Vértix Help")
    assert read("Péssimo, vou processar", source="birdsite", author=official).official
    assert not read("Péssimo", author=Author("forum", "vertixhelp", "Ana")).official
    assert read("Fraude!", source="birdsite", author=official).severity.grounds == ()
    assert read("oi", author=Author("forum", "9", "@Vertix_BR")).official


@pytest.mark.parametrize(
    "text",
    [
        "Parabéns pela incompetência, adorei esperar três horas na fila",
        "Thanks for nothing, another great delay again",
        "Atendimento maravilhoso #sqn",
    ],
)
def test_sarcasm_is_flagged(read: Read, text: str) -> None:
    told = read(text).sarcasm
    assert told is not None
    assert told.confidence >= 0.6


@pytest.mark.parametrize(
    "text",
    [
        "Adorei o atendimento, parabéns à equipe!",
        "Excelente produto, mas a entrega atrasou",
        "Love it, great service. The first one was broken, they sent another.",
        "Um absurdo, ninguém resolve",
    ],
)
def test_it_is_not_flagged_where_it_may_be_meant(read: Read, text: str) -> None:
    assert read(text).sarcasm is None
