"""Communities, launches and prospects, on every engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from domain.analyses import (
    Act,
    ActLabel,
    Entity,
    EntityKind,
    Intent,
    IntentLabel,
    Polarity,
    Span,
)
from domain.communities import Life, Role, Standing
from domain.launches import Adopter, Curve, Launch
from domain.posts import Gone
from domain.prospects import Certainty, Exposure, Prospect, Sequel
from domain.queries import Phrase
from storage.launches import NewThing

DAY = timedelta(days=1)


def said(store, make_post, make_analysis, now):
    """ana complains with a photo of the Onda 5, rui asks in her thread, the brand answers."""
    with store.writing() as unit:
        ids = unit.posts.add(
            [
                make_post("1", "a onda quebrou", by="ana", thread="1"),
                make_post("2", "presta?", by="rui", parent="1", thread="1", minutes=5),
                make_post("3", "resposta", by="lua", parent="1", thread="1", minutes=9),
                make_post("4", "nada a ver", by="leo", minutes=9),
            ],
            now,
        ).ids
        onda = Entity(EntityKind.PRODUCT, "Onda 5", 0.9, Span(0, 4))
        first = replace(
            make_analysis(ids[0]), acts=(ActLabel(Act.WARNS, 0.8),), entities=(onda, onda)
        )
        asks = (IntentLabel(Intent.QUESTION, 0.9), IntentLabel(Intent.PURCHASE, 0.7))
        second = replace(make_analysis(ids[1], "neutral"), intents=asks)
        third = replace(make_analysis(ids[2]), intents=asks, official=True)
        unit.analyses.add([first, second, third])
        voices = unit.authors.handles("forum", ["ana", "rui", "lua", "leo"])
    return ids, voices


def test_communities_keep_their_days_and_end(store, make_post, make_analysis, now):
    _, who = said(store, make_post, make_analysis, now)
    life = Life(now, 3, 2, 5, 0.5, 0.25, 1)
    membership = {who["ana"]: 4, who["rui"]: 4, who["leo"]: 9}
    top = [Standing(4, Role.VOICE, who["rui"], 1.0), Standing(4, Role.VOICE, who["ana"], 2.0)]
    for hours in (0, 1, 24):
        at = now + timedelta(hours=hours)
        lives = {4: replace(life, at=at), 9: replace(life, at=at, members=1)}
        with store.writing() as unit:
            unit.communities.replace(membership, lives, top, at)
            unit.communities.count_posts(now - DAY)
    with store.reading() as unit:
        assert unit.communities.membership() == membership
        assert [one.at for one in unit.communities.lives(4)] == [
            now + timedelta(hours=1),
            now + DAY,
        ]
        four, nine = unit.communities.living(5)
        assert (four.id, four.life.at, dict(four.stages)) == (4, now + DAY, {"delivery": 2})
        assert [one.author_id for one in unit.communities.standings(4)] == [who["ana"], who["rui"]]
        assert unit.communities.members(4, 5) == sorted((who["ana"], who["rui"]))
        assert unit.communities.of_author(who["leo"]) == nine.id
    with store.writing() as unit:
        unit.communities.replace({who["leo"]: 9}, {9: life}, [], now + 2 * DAY)
    with store.reading() as unit:
        assert [one.id for one in unit.communities.living(5)] == [9]
        assert unit.communities.get(4).gone_at == now + 2 * DAY
        assert unit.communities.get(5) is None


def test_launches_are_found_and_keep_their_ids(store, make_post, make_analysis, now):
    ids, who = said(store, make_post, make_analysis, now)
    with store.reading() as unit:
        assert unit.launches.first_heard() == now
        assert list(unit.launches.matches(Phrase(("onda",)), None)) == [(ids[0], who["ana"], now)]
        assert list(unit.launches.matches(Phrase(("onda",)), now + DAY)) == []
        (thing,) = unit.launches.new_things(now - DAY, 1)
        assert thing == NewThing("lua", "product", "Onda 5")
        assert unit.launches.new_things(now - DAY, 2) == []
        assert unit.launches.new_things(now + DAY, 1) == []
        assert unit.launches.naming(thing) == [(ids[0], who["ana"], now)]
        assert list(unit.launches.acts(ids)) == [(ids[0], Act.WARNS)]
    curve = Curve(0.1, 0.2, 30.0, 0.1, False)
    launch = Launch("lua:onda", "Onda", "lua", True, 1, now, curve)
    one = Adopter(who["ana"], ids[0], now, 1, "innovator", 0.5, {Act.WARNS: 1})
    for _ in range(2):
        with store.writing() as unit:
            unit.launches.replace([(launch, [one]), (replace(launch, key="x", curve=None), [])])
    with store.writing() as unit:
        kept, empty = sorted(unit.launches.every(), key=lambda each: each.id)
        assert kept == replace(launch, id=kept.id) and empty.first_at is None
        assert unit.launches.adopters(kept.id, 5) == [one] == unit.launches.leaders(kept.id, 5)
        assert unit.launches.of_author(who["ana"]) == [(kept.id, "Onda", one)]
        unit.launches.replace([(launch, [])])
        assert [each.id for each in unit.launches.every()] == [kept.id]


def test_prospects_are_told_from_customers_and_from_the_brand(store, make_post, make_analysis, now):
    ids, who = said(store, make_post, make_analysis, now)
    with store.writing() as unit:
        before = unit.prospects.mark()
        asking = list(unit.prospects.asking())
        assert [(one.author_id, one.intent) for one in asking] == [
            (who["rui"], Intent.QUESTION),
            (who["rui"], Intent.PURCHASE),
        ]
        told = list(unit.prospects.testimonies([("forum", "1")], []))
        assert [(brand, post[0]) for brand, post in told] == [("lua", ids[0])]
        assert list(unit.prospects.testimonies([], ids)) == told
        exposure = Exposure(who["rui"], ids[0], Certainty.LIKELY, now)
        later = Sequel(1, (Intent.PRAISE,), Polarity.POSITIVE)
        unit.prospects.replace([(asking[0], later)], [("lua", exposure)])
        assert unit.prospects.of_brand("lua", 5) == [(asking[0], later)]
        assert unit.prospects.of_brand("sol", 5) == []
        assert unit.prospects.met_by([who["rui"]]) == {who["rui"]: [exposure]}
        (met,) = unit.prospects.to_meet("lua", now - DAY)
        assert (met.post_id, met.observed, met.likely) == (ids[0], 0, 1)
        assert (met.views, met.opens) == (None, True), "the place counts no views"
        assert unit.prospects.shares("lua") == {"forum": (1, 4)}
        unit.analyses.add([replace(make_analysis(ids[3]), analysed_at=now + DAY)])
        assert unit.prospects.mark() != before


def test_people_go_with_their_posts(store, make_post, make_analysis, now):
    ids, who = said(store, make_post, make_analysis, now)
    asked = Prospect(who["rui"], "lua", now, ids[1], Intent.QUESTION)
    with store.writing() as unit:
        one = Adopter(who["ana"], ids[0], now, 1, "innovator", 0.5, {})
        unit.launches.replace([(Launch("k", "K", "lua", True, 1, now), [one])])
        exposure = Exposure(who["rui"], ids[0], Certainty.LIKELY, now)
        unit.prospects.replace([(asked, Sequel(0, (), None))], [("lua", exposure)])
        life = Life(now, 1, 1, 1, 1.0, 1.0, 1)
        top = [Standing(1, Role.VOICE, who["leo"], 1.0)]
        unit.communities.replace({who["leo"]: 1}, {1: life}, top, now)
        unit.posts.gone(Gone("forum", "1"), now)
    with store.reading() as unit:
        assert unit.launches.every()[0].adopters == 0
        assert unit.prospects.met_by([who["rui"]]) == {}
        assert unit.prospects.of_author(who["rui"])
    store.prune(now + DAY)
    with store.reading() as unit:
        assert unit.prospects.of_author(who["rui"]) == []
        assert unit.communities.membership() == {} and unit.communities.standings(1) == []


def test_posts_telling_of_something(store, make_post, make_analysis, now):
    ids, _ = said(store, make_post, make_analysis, now)
    with store.reading() as unit:
        telling = unit.posts.telling
        assert sorted(telling(stage="delivery", topic_id=None, brand="lua")) == sorted(ids[:3])
        assert list(telling(stage="delivery", topic_id=7, brand=None)) == []
        assert sorted(telling(stage=None, topic_id=None, brand=None)) == sorted(ids)
