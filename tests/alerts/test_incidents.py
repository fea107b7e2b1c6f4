from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from alerts.incidents import (
    Verdict,
    decide,
    flood_summaries,
    judged,
    matches,
    room_left,
    was_told,
)
from domain.alerts import Alert, Incident, IncidentState, Silence

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
Make = Callable[..., Alert]
V = Verdict


def _incident(state: str = "open") -> Incident:
    return Incident("reach:web:1", "acme", "reach", IncidentState(state), NOON - HOUR, NOON - HOUR)


@pytest.mark.parametrize(
    ("state", "level_now", "level_told", "told_hours_ago", "room", "expected"),
    [
        (None, 0, None, None, 5, V.FIRST),
        ("resolved", 0, 3, 1, 5, V.FIRST),
        ("open", 1, 0, 1, 5, V.MORE_SEVERE),
        ("open", 0, 1, 1, 5, V.GROUPED),
        ("open", 1, 1, 3.9, 5, V.GROUPED),
        ("open", 1, 1, 4, 5, V.REPEATED),
        ("open", 1, None, None, 5, V.FIRST),
        ("acknowledged", 1, 1, 100, 5, V.ACKNOWLEDGED),
        ("acknowledged", 2, 1, 1, 5, V.MORE_SEVERE),
        ("acknowledged", 2, None, None, 5, V.ACKNOWLEDGED),
        (None, 0, None, None, 0, V.FLOODED),
        ("open", 1, 0, 1, 0, V.FLOODED),
        ("open", 0, 0, 1, 0, V.GROUPED),
    ],
)
def test_the_table_of_decisions(
    make_alert: Make,
    state: str | None,
    level_now: int,
    level_told: int | None,
    told_hours_ago: float | None,
    room: int,
    expected: Verdict,
) -> None:
    earlier = []
    if level_told is not None and told_hours_ago is not None:
        before = make_alert(
            key="before",
            labels={"level": str(level_told)},
            fired_at=NOON - told_hours_ago * HOUR,
        )
        earlier = [judged(before, V.FIRST)]
    alert = make_alert(labels={"level": str(level_now)})
    incident = _incident(state) if state else None
    assert decide(alert, incident, earlier, (), 4 * HOUR, room) is expected


def test_an_urgent_alert_is_more_severe_than_any_calm_one(make_alert: Make) -> None:
    calm = judged(make_alert(labels={"level": "9"}, fired_at=NOON - HOUR), V.FIRST)
    urgent = make_alert(labels={"level": "1"}, urgent=True)
    assert decide(urgent, _incident(), [calm], (), 4 * HOUR, 5) is V.MORE_SEVERE


@pytest.mark.parametrize("held", [V.SILENCED, V.FLOODED, V.GROUPED, V.ACKNOWLEDGED])
def test_what_was_held_back_was_not_told(make_alert: Make, held: Verdict) -> None:
    before = judged(make_alert(key="before", fired_at=NOON - HOUR), held)
    assert not was_told(before)
    assert decide(make_alert(), _incident(), [before], (), 4 * HOUR, 5) is V.FIRST


def test_a_silence_wins_over_everything(make_alert: Make) -> None:
    silence = Silence({"stage": "delivery"}, NOON + HOUR, "ana")
    alert = make_alert(urgent=True)
    assert decide(alert, None, (), [silence], 4 * HOUR, 5) is V.SILENCED


@pytest.mark.parametrize(
    ("wanted", "minutes_left", "expected"),
    [
        ({"rule": "reach"}, 1, True),
        ({"kind": "high_reach_experience", "brand": "acme"}, 1, True),
        ({"group": "reach:web:1"}, 1, True),
        ({"team": "north"}, 1, True),
        ({"brand": "acme", "stage": "payment"}, 1, False),
        ({"colour": "red"}, 1, False),
        ({"brand": "acme"}, 0, False),
        ({}, 1, False),
    ],
)
def test_what_a_silence_covers(
    make_alert: Make, wanted: dict[str, str], minutes_left: int, expected: bool
) -> None:
    silence = Silence(wanted, NOON + timedelta(minutes=minutes_left), "ana")
    assert matches(silence, make_alert(labels={"team": "north"})) is expected


def test_the_list_of_verdicts_is_closed() -> None:
    assert {verdict for verdict in Verdict if verdict.tells} == {V.FIRST, V.MORE_SEVERE, V.REPEATED}


def test_room_counts_what_was_told_in_the_last_hour(make_alert: Make) -> None:
    def at(minutes: int, verdict: Verdict) -> Alert:
        return judged(make_alert(fired_at=NOON - timedelta(minutes=minutes)), verdict)

    alerts = [at(0, V.FIRST), at(59, V.REPEATED), at(60, V.FIRST), at(5, V.GROUPED)]
    assert room_left(alerts, NOON, limit=20) == 18


def test_a_flood_becomes_one_summary_an_hour_once_it_is_over(make_alert: Make) -> None:
    def flooded(brand: str, minutes_ago: int) -> Alert:
        return judged(
            make_alert(brand=brand, fired_at=NOON - timedelta(minutes=minutes_ago)), V.FLOODED
        )

    alerts = [flooded("acme", 1), flooded("acme", 59), flooded("acme", 61), flooded("bolt", 30)]
    assert not flood_summaries([flooded("acme", 0)], NOON + timedelta(minutes=59))
    summaries = flood_summaries(alerts, NOON)
    assert [(one.key, one.reason.params["count"]) for one in summaries] == [
        ("flood:acme:2026-03-10T10", 1),
        ("flood:acme:2026-03-10T11", 2),
        ("flood:bolt:2026-03-10T11", 1),
    ]
    again = flood_summaries(list(reversed(alerts)), NOON + HOUR / 2)
    assert [one.key for one in again] == [one.key for one in summaries]
