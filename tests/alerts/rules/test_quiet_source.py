from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from alerts.rules.quiet_source import QuietSource
from domain.sources import Habit

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
RULE = QuietSource()
HOUR = timedelta(hours=1)
CALM = Habit(40, 42.0, HOUR, 2, 0, 9 * HOUR, timedelta(0), NOW)


def codes(habit: Habit, rule: QuietSource = RULE) -> list[str]:
    return [alert.reason.code for alert in rule.evaluate("forum", "lua", habit, NOW)]


def test_a_source_as_usual_raises_nothing() -> None:
    assert codes(CALM) == []


def test_each_trouble_has_its_reason_and_the_worst_is_told() -> None:
    silent = replace(CALM, silence=5 * HOUR, looks=5, expected=12)
    assert codes(silent) == ["source_silent"]
    assert codes(replace(CALM, silence=19 * HOUR, looks=5)) == ["source_long_silent"]
    assert codes(replace(CALM, week=3)) == ["source_faint"]
    assert codes(replace(silent, failing=7 * HOUR)) == ["source_failing"]


def test_a_silence_that_goes_on_is_the_same_alert() -> None:
    silent = replace(CALM, silence=5 * HOUR, looks=5, expected=12)
    (first,) = RULE.evaluate("forum", "lua", silent, NOW)
    later = replace(silent, silence=9 * HOUR, expected=30)
    (again,) = RULE.evaluate("forum", "lua", later, NOW + 4 * HOUR)
    (new,) = RULE.evaluate("forum", "lua", silent, NOW + 4 * HOUR)
    assert first.key == again.key != new.key
    assert {first.group, new.group} == {"quiet_source:forum"}
    assert first.labels["source"] == "forum"


def test_few_looks_prove_no_silence() -> None:
    assert codes(replace(CALM, silence=50 * HOUR, looks=2, expected=99)) == []


def test_only_the_sources_and_brands_asked_for() -> None:
    thin = replace(CALM, week=0)
    assert codes(thin, QuietSource(sources=("blog",))) == []
    assert codes(thin, QuietSource(sources=("forum",), brands=("lua",))) == ["source_faint"]
    assert codes(thin, QuietSource(brands=("sol",))) == []
    with pytest.raises(ValidationError):
        QuietSource.model_validate({"failing": "5m"})
