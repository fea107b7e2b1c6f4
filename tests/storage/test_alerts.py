from dataclasses import replace
from datetime import timedelta

import pytest

from domain.alerts import Alert, IncidentState, Silence
from domain.experiences import Reason


@pytest.fixture
def alert(now):
    return Alert(
        key="spike:lua:1",
        rule="spike",
        kind="volume_spike",
        brand="lua",
        group="lua/delivery",
        reason=Reason("spike", {"posts": 40, "usual": 3.5}),
        fired_at=now,
        stage="delivery",
        experience_id=3,
        post_ids=(1, 2),
        urgent=True,
        labels={"severity": "high"},
    )


def fire(store, *alerts):
    with store.writing() as unit:
        for alert in alerts:
            assert unit.alerts.add(alert)
        return [unit.incidents.touch(alert) for alert in alerts]


def test_a_key_is_one_alert(store, alert):
    with store.writing() as unit:
        assert unit.alerts.add(alert)
        assert not unit.alerts.add(replace(alert, brand="sol"))
    with store.reading() as unit:
        assert unit.alerts.get(alert.key) == alert
        assert unit.alerts.get("unknown") is None


def test_alerts_are_listed_and_counted(store, alert, now):
    later = replace(alert, key="2", brand="sol", fired_at=now + timedelta(hours=1), group="sol")
    fire(store, alert, later)
    with store.reading() as unit:
        assert unit.alerts.recent(5) == [later, alert]
        assert unit.alerts.recent(5, brand="lua") == [alert]
        assert unit.alerts.since(now) == [alert, later]
        assert unit.alerts.since(later.fired_at) == [later]


def test_alerts_of_a_group_are_one_incident_until_it_is_resolved(store, alert, now):
    later = now + timedelta(hours=1)
    second = replace(alert, key="2", fired_at=later)
    third = replace(alert, key="3", fired_at=later + timedelta(hours=1))
    other = replace(alert, key="4", group="sol")
    first_incident, same, apart = fire(store, alert, second, other)
    assert first_incident.id == same.id != apart.id
    assert (same.alerts, same.opened_at, same.last_alert_at) == (2, now, later)
    with store.writing() as unit:
        taken = unit.incidents.acknowledge(same.id, "mia", later)
        assert (taken.state, taken.acknowledged_by) == (IncidentState.ACKNOWLEDGED, "mia")
        assert unit.incidents.acknowledge(same.id, "rui", later).acknowledged_by == "mia"
        ended = unit.incidents.resolve(same.id, "rui", later)
        assert (ended.state, ended.resolved_at) == (IncidentState.RESOLVED, later)
        assert unit.incidents.resolve(same.id, "rui", now).resolved_at == later
        assert unit.incidents.acknowledge(same.id, "rui", now).state is IncidentState.RESOLVED
        assert unit.incidents.resolve(999, "rui", now) is None
    (reopened,) = fire(store, third)
    assert reopened.id != same.id
    with store.reading() as unit:
        assert unit.alerts.of_incident(same.id) == [alert, second]
        assert unit.alerts.of_incident(reopened.id) == [third]
        assert [one.id for one in unit.incidents.list()] == [reopened.id, same.id, apart.id]
        assert [one.id for one in unit.incidents.list(IncidentState.RESOLVED)] == [same.id]
        assert len(unit.incidents.list(brand="lua", limit=2)) == 2
        assert unit.incidents.get(reopened.id) == reopened


def test_the_latest_alerts_of_many_incidents(store, alert, now):
    several = [replace(alert, key=f"k{n}", group=f"g{n % 2}") for n in range(7)]
    even, odd = fire(store, *several)[:2]
    fire(store, replace(alert, key="other", group="other"))
    with store.reading() as unit:
        found = unit.alerts.latest([even.id, odd.id, 999], each=2)
        assert {id: [one.key for one in alerts] for id, alerts in found.items()} == {
            even.id: ["k6", "k4"],
            odd.id: ["k5", "k3"],
        }
        assert unit.alerts.latest([], each=2) == {}


def test_an_acknowledged_incident_takes_further_alerts(store, alert, now):
    (incident,) = fire(store, alert)
    with store.writing() as unit:
        unit.incidents.acknowledge(incident.id, "mia", now)
    (same,) = fire(store, replace(alert, key="2", fired_at=now - timedelta(hours=1)))
    assert (same.id, same.state, same.last_alert_at) == (
        incident.id,
        IncidentState.ACKNOWLEDGED,
        now,
    )


def test_silences_hold_until_their_end(store, now):
    with store.writing() as unit:
        kept = unit.incidents.silence(Silence({"brand": "lua"}, now + timedelta(hours=1), "mia"))
        assert unit.incidents.silences(now) == [kept]
        assert unit.incidents.silences(kept.until) == []
    assert kept.id > 0
