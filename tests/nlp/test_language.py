from collections.abc import Callable

import pytest

from domain.analyses import Analysis
from nlp.components.language import LanguageTagger
from nlp.languages import KNOWN, load_letters, plain
from nlp.training.languages import fitted, judged, lessons
from nlp.training.rows import Row

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
        ("kkkkkk mds q saudade dela #SomosTodos", "pt"),
        ("#BoaNoiteBrasil", "pt"),
        ("vcs tao ligados q a loja fechou ne", "pt"),
        ("jajajaja ke risa con este wey, neta", "es"),
        ("lmaooo ngl this phone slaps", "en"),
        ("Não me perguntes por que ia ela à porta", "pt"),
        ("Já gastei cem contos nisto", "pt"),
        ("Ｔｈｅ ｆｌｉｇｈｔ Ｉ ｗａｎｔｅｄ ｗａｓ ｓｏｌｄ ｏｕｔ", "en"),
        ("a\u200bin\u200bda n\u200bão ch\u200beg\u200bou o p\u200bedido", "pt"),
        ("Меu реdidо nãо сhеgоu аindа", "pt"),
    ],
)
def test_detected(read: Read, text: str, language: str) -> None:
    assert read(text).language == language


def test_what_the_source_says_wins(read: Read) -> None:
    assert read("I am waiting for my refund", language="pt-BR").language == "pt"


def test_only_expected_languages_are_told(read: Read) -> None:
    assert read("Я жду свой заказ уже две недели").language == "und"


@pytest.mark.parametrize(
    "text",
    [
        "Il treno è in ritardo anche stamattina, non ne posso più",
        "Le colis n'est toujours pas arrivé, c'est scandaleux",
        "Die Lieferung kommt schon wieder zu spät, unfassbar",
    ],
)
def test_neighbours_are_not_taken_for_ours(read: Read, text: str) -> None:
    assert read(text).language == "und"


@pytest.mark.parametrize(
    ("languages", "text", "language"),
    [
        (("fr",), "Le colis n'est toujours pas arrivé", "fr"),
        (("fr", "pt"), "Le colis n'est toujours pas arrivé", "fr"),
        (("fr", "pt"), "o pacote ainda não chegou", "pt"),
        (("pt",), "o pacote ainda não chegou aqui", "pt"),
        (("pt",), "I have been waiting for my refund since Monday", "und"),
        (("de",), "o pacote ainda não chegou aqui", "und"),
    ],
)
def test_what_is_expected_decides(languages: tuple[str, ...], text: str, language: str) -> None:
    assert LanguageTagger(languages).told(text) == language


def test_links_handles_and_hashtags_are_left_out_where_more_is_said() -> None:
    text = "@TheBoss adorei a loja nova #BestShopEver https://example.org/the-way"
    assert plain(text) == "adorei a loja nova"
    assert plain("#BoaNoiteBrasil 12") == "Boa Noite Brasil 12"
    assert plain("@someone https://example.org 12") == ""


def test_what_was_trained_tells_plain_sentences_apart() -> None:
    letters = load_letters()
    for text, language in (
        ("você também não viu a minha mensagem", "pt"),
        ("ustedes tampoco vieron mi mensaje", "es"),
        ("you did not see my message either", "en"),
    ):
        assert KNOWN[int(letters.shares(text).argmax())] == language


def test_training_learns_and_tells_how_well() -> None:
    rows = [
        Row(f"{word} {number}", "made", language, held=False)
        for number in range(12)
        for word, language in (("você não", "pt"), ("usted con", "es"), ("you the", "en"))
    ]
    letters = fitted(lessons(rows))
    assert judged(letters, rows) == {"made en": 1.0, "made es": 1.0, "made pt": 1.0}
