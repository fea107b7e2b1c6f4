from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from domain.analyses import Label
from storage import Store

OURS = {"origin": "http://localhost", "sec-fetch-site": "same-origin"}


def token(page: TestClient) -> dict[str, str]:
    """The hidden field of the forms that this browser was shown."""
    found = re.search(r'name="token" value="([0-9a-f]+)"', page.get("/").text)
    assert found
    return {"token": found[1]}


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
