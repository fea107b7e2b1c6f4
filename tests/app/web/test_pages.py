from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from app import addresses

ANYWHERE = ["/", "/queue", "/alerts", "/search", "/search?q=entrega", "/sources", "/digests"]
FILLED = [
    "/?brand=nimbus&days=7",
    "/?brand=orca&until=2026-03-29",
    "/queue?brand=nimbus&stage=delivery",
    "/queue?offset=1000",
    "/posts",
    "/posts?brand=nimbus&from=2026-11-22&until=2026-11-22&polarity=negative&stage=delivery",
    "/posts?brand=&from=&until=&polarity=&stage=&zone=",
    "/posts?brand=orca&from=2020-01-01&until=2020-01-31&zone=Asia/Tokyo",
    "/posts?before=4",
    "/experiences/1",
    "/experiences/2",
    "/posts/2",
    "/authors/1",
    "/authors/2",
    "/alerts?state=open&brand=nimbus",
    addresses.alert("far:nimbus/1"),
    addresses.alert("spike:nimbus:2026-11-22T14"),
    "/digests/1",
]


@pytest.mark.parametrize("language", ["en", "pt"])
@pytest.mark.parametrize("path", ANYWHERE)
def test_every_page_says_something_on_an_empty_store(
    bare: TestClient, path: str, language: str
) -> None:
    answer = bare.get(path, params={"lang": language})
    assert answer.status_code == 200
    assert f'<html lang="{language}' in answer.text


@pytest.mark.parametrize("language", ["en", "pt"])
@pytest.mark.parametrize("path", [*ANYWHERE, *FILLED])
def test_every_page_shows_a_filled_store(page: TestClient, path: str, language: str) -> None:
    page.cookies.set("boca_language", language)
    assert page.get(path).status_code == 200


def test_every_link_of_every_page_leads_somewhere(page: TestClient) -> None:
    seen: set[str] = set()
    waiting = ["/"]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        answer = page.get(path)
        assert answer.status_code == 200, path
        links = re.findall(r'href="(/[^"#]*)', answer.text)
        waiting += [link.replace("&amp;", "&") for link in links]
    assert len(seen) > 40


def test_what_does_not_exist_is_not_found_in_words(page: TestClient) -> None:
    for path in ("/experiences/99", "/authors/99", "/posts/99", "/digests/99", "/alerts/x", "/x"):
        answer = page.get(path, headers={"accept-language": "pt-PT, en;q=0.3"})
        assert answer.status_code == 404
        assert "Não há" in answer.text or "não existe" in answer.text


def test_numbers_that_no_database_holds_are_refused(page: TestClient) -> None:
    for path in (
        "/queue?offset=35492647973174501376",
        "/experiences/35492647973174501376",
        "/posts/0",
        "/search?q=x&before=9223372036854775808",
        "/?until=99999-01-01",
        "/?until=2026-02-30",
        "/?days=100000",
        "/posts?before=35492647973174501376",
        "/posts?from=1899-12-31",
        "/posts?until=2026-02-30",
        "/posts?polarity=furious",
    ):
        assert page.get(path).status_code == 422, path


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("from=2026-11-22&until=2026-11-21", "The first day comes after the last one."),
        ("from=2025-11-21&until=2026-11-22", "These are too many days: ask for 366 at most."),
        ("zone=Europe/Nowhere", "There is no time zone of that name."),
        ("from=yesterday", "look at from."),
    ],
)
def test_days_that_cannot_be_are_refused_in_words(
    page: TestClient, question: str, answer: str
) -> None:
    for path in ("/posts?", "/api/posts?"):
        refused = page.get(path + question)
        assert refused.status_code == 422
        assert answer in refused.text or (path.startswith("/api") and "from" in refused.text)


def test_the_posts_behind_a_number_are_listed_with_their_share(page: TestClient) -> None:
    text = page.get("/posts?brand=nimbus&from=2026-11-22&until=2026-11-22").text
    assert re.findall(r'<li class="post">.*?href="/posts/(\d+)"', text, re.S) == ["5", "4", "1"]
    assert ">3 posts<" in text
    assert ">negative 2<" in text
    assert "Nothing was said in these days." in page.get("/posts?brand=orca").text
    assert "The list ends before this page." in page.get("/posts?before=1").text


def test_a_day_is_the_one_of_the_zone_asked_for(page: TestClient) -> None:
    page.cookies.set("boca_zone", "Pacific/Auckland")
    asked = "/posts?brand=nimbus&from=2026-11-22&until=2026-11-22"
    assert ">3 posts<" in page.get(f"{asked}&zone=America/Sao_Paulo").text
    assert ">2 posts<" in page.get(asked).text


def linked_numbers(text: str) -> list[tuple[str, int]]:
    """Each link to posts behind a number, with the number that it stands on."""
    found = re.findall(r'<a href="(/posts\?[^"]*)">(?:<b>|<small>of )?(\d+)<', text)
    return [(link.replace("&amp;", "&"), int(number)) for link, number in found]


def test_every_number_of_the_overview_leads_to_as_many_posts(page: TestClient) -> None:
    text = page.get("/?brand=nimbus&days=7").text
    numbers = linked_numbers(text)
    # All mentions, the day's negative and positive ones, the negative and all of a week's stage.
    assert sorted(number for _, number in numbers) == [1, 2, 2, 2, 3]
    for link, number in numbers:
        assert page.get(link).text.count('<li class="post">') == number, link
    bars = re.findall(r'<svg class="chart.*?</svg>', text, re.S)
    assert [len(re.findall(r'<a href="/posts\?', bar)) for bar in bars] == [2, 2]


def test_an_experience_tells_why_where_and_what_to_do(page: TestClient) -> None:
    text = page.get("/experiences/1?lang=en").text
    assert "reads 90% negative" in text
    assert "one post of this author sets about 8 people in motion" in text
    assert "kept in sight" in text
    assert "Ask for the order number in private." in text
    assert "About 20 people still to come (10–41)." in text
    assert 'href="https://forum.example/t/1" rel="nofollow noopener noreferrer ugc"' in text
    assert re.search(r'<mark class="[^"]*feeling-negative[^"]*">', text)
    assert "the brand" in text
    assert "1 reaction ·" in text


def test_the_evidence_marked_is_the_evidence_found(page: TestClient) -> None:
    text = page.get("/experiences/1").text
    marked = re.findall(r'<mark class="([^"]*)">([^<]*)</mark>', text)
    assert "Nimbus" in "".join(words for kinds, words in marked if "brand" in kinds.split())


def test_the_person_chosen_brings_language_and_zone(page: TestClient) -> None:
    page.cookies.set("boca_person", "bia")
    text = page.get("/experiences/1").text
    assert "Why it matters" in text
    assert "22 Nov 2026, 06:00" in text
    page.cookies.set("boca_zone", "Asia/Tokyo")
    assert "22 Nov 2026, 15:00" in page.get("/experiences/1").text


def test_a_language_asked_for_is_kept(page: TestClient) -> None:
    assert "Overview" in page.get("/").text
    page.get("/?lang=pt")
    assert "Visão geral" in page.get("/").text
