from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.routing import Recipient, Route, quiet_until, recipients
from domain.alerts import Alert
from domain.brands import ServiceStage
from domain.people import Person, QuietHours, Role

Make = Callable[..., Alert]
STAGES = (ServiceStage("delivery", "Delivery", owner="olga"), ServiceStage("payment", "Payment"))
SAO_PAULO, NEW_YORK = ZoneInfo("America/Sao_Paulo"), ZoneInfo("America/New_York")
LISBON, LORD_HOWE = ZoneInfo("Europe/Lisbon"), ZoneInfo("Australia/Lord_Howe")


def _person(name: str, role: Role = Role.ANALYST, **changes: Any) -> Person:
    channels = changes.pop("channels", {"mail": f"{name}@example.com"})
    return Person(name, name.title(), role, channels=channels, **changes)


MARA = _person("mara", Role.MANAGER)
RIVAL = _person("rui", Role.MANAGER, brands=frozenset({"bolt"}))
OLGA = _person("olga", Role.LEAD, stages=frozenset({"delivery"}))
PAULO = _person("paulo", Role.LEAD, stages=frozenset({"payment"}))
IVO = _person("ivo", channels={"mail": "ivo@example.com", "chat": "@ivo"})
PEOPLE = (MARA, RIVAL, OLGA, PAULO, IVO)


def _told(alert: Alert, *routes: Route) -> list[tuple[str, str]]:
    return [(r.person.id, r.notifier) for r in recipients(alert, routes, PEOPLE, STAGES)]


@pytest.mark.parametrize(
    ("route", "expected"),
    [
        (Route(to=("ivo",)), [("ivo", "mail"), ("ivo", "chat")]),
        (Route(to=("ivo",), notifiers=("chat",)), [("ivo", "chat")]),
        (Route(to=("manager",)), [("mara", "mail")]),
        (Route(to=("lead",)), [("olga", "mail")]),
        (Route(to=("owner",)), [("olga", "mail")]),
        (Route(to=("rui",)), [("rui", "mail")]),
        (Route(to=("nobody",)), []),
        (Route(to=("ivo",), rules=("other",)), []),
        (Route(to=("ivo",), kinds=("volume_spike",)), []),
        (Route(to=("ivo",), brands=("bolt",)), []),
        (Route(to=("ivo",), stages=("payment",)), []),
        (Route(to=("mara",), brands=("acme",), stages=("delivery",)), [("mara", "mail")]),
    ],
)
def test_who_a_route_leads_to(make_alert: Make, route: Route, expected: list[Any]) -> None:
    assert _told(make_alert(), route) == expected


def test_an_alert_without_a_stage_reaches_all_leads_and_no_owner(make_alert: Make) -> None:
    alert = make_alert(stage=None)
    assert _told(alert, Route(to=("owner",))) == []
    assert _told(alert, Route(to=("lead",))) == [("olga", "mail"), ("paulo", "mail")]


def test_the_first_route_that_matches_is_the_last(make_alert: Make) -> None:
    routes = (Route(to=("ivo",), stages=("payment",)), Route(to=("mara",)), Route(to=("olga",)))
    assert _told(make_alert(), *routes) == [("mara", "mail")]


def test_a_route_may_go_on_and_nobody_hears_twice(make_alert: Make) -> None:
    going_on = Route.model_validate({"to": ["manager", "mara", "owner"], "continue": True})
    routes = (going_on, Route(to=("olga", "mara")))
    assert _told(make_alert(), *routes) == [("mara", "mail"), ("olga", "mail")]


def test_each_channel_of_each_person_has_its_own_constant_key(make_alert: Make) -> None:
    found = recipients(make_alert(), [Route(to=("ivo", "mara"))], PEOPLE, STAGES)
    keys = {one.message_key(make_alert()) for one in found}
    assert keys == {"reach:web:1:0:ivo:mail", "reach:web:1:0:ivo:chat", "reach:web:1:0:mara:mail"}


def test_a_route_to_nobody_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="to"):
        Route.model_validate({"to": []})


def _quiet(zone: ZoneInfo, start: str, end: str) -> Person:
    quiet = QuietHours(time.fromisoformat(start), time.fromisoformat(end))
    return _person("mara", zone=zone, quiet_hours=quiet)


@pytest.mark.parametrize(
    ("zone", "start", "end", "now", "expected"),
    [
        # across midnight, before and after it, and its two edges
        (SAO_PAULO, "22:00", "07:00", "2026-03-11T02:00", "2026-03-11T10:00"),
        (SAO_PAULO, "22:00", "07:00", "2026-03-11T09:59", "2026-03-11T10:00"),
        (SAO_PAULO, "22:00", "07:00", "2026-03-11T01:00", "2026-03-11T10:00"),
        (SAO_PAULO, "22:00", "07:00", "2026-03-11T10:00", "2026-03-11T10:00"),
        (SAO_PAULO, "22:00", "07:00", "2026-03-11T00:59", "2026-03-11T00:59"),
        # within one day
        (LISBON, "12:00", "14:00", "2026-01-10T13:00", "2026-01-10T14:00"),
        (LISBON, "12:00", "14:00", "2026-01-10T11:59", "2026-01-10T11:59"),
        # none at all
        (LISBON, "12:00", "12:00", "2026-01-10T12:00", "2026-01-10T12:00"),
        # clocks go forward in the night: 07:00 comes an hour sooner
        (NEW_YORK, "22:00", "07:00", "2026-03-08T04:00", "2026-03-08T11:00"),
        # the end itself is skipped (02:30 does not exist): right after the gap
        (NEW_YORK, "22:00", "02:30", "2026-03-08T06:00", "2026-03-08T07:00"),
        # clocks go back in the night: 07:00 comes an hour later
        (NEW_YORK, "22:00", "07:00", "2026-11-01T04:00", "2026-11-01T12:00"),
        # 01:30 comes twice; quiet ends the first time, the second 01:15 is not quiet
        (NEW_YORK, "22:00", "01:30", "2026-11-01T05:15", "2026-11-01T05:30"),
        (NEW_YORK, "22:00", "01:30", "2026-11-01T06:15", "2026-11-01T06:15"),
        # half an hour of summer time
        (LORD_HOWE, "22:00", "07:00", "2026-04-04T12:00", "2026-04-04T20:30"),
    ],
)
def test_quiet_hours(zone: ZoneInfo, start: str, end: str, now: str, expected: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    until = quiet_until(_quiet(zone, start, end), moment)
    assert until == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_urgent_breaks_quiet_hours(make_alert: Make) -> None:
    midnight = datetime(2026, 3, 11, 3, tzinfo=UTC)
    recipient = Recipient(_quiet(SAO_PAULO, "22:00", "07:00"), "mail", "mara@example.com")
    assert recipient.send_after(make_alert(urgent=True), midnight) == midnight
    assert recipient.send_after(make_alert(), midnight) == datetime(2026, 3, 11, 10, tzinfo=UTC)


@given(
    st.timedeltas(timedelta(0), timedelta(days=1000)),
    st.times(),
    st.times(),
    st.sampled_from(["America/Sao_Paulo", "America/New_York", "Europe/Lisbon", "Asia/Kathmandu"]),
)
def test_nothing_is_held_longer_than_the_quiet_hours(
    later: timedelta, start: time, end: time, zone: str
) -> None:
    now = datetime(2025, 1, 1, tzinfo=UTC) + later
    person = _person("mara", zone=ZoneInfo(zone), quiet_hours=QuietHours(start, end))
    until = quiet_until(person, now)
    assert timedelta(0) <= until - now <= timedelta(hours=25)
    assert quiet_until(person, until) == until
