from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.windows import Window, at_local, duration, local_day

NEW_YORK = ZoneInfo("America/New_York")
SAO_PAULO = ZoneInfo("America/Sao_Paulo")
ZONES = sorted(zone for zone in available_timezones() if "/" in zone)


def test_a_window_is_half_open() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    window = Window(start, start + timedelta(hours=1))
    assert start in window
    assert window.end not in window
    assert window.before().end == start


def test_naive_and_backward_windows_are_refused() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises(ValueError, match="aware"):
        Window(now.replace(tzinfo=None), now)
    with pytest.raises(ValueError, match="before"):
        Window(now, now - timedelta(seconds=1))


def test_a_skipped_time_comes_right_after_the_gap() -> None:
    moment = at_local(date(2026, 3, 8), time(2, 30), NEW_YORK)
    assert moment == datetime(2026, 3, 8, 7, 0, tzinfo=UTC)


def test_a_doubled_time_counts_once_the_first_time() -> None:
    moment = at_local(date(2026, 11, 1), time(1, 30), NEW_YORK)
    assert moment == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


def test_a_day_that_starts_with_a_gap() -> None:
    day = local_day(date(2018, 11, 4), SAO_PAULO)
    assert day.length == timedelta(hours=23)
    assert day.start.astimezone(SAO_PAULO).hour == 1


@given(
    st.sampled_from(ZONES),
    st.dates(date(2015, 1, 1), date(2030, 12, 31)),
    st.times(timezones=st.none()),
)
def test_every_local_day_has_exactly_one_such_moment(zone: str, day: date, clock: time) -> None:
    """Neither skipped nor run twice, whatever the zone does to its clocks."""
    place = ZoneInfo(zone)
    today, tomorrow = (at_local(day + timedelta(days=n), clock, place) for n in (0, 1))
    assert today < tomorrow
    window = local_day(day, place)
    if window.length > timedelta(0):
        assert window.start <= today <= window.end


def test_window_days_are_local() -> None:
    window = Window(datetime(2026, 1, 1, 2, tzinfo=UTC), datetime(2026, 1, 2, 4, tzinfo=UTC))
    assert list(window.days(SAO_PAULO)) == [date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 2)]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("15m", 900), ("1h30m", 5400), (" 2 D ", 172800), ("1w", 604800)],
)
def test_duration(text: str, seconds: int) -> None:
    assert duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "15", "m", "1 fortnight", "-1h", "1h,30m", "99999999999d"])
def test_bad_durations_say_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match="write"):
        duration(text)
