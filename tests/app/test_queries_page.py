"""Every example on the page of the query language is read, and finds what the page says."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.languages import Tongue
from domain.errors import QueryError
from domain.posts import Post, PostKind
from nlp.queries.heard import Heard, spans
from nlp.queries.matcher import Matcher
from nlp.queries.reader import read

PAGE = (Path(__file__).resolve().parents[2] / "docs/queries.md").read_text("utf-8")
FINDS = re.findall(r"`([^`]+)` finds ((?:“[^”]+”(?: and )?)+)", PAGE)
ASKED = [row.split("|")[3].strip() for row in PAGE.splitlines() if row.startswith("| `")]


@pytest.mark.parametrize(("query", "texts"), FINDS)
def test_what_the_page_finds_is_found(query: str, texts: str) -> None:
    matcher = Matcher({"it": read(query)})
    for text in re.findall("“([^”]+)”", texts):
        at = datetime(2026, 3, 2, tzinfo=UTC)
        post = Post("forum", "1", PostKind.POST, text, at, language="pt")
        assert matcher.match(post) == ["it"], text


@pytest.mark.parametrize("cell", ASKED)
def test_every_example_is_read(cell: str) -> None:
    assert read(re.findall("`([^`]+)`", cell)[0])


@pytest.mark.parametrize(
    ("query", "at"),
    [('boca "de *a b"', 9), ("boca @*", 6), ("a NEAR/2 *as", 9), ("#b*c*d*e*", 2), ("C&A*", 3)],
)
def test_a_star_with_too_little_beside_it_is_pointed_at(query: str, at: int) -> None:
    with pytest.raises(QueryError) as caught:
        read(query)
    assert caught.value.at == at


def test_the_page_has_its_examples() -> None:
    assert len(FINDS) >= 9
    assert len(ASKED) >= 14


WRONG = {
    "boca (a": ("falta fechar um parêntese", "escreva ) aqui"),
    "*a*": ("há pouco ao lado do *", "escreva pelo menos 3 letras, como *tras* ou at*so"),
    '"' + "bo* " * 11 + '"': ("palavras com * demais numa frase", "escreva no máximo 10"),
    "kind:ode": ("nenhuma publicação é do tipo ode", "escreva um destes: post, comment"),
    "surce:x": ("não se pode perguntar por surce:", "quis dizer source: ?"),
    "boca OR": ("a consulta acaba onde se esperava uma palavra", "escreva aqui uma palavra"),
    "a b) c": ("este parêntese nunca foi aberto", "remova"),
}


@pytest.mark.parametrize("query", WRONG)
def test_what_is_wrong_is_said_in_the_language_of_the_reader(query: str) -> None:
    with pytest.raises(QueryError) as caught:
        read(query)
    what, todo = caught.value.said(Tongue("pt", ZoneInfo("UTC")).say)
    assert (what, todo[: len(WRONG[query][1])]) == WRONG[query]
    assert caught.value.said(Tongue("en", ZoneInfo("UTC")).say) == (
        caught.value.what,
        caught.value.todo,
    )


@pytest.mark.parametrize(
    ("query", "yes", "no"),
    [
        ("*raso", ["atraso", "RASO", "#atraso"], ["rasos", "@atraso.br x", "@atraso"]),
        ("at*so", ["atso", "atraso"], ["at so", "atrasou"]),
        ("*tras*", ["contratrasado", "tras"], ["tra s"]),
        ("ab*bc", ["abbc", "abxbc"], ["abc"]),
        (
            '"de bo*a a *oca"',
            ["de boca a boca", "de boa, a Loca!"],
            ["de boca aboca", "de bo ca a oca"],
        ),
        ("*tras* NEAR/1 lo*a", ["atraso na loja", "lona contratrasada"], ["atraso em uma loja"]),
        ("bo* NEAR/0 *oca", ["boca", "bota, loca"], ["bota a loca"]),
        ("@bo*a.b*", ["@boca.br", "@Bossa.bh"], ["boca.br", "@boca"]),
        ("@*_sa", ["@boca_sa"], ["boca_sa", "@boca_sac"]),
        ("#*raso", ["#atraso", "#RASO"], ["atraso", "#atrasos"]),
        ("#bl*_fr*", ["#black_friday"], ["#black", "#friday_black"]),
        ("e-ma*l", ["e-mail", "e mal"], ["email"]),
    ],
)
def test_stars_stand_for_anything_within_one_word(
    query: str, yes: list[str], no: list[str]
) -> None:
    matcher, at = Matcher({"it": read(query)}), datetime(2026, 3, 2, tzinfo=UTC)
    for text in (*yes, *no):
        post = Post("forum", "1", PostKind.POST, f"bem, {text} aqui", at)
        assert bool(matcher.match(post)) == (text in yes), text
        assert spans(read(query), Heard(post)) or text in no
