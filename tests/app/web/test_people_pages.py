"""The pages of people: communities, adopters, prospects, what a prospect finds, the author's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from domain.analyses import Act, Intent, Polarity
from domain.communities import Life, Role, Standing
from domain.launches import Adopter, Curve, Launch
from domain.prospects import Certainty, Exposure, Prospect, Sequel
from storage import Store
from tests.app.web.conftest import NOW

DAY = timedelta(days=1)
PAGES = [
    "/communities", "/communities/7", "/adopters", "/adopters/1", "/prospects",
    "/prospects?brand=nimbus", "/prospects/finds", "/prospects/finds?brand=orca", "/authors/1",
]  # fmt: skip


@pytest.fixture
def peopled(page: TestClient, filled: Store) -> TestClient:
    """Marina (1) leads community 7, took up "Onda", and asked about Nimbus."""
    asked = Prospect(1, "nimbus", NOW - 4 * DAY, 1, Intent.PURCHASE)
    curve = Curve(0.01, 0.3, 120.0, 0.05, True)
    with filled.writing() as unit:
        for day in (1, 0):
            unit.communities.replace(
                {1: 7, 2: 7, 3: 7},
                {7: Life(NOW - day * DAY, 3, 2, 12 + day, 0.75, 0.5, 1)},
                [Standing(7, Role.VOICE, 1, 8.5), Standing(7, Role.BROKER, 2, 4.0)],
                NOW,
            )
        unit.communities.count_posts(NOW - 30 * DAY)
        adopters = [
            Adopter(1, 1, NOW - 2 * DAY, 1, "innovator", 1.0, {Act.SHOWS: 2}),
            Adopter(2, 4, NOW - DAY, 2, "early_adopter", 0.0, {}),
        ]
        launch = Launch("nimbus:onda", "Onda <5>", "nimbus", True, 2, None, curve)
        unit.launches.replace([(launch, adopters)])
        unit.prospects.replace(
            [(asked, Sequel(2, (Intent.PRAISE,), Polarity.POSITIVE))],
            [("nimbus", Exposure(1, 4, Certainty.LIKELY, NOW - DAY))],
        )
    return page


@pytest.mark.parametrize("language", ["en", "pt"])
@pytest.mark.parametrize("path", ["/communities", "/adopters", "/prospects", "/prospects/finds"])
def test_empty_pages_say_what_to_do(bare: TestClient, path: str, language: str) -> None:
    answer = bare.get(path, params={"lang": language})
    assert answer.status_code == 200
    assert 'class="empty"' in answer.text


@pytest.mark.parametrize("language", ["en", "pt"])
@pytest.mark.parametrize("path", PAGES)
def test_filled_pages_answer(peopled: TestClient, path: str, language: str) -> None:
    peopled.cookies.set("boca_language", language)
    assert peopled.get(path).status_code == 200


def test_a_community_tells_its_life_and_its_people(peopled: TestClient) -> None:
    text = peopled.get("/communities/7?lang=en").text
    assert "3 members" in text and "75%" in text and text.count('<td class="num">75%') == 2
    assert "Marina" in text and "Entrega" in text
    assert peopled.get("/communities/8").status_code == 404


def test_a_launch_tells_who_was_early_and_draws_its_curve(peopled: TestClient) -> None:
    text = peopled.get("/adopters/1?lang=en").text
    assert "Onda &lt;5&gt;" in text and "innovator" in text and "shows 2" in text
    assert '<polyline class="adopted fitted"' in text and '<polyline class="adopted seen"' in text
    assert peopled.get("/adopters/9").status_code == 404


def test_a_prospect_tells_what_they_met_and_did_later(peopled: TestClient) -> None:
    text = peopled.get("/prospects?lang=en").text
    assert "wants to buy" in text and "likely" in text and "2 posts" in text and "praise" in text


def test_what_a_prospect_finds_is_weighed(peopled: TestClient) -> None:
    text = peopled.get("/prospects/finds?brand=nimbus&lang=en").text
    assert "0 observed, 1 likely" in text and "of what is found" in text
    assert "by its views" in text


def test_an_author_stands_among_people(peopled: TestClient) -> None:
    text = peopled.get("/authors/1?lang=en").text
    assert 'href="/communities/7"' in text and 'href="/adopters/1"' in text
    assert "number 1" in text and 'href="/prospects?brand=nimbus"' in text
