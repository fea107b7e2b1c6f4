from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

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


@pytest.mark.parametrize(
    ("length", "hours", "until"),
    [("hour", 1, "22 Nov 2026, 13:00"), ("day", 24, "23 Nov 2026, 12:00"),
     ("week", 168, "29 Nov 2026, 12:00")],
)  # fmt: skip
def test_an_incident_is_kept_quiet_for_a_while(
    page: TestClient, filled: Store, now: datetime, length: str, hours: int, until: str
) -> None:
    form = {"person": "bia", "length": length, "to": "/alerts", **token(page)}
    page.cookies.set("boca_zone", "America/Sao_Paulo")
    page.cookies.set("boca_language", "en")
    shown = page.post("/incidents/1/silence", data=form, headers=OURS).text
    assert shown.count(f"quiet until {until}, by Bia") == 2
    with filled.reading() as unit:
        (held,) = unit.incidents.silences(now)
        group = unit.incidents.get(1)
    assert group is not None
    assert dict(held.matches) == {"group": group.group}
    assert (held.until, held.person) == (now + timedelta(hours=hours), "bia")
    told = page.get("/api/silences").json()
    assert [one["incident"]["id"] for one in told] == [1]


def test_a_silence_needs_a_length_a_person_and_an_incident(
    page: TestClient, filled: Store, now: datetime
) -> None:
    good = {"person": "bia", "length": "day", **token(page)}
    for path, form, status in (
        ("/incidents/1/silence", {**good, "length": "year"}, 422),
        ("/incidents/1/silence", {**good, "length": ""}, 422),
        ("/incidents/1/silence", {**good, "person": "nobody"}, 422),
        ("/incidents/99/silence", good, 404),
        ("/incidents/1/silence", {**good, "token": "0" * 64}, 403),
    ):
        assert page.post(path, data=form, headers=OURS).status_code == status, form
    with filled.reading() as unit:
        assert unit.incidents.silences(now) == []


def test_a_silence_of_a_resolved_incident_is_still_listed(page: TestClient) -> None:
    form = {"person": "bia", "length": "day", "to": "/alerts", **token(page)}
    page.post("/incidents/1/silence", data=form, headers=OURS)
    page.post("/incidents/1/resolve", data=form, headers=OURS)
    assert "far:1" in page.get("/alerts").text
    assert page.get("/api/silences").json()[0]["incident"] is None


def test_an_incident_shows_its_latest_alerts(page: TestClient, filled: Store) -> None:
    with filled.writing() as unit:
        first = unit.alerts.get("spike:nimbus:2026-11-22T14")
        assert first
        for number in range(6):
            reason = replace(first.reason, params={"mentions": 50 + number, "hours": 1, "usual": 2})
            alert = replace(first, key=f"spike:{number}", reason=reason)
            unit.alerts.add(alert)
            unit.incidents.touch(alert)
    text = page.get("/alerts?state=open").text
    assert re.findall(r">(\d+) mentions within", text) == ["55", "54", "53", "52", "51"]


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
