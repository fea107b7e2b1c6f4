from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from app.languages import Tongue, accepted_language, head_count, known_language, translations
from app.reasons import FACTORS, RULES, SENTENCES, factor_value, reach_to_come, sentence
from app.wording import WORDS, stage_names
from domain.alerts import IncidentState
from domain.analyses import Label, Polarity
from domain.brands import ServiceStage
from domain.experiences import Factor, Reach, Reason
from domain.posts import CrawlOutcome, PostKind

REPO = Path(__file__).resolve().parents[2]
METHODS = [
    ("**.py", "python"),
    ("**/templates/**.html", "jinja2.ext.babel_extract"),
    ("**/templates/**.txt", "jinja2.ext.babel_extract"),
]
KEYWORDS = {
    "_": None, "gettext": None, "N_": None, "say": None, "worded": None,
    "NN_": (1, 2), "ngettext": (1, 2), "count": (1, 2), "plural": (1, 2),
}  # fmt: skip
SAO_PAULO = ZoneInfo("America/Sao_Paulo")
ENGLISH, PORTUGUESE = Tongue("en", SAO_PAULO), Tongue("pt", SAO_PAULO)


def said() -> dict[str | tuple[str, ...], str]:
    """Every message of the code and the templates, with one place that says it."""
    found: dict[str | tuple[str, ...], str] = {}
    for folder in ("app", "nlp/queries"):
        where = str(REPO / folder)
        for name, line, message, _, _ in extract_from_dir(
            where, METHODS, {"**.html": {}}, KEYWORDS
        ):
            found.setdefault(message, f"{folder}/{name}:{line}")
    return found


def catalogue() -> dict[str | tuple[str, ...], str | tuple[str, ...]]:
    with (REPO / "app" / "locale" / "pt" / "boca.po").open("rb") as stream:
        read = read_po(stream, locale="pt", abort_invalid=True)
    return {message.id: message.string for message in read if message.id}


def test_every_message_is_translated() -> None:
    known = catalogue()
    missing = {
        message: place
        for message, place in said().items()
        if not known.get(message) or not all(known[message])
    }
    assert not missing, "add these to app/locale/pt/boca.po"


def test_no_translation_outlives_its_message() -> None:
    assert not set(catalogue()) - set(said())


def test_translations_keep_their_places() -> None:
    for message, translated in catalogue().items():
        asked = set(re.findall(r"%\((\w+)\)s", "".join(message)))
        given = set(re.findall(r"%\((\w+)\)s", "".join(translated)))
        assert asked == given, message


def reasons_given() -> Iterator[tuple[str, str, set[str] | None]]:
    """Each ``Reason("code", {...})`` of the tree: its place, code and the names it gives."""
    for folder in ("alerts", "app", "graph", "nlp", "storage", "crawlers"):
        for path in sorted((REPO / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                    continue
                code = node.args[0] if node.args else None
                if node.func.id == "Reason" and isinstance(code, ast.Constant):
                    params = node.args[1] if len(node.args) > 1 else ast.Dict([], [])
                    yield f"{path.relative_to(REPO)}:{node.lineno}", code.value, names_in(params)


def names_in(params: ast.expr) -> set[str] | None:
    """The keys of a dict written out; None for one that is made elsewhere."""
    if not isinstance(params, ast.Dict):
        return None
    return {one.value for one in params.keys if isinstance(one, ast.Constant)}


def test_every_reason_given_can_be_said() -> None:
    given = list(reasons_given())
    assert given
    for place, code, names in given:
        assert code in SENTENCES, f"{place}: {code} has no sentence in app/reasons.py"
        known = SENTENCES[code]
        wanted = set(re.findall(r"%\((\w+)\)s", known.one + known.many))
        assert names is None or wanted <= names, f"{place}: {code} lacks some of {wanted}"


def test_factors_and_rules_of_the_tree_have_names() -> None:
    text = "".join(path.read_text("utf-8") for path in (REPO / "alerts").rglob("*.py"))
    text += "".join(path.read_text("utf-8") for path in (REPO / "app").rglob("*.py"))
    assert set(re.findall(r'\bFactor\("(\w+)"', text)) <= set(FACTORS)
    assert set(re.findall(r'kind: Literal\["(\w+)"\]', text.partition("Notif")[0])) <= set(RULES)


def test_reasons_are_said_in_both_languages() -> None:
    reason = Reason("reach.remaining", {"percent": 0.805, "age": 33.0})
    assert sentence(reason, ENGLISH) == "80% of reactions usually come later than 33 hours"
    assert sentence(reason, PORTUGUESE) == "80% das reações costumam vir depois de 33 horas"
    one = Reason("reach.acted", {"count": 1})
    assert sentence(one, PORTUGUESE) == "1 pessoa já reagiu"
    weight = Reason("severity.stage", {"stage": "late", "weight": 0.75})
    assert sentence(weight, PORTUGUESE, {"late": "Entrega"}) == "Entrega tem peso 0,75"
    hour = Reason("alerts_held_back", {"count": 2, "hour": "2026-11-22T14:00:00+00:00"})
    assert sentence(hour, ENGLISH).endswith("in the hour from 22 Nov 2026, 11:00")


def test_a_reason_nobody_knows_is_said_as_it_is() -> None:
    assert sentence(Reason("what.is.this", {"x": 1}), ENGLISH) == "what.is.this"
    assert sentence(Reason("reach.acted", {}), ENGLISH) == "reach.acted"


@pytest.mark.parametrize("kind", [Polarity, PostKind, IncidentState, CrawlOutcome, Label])
def test_every_value_that_a_page_shows_has_a_word(kind: type[StrEnum]) -> None:
    assert {value.value for value in kind} <= set(WORDS)


def test_languages_are_chosen_by_what_the_reader_speaks() -> None:
    assert known_language("pt-PT") == "pt"
    assert known_language("PT_br") == "pt"
    assert known_language("fr") is None
    assert known_language(None) is None
    assert accepted_language("fr, pt-PT;q=0.8, en;q=0.5") == "pt"
    assert accepted_language("en;q=0.1, pt;q=0, de") == "en"
    assert accepted_language("pt;q=much, en;q=0.1") == "en"
    assert accepted_language("*" * 100_000) is None
    assert Tongue.of("fr", SAO_PAULO).language == "en"
    assert translations("fr").gettext("Queue") == "Queue"


def test_numbers_have_as_many_decimals_as_they_deserve() -> None:
    numbers = (0.424, 4.24, 42.4, 4242.4, -3, 0)
    assert [ENGLISH.number(n) for n in numbers] == ["0.42", "4.2", "42", "4,242", "-3", "0"]
    assert PORTUGUESE.number(4242) == "4.242"
    assert PORTUGUESE.number(4.2) == "4,2"


def test_people_are_counted_whole_from_three_on() -> None:
    counted = [head_count(n) for n in (0.04, 0.44, 2.44, 2.96, 3.4, 8.4, 15.7)]
    assert counted == [0, 0.4, 2.4, 3, 3, 8, 16]
    about = Reason("reach.author", {"value": 1.04})
    assert sentence(about, ENGLISH) == "one post of this author sets about 1 person in motion"
    reach = Reach(3, 8.4, 2.34, 17.2)
    assert reach_to_come(reach, ENGLISH) == "about 8 people still to come (2.3–17)"
    assert reach_to_come(reach, PORTUGUESE) == "cerca de 8 pessoas ainda por vir (2,3–17)"
    assert factor_value(Factor("author", 7.6, about), ENGLISH) == "8"
    assert factor_value(Factor("stage", 7.6, about), ENGLISH) == "7.6"


def test_a_share_that_is_nearly_nothing_or_all_says_so() -> None:
    shares = (0, 0.004, 0.424, 0.996, 1)
    assert [ENGLISH.percent(n) for n in shares] == ["0%", "0.4%", "42%", "99.6%", "100%"]


def test_times_are_told_in_the_readers_zone() -> None:
    moment = datetime(2026, 3, 1, 1, 30, tzinfo=UTC)
    assert ENGLISH.moment(moment) == "28 Feb 2026, 22:30"
    assert PORTUGUESE.moment(moment) == "28 de fev. de 2026, 22:30"
    assert ENGLISH.local(moment) == date(2026, 2, 28)
    assert PORTUGUESE.weekday(date(2026, 2, 28)) == "sábado, 28 de fevereiro"
    assert ENGLISH.ago(moment - timedelta(hours=3), moment) == "3 hours ago"
    assert PORTUGUESE.ago(moment - timedelta(hours=3), moment) == "há 3 horas"
    assert ENGLISH.ago(moment + timedelta(hours=3), moment) == "in 3 hours"


def test_stages_that_keep_their_common_names_are_said_in_the_readers_language() -> None:
    stages = [ServiceStage("billing", "Billing"), ServiceStage("pier", "Cais")]
    names = stage_names(stages, Tongue.of("pt", "America/Sao_Paulo"))
    assert names == {"billing": "Cobrança", "pier": "Cais"}


def test_small_numbers_keep_two_figures_in_every_language() -> None:
    told = [Tongue.of(language, "UTC").fine(0.00192) for language in ("en", "pt")]
    assert told == ["0.0019", "0,0019"]
    assert Tongue.of("pt", "UTC").fine(12.5) == "12,5"
