from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from fastapi.testclient import TestClient

from app.digest import write_digest
from app.digest.facts import StageChange, gather
from app.letters import Letter
from app.telling import telling_posts
from app.web import WebContext, create_app
from domain.alerts import Alert, Digest
from domain.analyses import Analysis, Mention, Polarity, Sentiment, StageLabel
from domain.brands import Brand, ServiceStage
from domain.experiences import Experience, Factor, Priority, Reach, Reason
from domain.people import Author, Person, Role
from domain.posts import CrawlOutcome, CrawlReport, Post, PostKind, Rejected
from domain.windows import local_day
from storage import Store, open_store
from storage.settings import StorageSettings

DAY = date(2026, 11, 21)
SAO_PAULO = ZoneInfo("America/Sao_Paulo")
ANA = Person("ana", "Ana", Role.MANAGER, "pt", SAO_PAULO)
BIA = Person(
    "bia", "Bia", Role.LEAD, "en", ZoneInfo("Europe/Lisbon"), stages=frozenset({"support"})
)
NIMBUS, ORCA = Brand("nimbus", "Nimbus"), Brand("orca", "Orca")
STAGES = (ServiceStage("delivery", "Entrega"), ServiceStage("support", "Atendimento"))
BASE = "http://localhost"
FEELINGS = {
    "-": (Polarity.NEGATIVE, -0.9),
    "0": (Polarity.NEUTRAL, 0.0),
    "+": (Polarity.POSITIVE, 0.9),
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(StorageSettings(url=f"sqlite:///{tmp_path / 'boca.db'}"))
    yield store
    store.close()


Tell = Callable[..., int]


@pytest.fixture
def tell(store: Store) -> Tell:
    """Say something of Nimbus at a moment; the post's id."""

    def telling(at: datetime, feeling: str, stage: str | None = None, text: str = "said") -> int:
        with store.writing() as unit:
            author = Author("forum", "a", "Zé <b>")
            number = unit.posts.count() + 1
            post = Post("forum", str(number), PostKind.POST, text, at, author)
            (id,) = unit.posts.add([post], at).ids
            polarity, score = FEELINGS[feeling]
            sentiment = Sentiment(polarity, score, 0.9)
            labels = (StageLabel(stage, 0.9),) if stage else ()
            unit.analyses.add(
                [Analysis(id, "pt", sentiment, (Mention("nimbus"),), labels, (), "v", at)]
            )
        return id

    return telling


def noon(day: date, zone: ZoneInfo = SAO_PAULO) -> datetime:
    return local_day(day, zone).start + timedelta(hours=12)


def experience(key: str, ids: tuple[int, ...], at: datetime, **more: float) -> Experience:
    severity, score = more.get("severity", 0.8), more.get("score", -0.9)
    reach = Reach(2, more.get("to_come", 20.0), 8.0, 44.0)
    factors = (Factor("negativity", 0.9, Reason("severity.sentiment", {"percent": 0.9})),)
    return Experience(
        key, "nimbus", "delivery", ids, 1, at, at, score, severity, reach,
        Priority(severity * reach.to_come, factors if severity else ()),
    )  # fmt: skip


def written(store: Store, person: Person = ANA, brand: Brand = NIMBUS, day: date = DAY) -> Letter:
    with store.reading() as unit:
        return write_digest(
            unit,
            person=person,
            brand=brand,
            stages=STAGES,
            day=day,
            now=noon(day + timedelta(days=1)),
            base_url=BASE,
        )


@pytest.fixture
def eventful(store: Store, tell: Tell) -> Store:
    """Four calm weeks, then a day on which deliveries fail."""
    for back in range(1, 21):
        for _ in range(2):
            tell(noon(DAY - timedelta(days=back)), "+", "delivery")
    bad = [tell(noon(DAY), "-", "delivery", f"Atrasou <{n}>") for n in range(8)]
    glad = tell(noon(DAY), "+", "support", "Obrigada!")
    back = tell(noon(DAY), "+", "delivery", "Resolveram, obrigado")
    with store.writing() as unit:
        unit.experiences.save(
            [
                experience("far", (bad[0],), noon(DAY)),
                experience("near", (bad[1],), noon(DAY), to_come=2.0),
                experience("glad", (glad,), noon(DAY), severity=0.0, score=0.9),
                experience("back", (bad[2], back), noon(DAY), severity=0.1, score=0.0),
            ]
        )
        alert = Alert("k", "far", "high_reach_experience", "nimbus", "g", Reason("x"), noon(DAY))
        unit.alerts.add(alert)
        unit.incidents.resolve(unit.incidents.touch(alert).id, "ana", noon(DAY))
        unit.sources.add_crawl(CrawlReport("forum", noon(DAY), noon(DAY), CrawlOutcome.OK))
        old = noon(DAY - timedelta(days=3))
        unit.sources.add_crawl(CrawlReport("stale", old, old, CrawlOutcome.OK))
        unit.sources.add_crawl(
            CrawlReport("shut", old, noon(DAY), CrawlOutcome.FORBIDDEN, detail="<robots>")
        )
        unit.quarantine.add([Rejected("forum", "bad_date", "l. 1", "no")], noon(DAY))
    return store


def test_it_tells_the_day_in_portuguese_in_both_forms(eventful: Store) -> None:
    letter = written(eventful)
    assert letter.subject == "Nimbus, 21 de novembro de 2026: 10 menções, 80% negativas"
    for form in (letter.text, re.sub(r"<[^>]+>", " ", letter.html)):
        for words in (
            "Sábado, 21 de novembro",
            "10 publicações falaram de Nimbus.",
            "8 foram negativas.",
            "2 foram positivas.",
            "Um dia comum tem 2 publicações, 0% delas negativas.",
            "Entrega: cerca de 20 pessoas ainda por vir (8–44); gravidade 0,8",
            "Soa 90% negativo",
            "Entrega: 8 de 9 negativas; o usual é 0%",
            "Entrega: quem estava descontente agora fala bem",
            "Nimbus: resolvido, após 1 alerta (far)",
            "com alcance de cerca de 22 pessoas",
            "stale: sem visita desde 18 de nov. de 2026, 12:00",
            "1 item não pôde ser lido",
            "1 fonte foi lida sem problemas.",
        ):
            assert words in form, words
    assert letter.text.index("Atrasou <0>") < letter.text.index("Atrasou <1>")
    assert "Atrasou &lt;0&gt;" in letter.html
    assert "shut: proibida (&lt;robots&gt;)" in letter.html


def test_it_speaks_english_and_keeps_to_the_stages_of_its_reader(eventful: Store) -> None:
    letter = written(eventful, BIA)
    assert letter.subject == "Nimbus, 21 November 2026: 10 mentions, 80% negative"
    assert "still to come" not in letter.text
    assert "Entrega" not in letter.text


def test_a_quiet_day_is_told_shortly_and_truly(store: Store) -> None:
    letter = written(store, brand=ORCA)
    assert letter.subject == "Orca, 21 de novembro de 2026: um dia calmo"
    assert "Ninguém falou de Orca." in letter.text
    assert "0 fontes foram lidas" in letter.text
    assert len(letter.text) < 600


def test_a_quiet_day_still_tells_what_travels_from_the_week(store: Store, tell: Tell) -> None:
    at = noon(DAY - timedelta(days=2))
    id = tell(at, "-", "delivery", "Ainda nada")
    with store.writing() as unit:
        unit.experiences.save([experience("k", (id,), at)])
    letter = written(store)
    assert "AINDA CORRENDO DESDE ESTA SEMANA" in letter.text
    assert "> Ainda nada" in letter.text


def test_serious_cases_of_quiet_people_have_a_place_of_their_own(store: Store, tell: Tell) -> None:
    loud, quiet = tell(noon(DAY), "-", text="Todos viram"), tell(noon(DAY), "-", text="Só eu sei")
    kept = experience("quiet", (quiet,), noon(DAY), to_come=0.1)
    floored = Priority(30.0, kept.priority.factors, floored=True)
    with store.writing() as unit:
        unit.experiences.save(
            [
                experience("loud", (loud,), noon(DAY)),
                replace(kept, priority=floored, reach=Reach(0, 0.1, 0.0, 0.4)),
            ]
        )
    text = written(store).text
    assert text.index("Todos viram") < text.index("GRAVES, EMBORA DISCRETAS")
    assert text.index("GRAVES, EMBORA DISCRETAS") < text.index("Só eu sei")
    assert "quase ninguém mais vai encontrá-la" in text


def test_the_worst_words_are_quoted_and_of_the_happy_the_best(store: Store, tell: Tell) -> None:
    mild, bad = tell(noon(DAY), "+", text="No começo foi bom"), tell(noon(DAY), "-", text="Péssimo")
    unhappy = experience("bad", (mild, bad), noon(DAY))
    happy = experience("glad", (mild, bad), noon(DAY), severity=0.0, score=0.9)
    with store.writing() as unit:
        saved = unit.experiences.save([unhappy, happy])
        told = telling_posts(unit, saved)
    assert told[saved[0].id].text == "Péssimo"
    assert told[saved[1].id].text == "No começo foi bom"


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Lisbon", date(2026, 3, 29), 23),
        ("Europe/Lisbon", date(2026, 10, 25), 25),
        ("America/New_York", date(2026, 3, 8), 23),
        ("America/Santiago", date(2026, 9, 6), 23),
    ],
)
def test_a_day_on_which_clocks_change_is_one_day(
    store: Store, tell: Tell, zone: str, day: date, hours: int
) -> None:
    there = ZoneInfo(zone)
    window = local_day(day, there)
    assert window.length == timedelta(hours=hours)
    second = timedelta(seconds=1)
    for at in (window.start - second, window.start, window.end - second, window.end):
        tell(at, "-")
    person = Person("x", "X", Role.MANAGER, "en", there)
    with store.reading() as unit:
        facts = gather(unit, person, "nimbus", day)
    assert facts.today.day == day
    assert facts.today.negative == 2
    assert "2 mentions" in written(store, person, day=day).subject


def test_every_link_of_a_digest_leads_somewhere(eventful: Store) -> None:
    letter = written(eventful)
    context = WebContext((NIMBUS, ORCA), STAGES, (ANA, BIA), clock=lambda: datetime.now(UTC))
    links = set(re.findall(r'href="([^"]+)"', letter.html)) | set(
        re.findall(r"https?://\S+", letter.text)
    )
    assert len(links) > 6
    with TestClient(create_app(eventful, context), base_url=BASE) as client:
        for link in links:
            assert link.startswith(BASE), link
            assert client.get(link.replace("&amp;", "&")).status_code == 200, link


def test_a_statement_links_to_as_many_posts_as_it_says(eventful: Store) -> None:
    """Whatever the zone of the browser in which it is opened."""
    said = re.findall(r'<a href="([^"]*/posts\?[^"]*)"[^>]*>([^<]*)</a>', written(eventful).html)
    pages = [(link.replace("&amp;", "&"), words) for link, words in said]
    told = {words: link for link, words in pages}
    expected = {
        "10 publicações falaram de Nimbus.": 10,
        "8 foram negativas.": 8,
        "2 foram positivas.": 2,
        "Entrega: 8 de 9 negativas; o usual é 0%": 9,
        "Entrega": 9,
        "Atendimento": 1,
        "10": 10,
    }
    assert expected.keys() <= told.keys()
    context = WebContext((NIMBUS, ORCA), STAGES, (ANA, BIA), clock=lambda: datetime.now(UTC))
    with TestClient(create_app(eventful, context), base_url=BASE) as client:
        client.cookies.set("boca_zone", "Pacific/Auckland")
        for words, count in expected.items():
            assert client.get(told[words]).text.count('<li class="post">') == count, words


def test_the_archive_shows_the_digest_as_it_was_sent(eventful: Store) -> None:
    letter = written(eventful)
    with eventful.writing() as unit:
        unit.digests.add(Digest("ana", "nimbus", DAY, noon(DAY), (), letter.subject, letter.html))
    context = WebContext((NIMBUS,), STAGES, (ANA,))
    with TestClient(create_app(eventful, context), base_url=BASE) as client:
        answer = client.get("/digests/1")
    assert answer.text == letter.html
    assert "style-src 'unsafe-inline'" in answer.headers["content-security-policy"]


def test_it_is_a_letter_that_mail_clients_show(eventful: Store) -> None:
    html = written(eventful).html
    assert "prefers-color-scheme: dark" in html
    assert "max-width: 600px" in html
    assert not re.search(r"<(img|script|link|svg|form|iframe)\b", html)
    assert len(html) < 100_000


def test_a_change_is_told_only_beyond_chance() -> None:
    assert StageChange("s", 10, 9, 100, 30).certain
    assert not StageChange("s", 10, 4, 100, 30).certain
    assert not StageChange("s", 4, 4, 100, 0).certain
    assert not StageChange("s", 10, 9, 9, 0).certain
    assert not StageChange("s", 10, 0, 100, 0).certain
