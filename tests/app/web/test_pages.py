from __future__ import annotations

import re
from datetime import datetime

import pytest
from fastapi.testclient import TestClient

from app import addresses
from domain.analyses import Label
from storage import Store

ANYWHERE = ["/", "/queue", "/alerts", "/search", "/search?q=entrega", "/sources", "/digests"]
FILLED = [
    "/?brand=nimbus&days=7",
    "/?brand=orca&until=2026-03-29",
    "/queue?brand=nimbus&stage=delivery",
    "/queue?offset=1000",
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
    ):
        assert page.get(path).status_code == 422, path


def test_an_experience_tells_why_where_and_what_to_do(page: TestClient) -> None:
    text = page.get("/experiences/1?lang=en").text
    assert "reads 90% negative" in text
    assert "one post of this author sets about 8.5 people in motion" in text
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


def test_a_correction_wins_and_names_who_made_it(
    page: TestClient, filled: Store, now: datetime
) -> None:
    form = {"label": "polarity", "value": "positive", "person": "bia", **token(page)}
    answer = page.post("/posts/1/corrections", data=form, headers=OURS)
    assert answer.status_code == 200
    assert "1 correction by a person" in answer.text
    with filled.reading() as unit:
        (kept,) = unit.analyses.corrections(1)
    assert (kept.label, kept.value, kept.person, kept.at) == (
        Label.POLARITY,
        "positive",
        "bia",
        now,
    )


@pytest.mark.parametrize(
    ("label", "value"), [("polarity", "great"), ("stage", "nowhere"), ("language", "xx"), ("", "")]
)
def test_a_correction_to_nonsense_is_refused(page: TestClient, label: str, value: str) -> None:
    form = {"label": label, "value": value, "person": "ana", **token(page)}
    assert page.post("/posts/1/corrections", data=form, headers=OURS).status_code == 422


def test_a_correction_of_no_post_is_not_found(page: TestClient) -> None:
    form = {"label": "stage", "value": "", "person": "ana", **token(page)}
    assert page.post("/posts/99/corrections", data=form, headers=OURS).status_code == 404


def test_nobody_acts_in_anothers_name(page: TestClient) -> None:
    for person in ("", "nobody"):
        form = {"person": person, "to": "/alerts", **token(page)}
        assert page.post("/incidents/1/resolve", data=form, headers=OURS).status_code == 422
    assert "/incidents/1/" in page.get("/alerts?state=open").text


def test_an_incident_is_taken_on_and_resolved(page: TestClient) -> None:
    taken = page.post(
        "/incidents/1/acknowledge",
        data={"person": "bia", "to": "/alerts", **token(page)},
        headers=OURS,
    )
    assert "taken on by Bia" in taken.text
    done = page.post("/incidents/1/resolve", data={"to": "/alerts", **token(page)}, headers=OURS)
    assert "resolved" in done.text
    open_now = page.get("/alerts?state=open").text
    assert "/incidents/1/" not in open_now
    assert "/incidents/2/" in open_now


def test_a_form_never_sends_the_reader_to_another_site(page: TestClient) -> None:
    for to in (
        "//evil.example/",
        "https://evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
    ):
        answer = page.post(
            "/preferences",
            data={"to": to, **token(page)},
            headers=OURS,
            follow_redirects=False,
        )
        assert answer.headers["location"] == "/", to


OURS = {"origin": "http://localhost", "sec-fetch-site": "same-origin"}


def token(page: TestClient) -> dict[str, str]:
    """The hidden field of the forms that this browser was shown."""
    found = re.search(r'name="token" value="([0-9a-f]+)"', page.get("/").text)
    assert found
    return {"token": found[1]}
