from __future__ import annotations

import numpy as np
import pytest

from app.simulation.people import People, settle
from app.simulation.settings import VARIETIES, TownSettings
from app.simulation.ties import Ties, draw_ties


@pytest.fixture(scope="module")
def large(settings: TownSettings) -> tuple[People, Ties]:
    wide = settings.model_copy(update={"customers": 6_000})
    people = settle(wide, np.random.default_rng(3))
    return people, draw_ties(wide, people, np.random.default_rng(4))


def test_languages_and_sources_have_their_shares(
    large: tuple[People, Ties], settings: TownSettings
) -> None:
    people, _ = large
    shares = np.bincount(people.variety, minlength=3) / len(people)
    wanted = [settings.languages[one] for one in VARIETIES]
    assert shares == pytest.approx(wanted, abs=0.04)
    sources = np.bincount(people.source) / len(people)
    assert sources[0] > sources[1] > sources[2] > 0.1


def test_a_second_account_is_on_the_review_site_and_of_one_s_own_language(
    large: tuple[People, Ties],
) -> None:
    people, _ = large
    second = np.arange(6_000, len(people))
    assert 500 < len(second) < 1_000
    assert (people.source[second] == 2).all()
    assert (people.source[people.person[second]] != 2).all()
    assert (people.variety[second] == people.variety[people.person[second]]).all()


def test_audiences_have_a_heavy_tail(large: tuple[People, Ties]) -> None:
    audience = np.sort(large[1].audience)[::-1]
    assert audience[:60].sum() > 0.1 * audience.sum()
    assert np.median(audience) < 0.75 * audience.mean()
    assert audience[0] > 20 * np.median(audience)


def test_ties_prefer_their_community_and_never_cross_sources(large: tuple[People, Ties]) -> None:
    people, ties = large
    near = people.community[ties.speaker] == people.community[ties.actor]
    assert 0.65 < near.mean() < 0.9
    assert (people.source[ties.speaker] == people.source[ties.actor]).all()


def test_ties_are_simple_and_in_order(large: tuple[People, Ties]) -> None:
    people, ties = large
    keys = ties.speaker * len(people) + ties.actor
    assert (np.diff(keys) > 0).all()
    assert (people.person[ties.speaker] != people.person[ties.actor]).all()
    assert ((ties.probability > 0) & (ties.probability <= 0.6)).all()
    assert (np.repeat(np.arange(len(people)), ties.audience) == ties.speaker).all()


def test_talk_dies_out_as_told(settings: TownSettings) -> None:
    people = settle(settings, np.random.default_rng(1))
    ties = draw_ties(settings, people, np.random.default_rng(2))
    matrix = np.zeros((len(people), len(people)))
    matrix[ties.speaker, ties.actor] = ties.probability
    radius = np.abs(np.linalg.eigvals(matrix)).max()
    assert radius == pytest.approx(settings.contagion, abs=0.02)


def test_adoption_follows_bass(large: tuple[People, Ties]) -> None:
    """Few innovators, then a wave: the curve of Bass with p = 0.03 and q = 0.5 a quarter."""
    quarters = (large[0].adopted + 700) / 91
    assert quarters.min() > 0
    for at in (2.0, 5.0, 9.0):
        decay = np.exp(-0.53 * at)
        expected = (1 - decay) / (1 + 0.5 / 0.03 * decay)
        assert (quarters < at).mean() == pytest.approx(expected, abs=0.025)


def test_a_town_can_speak_one_language(settings: TownSettings) -> None:
    mute = settings.model_copy(update={"languages": {"en": 1.0}})
    assert set(settle(mute, np.random.default_rng(0)).variety.tolist()) == {2}
