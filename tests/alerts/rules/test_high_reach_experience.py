from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.rules import HighReachExperience
from domain.experiences import Experience, Priority, Reach

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
RULE = HighReachExperience()
Make = Callable[..., Experience]


def test_it_fires_with_everything_one_needs_to_know(make_experience: Make) -> None:
    (alert,) = RULE.evaluate([make_experience(priority=170.0)], NOW)
    assert alert.key == "high_reach_experience:web:1:3"
    assert alert.group == "high_reach_experience:web:1"
    assert (alert.rule, alert.kind) == ("high_reach_experience", "high_reach_experience")
    assert (alert.brand, alert.stage, alert.experience_id) == ("acme", "delivery", 7)
    assert alert.post_ids == (1, 2)
    assert alert.labels == {"level": "3"}
    assert alert.reason.params["to_come"] == 200
    assert not alert.urgent


@pytest.mark.parametrize(
    ("priority", "to_come", "changes"),
    [
        (19.9, 200, {}),
        (100, 49, {}),
        (100, 200, {"severity": 0.29}),
        (100, 200, {"severity": 0.0}),
        (100, 200, {"last_told_at": NOW - timedelta(days=7, seconds=1)}),
        (100, 200, {"last_told_at": NOW + timedelta(seconds=1)}),
    ],
)
def test_each_bound_holds(
    make_experience: Make, priority: float, to_come: float, changes: dict[str, Any]
) -> None:
    assert not RULE.evaluate([make_experience(priority, to_come, **changes)], NOW)


def test_the_bounds_themselves_count(make_experience: Make) -> None:
    at_the_edge = make_experience(20.0, 50.0, severity=0.3, last_told_at=NOW - timedelta(days=7))
    assert RULE.evaluate([at_the_edge], NOW)


def test_only_its_brands(make_experience: Make) -> None:
    rule = HighReachExperience(brands=("other",))
    assert not rule.evaluate([make_experience()], NOW)


def test_the_gravest_comes_first(make_experience: Make) -> None:
    three = [make_experience(priority=p, key=f"web:{p}") for p in (30.0, 300.0, 90.0)]
    assert [alert.labels["level"] for alert in RULE.evaluate(three, NOW)] == ["3", "2", "0"]


def test_urgent_from_its_bound_on(make_experience: Make) -> None:
    assert RULE.evaluate([make_experience(priority=1000.0)], NOW)[0].urgent
    never = HighReachExperience(urgent_priority=None)
    assert not never.evaluate([make_experience(priority=1e9)], NOW)[0].urgent


def test_a_name_of_its_own_separates_two_rules(make_experience: Make) -> None:
    named = HighReachExperience(name="loud").evaluate([make_experience()], NOW)
    assert named[0].key.startswith("loud:")
    assert named[0].rule == "loud"
    assert named[0].kind == "high_reach_experience"


@given(st.floats(20, 1e12), st.floats(1, 1.999), st.timedeltas(timedelta(0), timedelta(days=7)))
def test_the_key_changes_only_as_priority_doubles(
    priority: float, growth: float, later: timedelta
) -> None:
    def key(value: float, now: datetime) -> str:
        reach = Reach(0, 100, 50, 150)
        experience = Experience(
            "k", "acme", "s", (1,), 1, NOW, NOW, -1, 1, reach, Priority(value, ())
        )
        return RULE.evaluate([experience], now)[0].key

    assert key(priority, NOW) == key(priority, NOW + later)
    assert key(priority, NOW) != key(priority * 2, NOW)
    levels = {int(key(priority * factor, NOW).split(":")[-1]) for factor in (1.0, growth, 2.0)}
    assert len(levels) == 2
