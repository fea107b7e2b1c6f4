from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from alerts.rules import VolumeSpike

START = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
RULE = VolumeSpike()
Hours = list[tuple[datetime, int]]


def _hours(days: int, bursts: dict[int, int], level: float = 40.0) -> Hours:
    index = np.arange(24 * days)
    rate = level * (1.2 + np.sin(2 * np.pi * (index % 24 - 6) / 24))
    counts = np.random.default_rng(11).negative_binomial(8, 8 / (8 + rate))
    for hour, more in bursts.items():
        counts[hour] += more
    return [(START + int(i) * HOUR, int(count)) for i, count in enumerate(counts)]


def _keys(hours: Hours, now: datetime, **changes: Any) -> list[str]:
    rule = VolumeSpike.model_validate(changes)
    return [alert.key for alert in rule.evaluate("acme", hours, now)]


def _end(hours: Hours) -> datetime:
    return hours[-1][0] + HOUR


def test_one_event_is_one_alert_with_a_key_by_its_first_hour() -> None:
    hours = _hours(40, {950: 900, 951: 2000, 952: 1200, 954: 800})
    (alert,) = RULE.evaluate("acme", hours, _end(hours))
    assert alert.key == "volume_spike:acme:2026-02-09T14"
    assert alert.group == "volume_spike:acme"
    assert alert.stage is None
    assert alert.reason.code == "volume_spike"
    assert alert.reason.params["hours"] == 3
    assert alert.reason.params["mentions"] > 900
    assert alert.reason.params["times"] > 3
    assert not alert.urgent


def test_the_key_is_the_same_whenever_one_looks() -> None:
    hours = _hours(60, {1300: 900, 1301: 900, 1303: 900})
    found = set()
    for late in range(24):
        end = 1301 + late
        seen = hours[end - RULE.history // HOUR : end]
        found |= set(_keys(seen, hours[end][0] + timedelta(minutes=late)))
    assert found == {"volume_spike:acme:2026-02-24T04"}


def test_two_events_are_two_alerts() -> None:
    hours = _hours(40, {938: 1500, 955: 4000})
    assert len(_keys(hours, _end(hours))) == 2


def test_an_hour_that_has_not_ended_is_not_judged() -> None:
    hours = _hours(40, {959: 3000})
    assert not _keys(hours, hours[-1][0] + timedelta(minutes=59))
    assert _keys(hours, hours[-1][0] + HOUR)


def test_old_news_is_not_told() -> None:
    hours = _hours(40, {900: 3000})
    assert not _keys(hours, _end(hours))


@pytest.mark.parametrize("seed_days", [3, 10, 40])
def test_a_usual_day_is_silent(seed_days: int) -> None:
    hours = _hours(seed_days, {})
    assert not _keys(hours, _end(hours), once_in="400h")


def test_a_small_brand_needs_enough_mentions() -> None:
    hours = [(at, 0) for at, _ in _hours(40, {})]
    hours[955] = (hours[955][0], 9)
    assert not _keys(hours, _end(hours))
    hours[955] = (hours[955][0], 10)
    assert _keys(hours, _end(hours))


def test_the_dials_turn_the_right_way() -> None:
    hours = _hours(40, {955: 260})
    assert _keys(hours, _end(hours), once_in="2h")
    assert not _keys(hours, _end(hours), min_times=50)
    assert not _keys(hours, _end(hours), once_in="100000w")
    assert not _keys(hours, _end(hours), brands=["other"])


def test_urgent_from_its_bound_on() -> None:
    hours = _hours(40, {955: 3000})
    rule = VolumeSpike(urgent_times=5)
    assert rule.evaluate("acme", hours, _end(hours))[0].urgent
    rule = VolumeSpike(urgent_times=5000)
    assert not rule.evaluate("acme", hours, _end(hours))[0].urgent


def test_nothing_to_see_is_no_alert() -> None:
    assert not _keys([], START)
    assert not _keys(_hours(1, {20: 900}), START + timedelta(days=1))


def test_a_hole_in_the_hours_is_refused() -> None:
    hours = _hours(40, {})
    del hours[500]
    with pytest.raises(ValueError, match="not consecutive"):
        RULE.evaluate("acme", hours, _end(hours))


@pytest.mark.parametrize(
    "changes", [{"span": "30m"}, {"span": "2d"}, {"once_in": "1h"}, {"rest": "1m"}]
)
def test_bad_settings(changes: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=next(iter(changes))):
        VolumeSpike.model_validate(changes)
