"""The step that finds people: idempotent, cheap, all or nothing, and gone with its posts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.application import App
from app.communities import homes
from app.prospecting import findings
from app.steps.measure import customers_log, link, measure
from app.steps.people import people
from domain.analyses import (
    Act,
    ActLabel,
    Analysis,
    Entity,
    EntityKind,
    Intent,
    IntentLabel,
    Mention,
    Polarity,
    Sentiment,
    Span,
)
from domain.communities import Role
from domain.errors import SettingsError
from domain.people import Author
from domain.posts import Engagement, Gone, Post, PostKind
from domain.prospects import Certainty
from graph.measure import measure as measures_of
from tests.app.small import NOW, OpenApp

DAY = timedelta(days=1)
LAUNCH = {"name": "App new", "brand": "mare", "query": "aplicativo", "since": "2026-01-01"}


def post(key: str, who: str, text: str, days: float, on: str | None = None, **more: Any) -> Post:
    kind = PostKind.REPLY if on else PostKind.POST
    voice = Author("f", who, name=who)
    return Post("f", key, kind, text, NOW - days * DAY, voice, on, more.pop("root", on), **more)


def reading(id: int, text: str) -> Analysis:
    """What these few words mean."""
    feeling = Polarity.NEGATIVE if "ruim" in text else Polarity.NEUTRAL
    intents = [
        IntentLabel(intent, 0.9)
        for word, intent in (
            ("alguém", Intent.QUESTION),
            ("quero comprar", Intent.PURCHASE),
            ("reclamo", Intent.COMPLAINT),
            ("recomendo", Intent.RECOMMENDATION),
        )
        if word in text
    ]
    acts = (ActLabel(Act.SHOWS, 0.9),) if "mostro" in text else ()
    named = (Entity(EntityKind.PRODUCT, "Onda 5", 0.9, Span(0, 4)),) if "onda" in text else ()
    mentions = (Mention("mare"),) if "Maré" in text else ()
    made = Sentiment(feeling, 0.0, 0.9)
    return Analysis(
        id, "pt", made, mentions, (), (), "v1", NOW, intents=tuple(intents), acts=acts,
        entities=named,
    )  # fmt: skip


def hear(app: App, said: Iterable[Post]) -> None:
    listed = list(said)
    with app.store.writing() as unit:
        ids = unit.posts.add(listed, NOW).ids
        unit.analyses.add([reading(id, one.text) for id, one in zip(ids, listed, strict=True)])
    link(app, NOW)
    measure(app, NOW)


def circles() -> list[Post]:
    """Two circles of four people each, who reply to all of their own and to nobody else."""
    said = []
    for circle in ("a", "b"):
        for n in range(4):
            root = f"{circle}{n}"
            said.append(post(root, root, "bom dia", 5))
            said += [post(f"{root}-{k}", f"{circle}{k}", "oi", 4, root) for k in range(4) if k != n]
    return said


def shop() -> list[Post]:
    """rui complains where bia asks; caio asks elsewhere and quotes rui's post."""
    return [
        post("t1", "rui", "Maré ruim, reclamo, mostro a foto", 9, engagement=Engagement(views=90)),
        post("t1-1", "bia", "Maré: alguém usa? quero comprar", 8, "t1"),
        post("t1-2", "bia", "Maré ruim então", 2, "t1"),
        post("t2", "caio", "alguém conhece a Maré?", 7),
        post("t3", "caio", "vejam isto", 6, quotes=("t1",)),
        post("t4", "eva", "Maré ruim, alguém me responde? reclamo", 6),
        post("t5", "mare_ajuda", "Maré: alguém quer ajuda?", 5),
        post("t6", "leo", "Maré ruim, mostro", 3, engagement=Engagement(replies=1)),
    ]


def test_all_is_found_kept_and_found_again_only_when_something_changed(
    open_app: OpenApp, tmp_path: Path
) -> None:
    app = open_app(tmp_path, launches=[LAUNCH])
    hear(app, [*circles(), *shop(), post("n1", "a0", "o aplicativo chegou, mostro", 3)])
    hear(app, [post("n2", "a1", "aplicativo instalado", 1), post("n3", "a1", "aplicativo", 0.5)])
    hear(app, [post("n2-1", "a1", "vi", 2, "n1")])
    counts = people(app, NOW).counts
    assert counts["communities"] == 3 and counts["launches"] == 1 and counts["adopters"] == 2
    assert people(app, NOW).counts == {}
    with app.store.reading() as unit:
        membership = unit.communities.membership()
        (launch,) = unit.launches.every()
        first, second = unit.launches.adopters(launch.id, 10)
        assert [one.author_id for one in unit.launches.leaders(launch.id, 5)] == [first.author_id]
    assert (first.rank, first.led, first.acts) == (1, 1.0, {Act.SHOWS: 1})
    assert second.at == NOW - DAY and launch.curve is None
    hear(app, [post("late", "a2", "oi de novo", 0.1, "a0")])
    assert people(app, NOW).counts["communities"] == 3
    with app.store.reading() as unit:
        assert unit.communities.membership() == membership
        assert unit.launches.every()[0].id == launch.id
        (one, *_) = unit.communities.living(10)
        assert (one.life.members, one.life.active, one.life.inside) == (4, 4, 1.0)
        assert len(unit.communities.lives(one.id)) == 1
        roles = {standing.role for standing in unit.communities.standings(one.id)}
    assert roles == {Role.VOICE}


def test_authors_are_measured_at_home(
    open_app: OpenApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(tmp_path)
    elsewhere = Post("g", "x", PostKind.POST, "oi", NOW - DAY, Author("g", "zoe", name="zoe"))
    hear(app, [*circles(), elsewhere])
    people(app, NOW)
    with app.store.reading() as unit:
        log = customers_log(app, unit)
        source, community = homes(unit, log)
        names = {one.id: one for one in unit.authors.get_many(log.author_ids.tolist()).values()}
    at = {names[who].name: place for place, who in enumerate(log.author_ids.tolist())}
    assert source[at["a0"]] == source[at["b0"]] != source[at["zoe"]] >= 0
    assert len({community[at[f"a{n}"]] for n in range(4)}) == 1
    assert community[at["a0"]] != community[at["b0"]]
    assert community[at["zoe"]] == -1
    used: list[Any] = []

    def watched(log: Any, settings: Any, now: Any, since: Any, homes: Any) -> Any:
        used.extend(homes)
        return measures_of(log, settings, now, since, homes)

    monkeypatch.setattr("app.steps.measure.measures_of", watched)
    hear(app, [post("new", "b1", "oi", 1, "a0")])
    assert [one.tolist() for one in used] == [source.tolist(), community.tolist()]


def test_history_goes_on_day_by_day_and_the_gone_are_remembered(
    open_app: OpenApp, tmp_path: Path
) -> None:
    app = open_app(tmp_path)
    hear(app, circles())
    people(app, NOW)
    with app.store.writing() as unit:
        for n in range(4):
            unit.posts.gone(Gone("f", f"b{n}"), NOW)
    later = NOW + DAY
    measure(app, later)
    assert people(app, later).counts["communities"] == 1
    with app.store.reading() as unit:
        assert [len(unit.communities.lives(one)) for one in (1, 2)] in ([2, 1], [1, 2])
        gone = [unit.communities.get(one) for one in (1, 2)]
    assert sorted(one.gone_at is None for one in gone if one) == [False, True]


def test_prospects_are_those_who_ask_and_have_not_bought(open_app: OpenApp, tmp_path: Path) -> None:
    app = open_app(tmp_path)
    hear(app, shop())
    people(app, NOW)
    with app.store.reading() as unit:
        names = {one.id: one.name for one in unit.authors.get_many(range(1, 20)).values()}
        found = {names[one.author_id]: later for one, later in unit.prospects.of_brand("mare", 9)}
        ids = {name: id for id, name in names.items()}
        met = unit.prospects.met_by([ids["bia"], ids["caio"]])
        told = unit.posts.by_key("f", "t1")
    assert set(found) == {"bia", "caio"}
    assert (found["bia"].posts, found["bia"].polarity) == (1, Polarity.NEGATIVE)
    assert found["caio"].posts == 0
    assert told is not None
    seen = {names[who]: {one.post_id: one.certainty for one in some} for who, some in met.items()}
    assert seen == {"bia": {told.id: Certainty.OBSERVED}, "caio": {told.id: Certainty.OBSERVED}}


def test_what_a_prospect_finds_weighs_exposure_and_age(open_app: OpenApp, tmp_path: Path) -> None:
    app = open_app(tmp_path)
    hear(app, shop())
    people(app, NOW)
    with app.store.reading() as unit:
        found = findings(unit, "mare", frozenset(), NOW)
        told = unit.posts.by_key("f", "t1")
    assert told is not None
    assert found.found[0].met.post_id == told.id
    assert found.found[0].met.observed == 2
    assert found.found[0].possible == 2  # of 30 by its views, as only two are known there
    assert sum(one.share for one in found.found) == pytest.approx(1)
    assert found.feelings[Polarity.NEGATIVE] == pytest.approx(1)


def test_new_things_are_launches_where_they_were_not_heard_before(
    open_app: OpenApp, tmp_path: Path
) -> None:
    app = open_app(tmp_path)
    hear(app, [post(f"o{n}", f"p{n}", "Maré onda chegou", 9 - n / 2) for n in range(12)])
    assert people(app, NOW).counts["launches"] == 0  # Nothing is known of the time before.
    hear(app, [post("old", "velho", "Maré há tempos", 200)])
    assert people(app, NOW).counts == {
        "communities": 0, "launches": 1, "adopters": 12, "prospects": 0, "exposures": 0,
    }  # fmt: skip
    with app.store.reading() as unit:
        (launch,) = unit.launches.every()
        adopters = unit.launches.adopters(launch.id, 20)
    assert (launch.name, launch.brand, launch.found) == ("Onda 5", "mare", True)
    assert launch.curve is not None
    assert adopters[0].category in {"innovator", "early_adopter"}


def test_what_is_gone_or_erased_leaves_no_person_behind(open_app: OpenApp, tmp_path: Path) -> None:
    app = open_app(tmp_path, launches=[LAUNCH])
    hear(app, [*circles(), *shop(), post("n1", "a0", "aplicativo", 3)])
    people(app, NOW)
    with app.store.writing() as unit:
        unit.posts.gone(Gone("f", "t1"), NOW)
    with app.store.reading() as unit:
        bia = unit.authors.handles("f", ["bia"])["bia"]
        assert unit.prospects.met_by([bia]) == {}
    app.store.prune(NOW + DAY)
    with app.store.reading() as unit:
        assert unit.communities.membership() == {}
        assert unit.prospects.of_brand(None, 10) == []
        assert unit.launches.every()[0].adopters == 0
        assert not any(unit.communities.standings(one) for one in range(1, 4))


def test_killed_in_the_middle_nothing_is_kept(
    open_app: OpenApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(tmp_path)
    hear(app, [*circles(), *shop()])

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("storage.learned.Learned.keep", killed)
        with pytest.raises(KeyboardInterrupt):
            people(app, NOW)
    with app.store.reading() as unit:
        assert unit.communities.living(10) == [] and unit.prospects.of_brand(None, 10) == []
    assert people(app, NOW).counts["prospects"] == 2


def test_a_launch_is_checked_when_settings_are_read(open_app: OpenApp, tmp_path: Path) -> None:
    bad = LAUNCH | {"brand": "nobody", "query": "app AND ("}
    with pytest.raises(SettingsError) as refused:
        open_app(tmp_path, launches=[bad])
    assert {one.path for one in refused.value.mistakes} >= {"launches.0.brand", "launches.0.query"}
