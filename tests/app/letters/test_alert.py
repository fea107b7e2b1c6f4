from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.letters import Letter, write_alert
from domain.alerts import Alert
from domain.brands import Brand, Playbook, ServiceStage
from domain.experiences import Experience, Factor, Priority, Reach, Reason
from domain.people import Author, Person, Role
from domain.posts import Post, PostKind
from storage import Unit, open_store
from storage.settings import StorageSettings

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
BIA = Person("bia", "Bia", Role.LEAD, "en", ZoneInfo("Europe/Lisbon"))
ANA = Person("ana", "Ana", Role.MANAGER, "pt", ZoneInfo("America/Sao_Paulo"))
STAGES = (
    ServiceStage("delivery", "Entrega", playbook=Playbook("Parcel lost", ("Ask.", "Send <now>."))),
)
BRANDS = (Brand("orca", "Orca"), Brand("nimbus", "Nimbus Fones"))
HOSTILE = "<script>x</script>\r\nBcc: all@evil.example\u202e"
FAR = Alert(
    "far:1", "far", "high_reach_experience", "nimbus", "far:1",
    Reason("high_reach_experience", {"to_come": 20, "low": 10, "high": 41, "severity": 0.8}),
    NOW, "delivery", 1, (1,), urgent=True, labels={"level": "3"},
)  # fmt: skip


@pytest.fixture
def unit(tmp_path: Path) -> Iterator[Unit]:
    store = open_store(StorageSettings(url=f"sqlite:///{tmp_path / 'boca.db'}"))
    author = Author("forum", "m", HOSTILE)
    reach = Reach(3, 20.5, 10.0, 41.0)
    factors = (
        Factor("negativity", 0.9, Reason("severity.sentiment", {"percent": 0.9})),
        Factor("author", 7.6, Reason("reach.author", {"value": 7.6})),
        Factor("acted", 15, Reason("reach.acted", {"count": 15})),
    )
    with store.writing() as unit:
        unit.posts.add(
            [
                Post("forum", "1", PostKind.POST, HOSTILE, NOW, author, url="javascript:x"),
                *(
                    Post("forum", str(n), PostKind.POST, "Late", NOW, None, url="https://f.example")
                    for n in range(2, 7)
                ),
            ],
            NOW,
        )
        unit.experiences.save(
            [
                Experience(
                    "k", "nimbus", "delivery", (1,), 1, NOW, NOW, -0.9, 0.8, reach,
                    Priority(16.4, factors),
                )
            ]
        )  # fmt: skip
        yield unit
    store.close()


def letter(unit: Unit, alert: Alert, person: Person = BIA) -> Letter:
    return write_alert(
        unit,
        alert,
        person=person,
        brands=BRANDS,
        stages=STAGES,
        base_url="http://boca.example/",
        now=NOW,
    )


def test_it_says_what_why_and_what_to_do_in_both_forms(unit: Unit) -> None:
    written = letter(unit, FAR)
    assert written.link == "http://boca.example/experiences/1"
    for form in (written.text, re.sub(r"<[^>]+>", " ", written.html)):
        for words in (
            "xpected to reach 20 more people (10–41); severity 0.8",
            "Reads 90% negative.",
            "One post of this author sets about 8 people in motion.",
            "15 people have acted on it.",
            "About 20 people still to come (10–41).",
            "Nimbus Fones · Entrega",
            "3 people have met it so far",
            "Parcel lost",
            "22 Nov 2026, 15:00",
            "Europe/Lisbon",
        ):
            assert words in form, words
    assert "1. Ask.\n2. Send <now>." in written.text
    assert "Send &lt;now&gt;." in written.html
    assert written.link in written.text
    assert f'href="{written.link}"' in written.html


def test_no_number_is_said_twice_in_a_line(unit: Unit) -> None:
    for person in (BIA, ANA):
        for line in letter(unit, FAR, person).text.splitlines():
            if line.startswith("- "):
                numbers = re.findall(r"\d+", line)
                assert len(numbers) == len(set(numbers)) == 1, line


def test_it_speaks_the_persons_language_in_their_zone(unit: Unit) -> None:
    written = letter(unit, FAR, ANA)
    assert written.subject.startswith("Urgente · Entrega: Experiência de grande alcance")
    assert "deve alcançar mais 20 pessoas".capitalize() in written.text
    assert "22 de nov. de 2026, 12:00" in written.text


def test_a_subject_is_one_short_line_whatever_is_in_it(unit: Unit) -> None:
    stages = (ServiceStage("delivery", "A\r\nBcc: x@y.example " + "long " * 60),)
    written = write_alert(
        unit, FAR, person=BIA, brands=BRANDS, stages=stages, base_url="http://b", now=NOW
    )
    assert len(written.subject) < 120
    assert written.subject.isprintable()


def test_crawled_words_stay_words(unit: Unit) -> None:
    written = letter(unit, FAR)
    assert "<script" not in written.html
    assert "&lt;script&gt;" in written.html
    assert "javascript:" not in written.html + written.text
    assert "\u202e" not in written.html + written.text
    assert "\nBcc" not in written.text


def test_an_alert_of_many_posts_links_to_all_of_them(unit: Unit) -> None:
    spike = replace(
        FAR,
        key="spike/1",
        kind="volume_spike",
        reason=Reason("volume_spike", {"mentions": 37, "hours": 1, "usual": 4.2}),
        stage=None,
        experience_id=None,
        post_ids=(2, 3, 4, 5, 6, 99),
        urgent=False,
    )
    written = letter(unit, spike)
    assert written.subject == (
        "Nimbus Fones: Unusual volume, 37 mentions within 1 h, where 4.2 are usual"
    )
    assert "\nNimbus Fones · 22 Nov 2026, 15:00\n" in written.text
    assert written.link == "http://boca.example/alerts/spike%2F1"
    assert "and 3 more posts" in written.text
    assert "http://boca.example/posts/2" in written.text


def test_an_alert_whose_experience_and_posts_are_gone_is_still_a_letter(unit: Unit) -> None:
    written = letter(unit, replace(FAR, experience_id=77, post_ids=(88,), reason=Reason("odd")))
    assert "odd" in written.subject
    assert written.link.endswith("/alerts/far%3A1")


def test_machines_get_the_same_facts(unit: Unit) -> None:
    payload = json.loads(json.dumps(letter(unit, FAR).payload))
    assert payload["key"] == "far:1"
    assert payload["fired_at"] == "2026-11-22T15:00:00Z"
    assert payload["reason"]["code"] == "high_reach_experience"
    assert payload["experience"]["reach_high"] == 41.0
    assert payload["posts"][0]["url"] is None
    assert payload["playbook"] == ["Ask.", "Send <now>."]


def test_the_dark_style_survives_inlining(unit: Unit) -> None:
    html = letter(unit, FAR).html
    assert "prefers-color-scheme: dark" in html
    assert 'style="' in html
    assert "<link" not in html
    assert "src=" not in html
