from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path
from statistics import median

import numpy as np
import pytest
from pydantic import ValidationError

from app.simulation.files import TownFiles, write_town
from app.simulation.people import SOURCES
from app.simulation.settings import TownSettings
from app.simulation.speech import NEGATIVE, OWN_BRAND, Speech
from app.simulation.timeline import OFFICIAL
from app.simulation.town import Town, build_town
from domain.posts import Post, PostKind

SMALL = {"customers": 90, "days": 20, "worlds": 50}


def written(settings: TownSettings, folder: Path) -> dict[str, bytes]:
    files = write_town(build_town(settings), folder)
    paths = [*files.posts.iterdir(), *files.truth.iterdir()]
    return {path.name: path.read_bytes() for path in paths}


def test_the_same_settings_write_the_same_bytes(settings: TownSettings, tmp_path: Path) -> None:
    small = settings.model_copy(update=SMALL)
    first = written(small, tmp_path / "a")
    assert first == written(small, tmp_path / "b")
    other = written(small.model_copy(update={"seed": 2}), tmp_path / "c")
    assert first["praca.jsonl"] != other["praca.jsonl"]
    assert len(first) == 8


def test_another_end_moves_the_same_town_in_time(settings: TownSettings) -> None:
    one = build_town(settings.model_copy(update=SMALL))
    week = timedelta(days=7)
    later = build_town(settings.model_copy(update={**SMALL, "ends_at": settings.ends_at + week}))
    assert (one.posts.author == later.posts.author).all()
    assert (one.posts.at == later.posts.at).all()


def test_a_town_without_a_time_zone_is_refused(settings: TownSettings) -> None:
    with pytest.raises(ValidationError, match="timezone"):
        TownSettings(ends_at=settings.ends_at.replace(tzinfo=None))


@pytest.mark.parametrize("changes", [{"customers": 9}, {"contagion": 1.0}, {"size": 4}])
def test_impossible_towns_are_refused(settings: TownSettings, changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        TownSettings.model_validate({"ends_at": settings.ends_at, **changes})


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("changes", [{"customers": 10}, {"customers": 40, "days": 7}])
def test_a_hamlet_can_be_built(
    settings: TownSettings, changes: dict[str, int], seed: int, tmp_path: Path
) -> None:
    hamlet = settings.model_copy(update={"worlds": 20, "seed": seed, **changes})
    files = write_town(build_town(hamlet), tmp_path)
    lines = [path.read_text("utf-8").splitlines() for path in files.posts.iterdir()]
    assert files.count == sum(map(len, lines))


def test_it_has_the_promised_size(posts: list[Post], town_files: TownFiles) -> None:
    assert 3_000 <= len(posts) <= 6_500
    assert town_files.count == len(posts)


def test_posts_come_in_order_within_the_town_s_time(
    posts: list[Post], settings: TownSettings
) -> None:
    times = [post.created_at for post in posts]
    assert times == sorted(times)
    assert settings.starts_at <= times[0]
    assert times[-1] < settings.ends_at
    assert len({post.external_id for post in posts}) == len(posts)


def test_every_parent_exists_and_came_earlier_on_the_same_source(posts: list[Post]) -> None:
    seen: dict[str, Post] = {}
    linked = 0
    for post in posts:
        for external_id in (*post.quotes, *filter(None, (post.parent, post.thread))):
            linked += 1
            assert seen[external_id].source == post.source
            assert seen[external_id].created_at < post.created_at
        if post.parent:
            assert post.thread == seen[post.parent].root
        seen[post.external_id] = post
    assert linked > 2_000


def test_each_author_has_one_account_on_one_source(posts: list[Post]) -> None:
    sources: dict[str, set[str]] = {}
    names: dict[tuple[str, str], set[str]] = {}
    for post in posts:
        assert post.author is not None
        sources.setdefault(post.author.external_id, set()).add(post.source)
        names.setdefault((post.source, post.author.handle), set()).add(post.author.external_id)
    assert {source for one in sources.values() for source in one} == set(SOURCES)
    assert all(len(one) == 1 for one in sources.values())
    assert all(len(one) == 1 for one in names.values())


def test_acts_without_words_have_none_and_are_not_acted_on(posts: list[Post]) -> None:
    reactions = {post.external_id for post in posts if post.kind is PostKind.REACTION}
    assert len(reactions) > 50
    assert not any(post.parent in reactions or set(post.quotes) & reactions for post in posts)
    for post in posts:
        silent = post.kind in (PostKind.REACTION, PostKind.SHARE)
        assert (post.text == "") is silent
        assert bool(post.quoted_text) == (post.kind is PostKind.SHARE or bool(post.quotes))


def test_only_reviews_are_rated_and_complaints_get_few_stars(posts: list[Post], town: Town) -> None:
    for post, saying in zip(posts, town.posts.sayings, strict=True):
        assert (post.rating is not None) is (post.kind is PostKind.REVIEW)
        if post.rating and saying.polarity is NEGATIVE:
            assert post.rating.value <= 3


def test_counters_count_what_was_done(posts: list[Post]) -> None:
    likes = Counter(post.parent for post in posts if post.kind is PostKind.REACTION)
    for post in posts:
        if post.kind is not PostKind.REACTION:
            assert post.engagement.likes == likes[post.external_id]


def test_the_last_day_is_a_burst(town: Town) -> None:
    days = Counter((town.settings.seconds - town.posts.at) // 86_400)
    usual = median(days[day] for day in range(1, town.settings.days))
    assert days[0] > 2.5 * usual


@pytest.mark.parametrize("seed", range(1, 9))
def test_today_brings_loud_and_grave_cases(settings: TownSettings, seed: int) -> None:
    town = build_town(settings.model_copy(update={"seed": seed, "worlds": 50}))
    fresh = town.posts.at > town.settings.seconds - 10 * 3600
    audience, own = town.ties.audience, []
    for place in np.flatnonzero(fresh & (town.posts.seed >= 0)):
        saying = town.posts.sayings[place]
        if saying.brand == OWN_BRAND and saying.polarity is NEGATIVE:
            own.append((saying.speech, int(audience[town.posts.author[place]])))
    loud = np.quantile(audience, 0.97)
    assert sum(people >= loud for speech, people in own if speech is Speech.COMPLAINT) >= 2
    assert any(people <= 1 for speech, people in own if speech is Speech.GRAVE)


def departures(town: Town) -> dict[int, float]:
    left: dict[int, float] = {}
    for one in town.told.recoveries:
        if np.isfinite(one.churned_at):
            person = int(town.people.person[town.told.seeds[one.seed].author])
            left[person] = min(one.churned_at, left.get(person, one.churned_at))
    return left


def test_prospects_only_ask_around_and_customers_come_in_a_wave(town: Town) -> None:
    adopted, posts = town.people.adopted, town.posts
    assert 0.15 < (adopted > town.settings.days).mean() < 0.5
    assert ((adopted >= 0) & (adopted < town.settings.days)).any()
    for place in np.flatnonzero(posts.seed >= 0):
        saying, person = posts.sayings[place], town.people.person[posts.author[place]]
        prospect = posts.at[place] / 86_400 < adopted[person] - 0.001
        if prospect and saying.theme and person not in departures(town):
            assert saying.theme == "discovery"


def test_whoever_left_speaks_no_more_as_our_customer(town: Town) -> None:
    left = departures(town)
    late = [
        seed
        for seed in town.told.seeds
        if seed.at > left.get(int(town.people.person[seed.author]), np.inf)
    ]
    assert late
    assert {seed.saying.brand for seed in late if seed.saying.speech is not Speech.RELIEF} <= {
        "rival",
        "",
    }


def test_the_official_account_answers_only_complaints(town: Town) -> None:
    places = np.flatnonzero(town.posts.author == OFFICIAL)
    assert len(places) > 50
    for place in places:
        saying = town.posts.sayings[town.posts.on[place]]
        assert saying.speech in (Speech.COMPLAINT, Speech.GRAVE)
        assert saying.brand == OWN_BRAND
