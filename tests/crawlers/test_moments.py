"""Moments as people and sites write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crawlers.moments import AbsurdTime, reader

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SAO_PAULO = ZoneInfo("America/Sao_Paulo")


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-11-20", utc(2026, 11, 20)),
        ("2026-11-20T12:00:00Z", utc(2026, 11, 20, 12)),
        ("2026-11-20 12:00:00", utc(2026, 11, 20, 12)),
        ("2026-11-20T09:00:00-03:00", utc(2026, 11, 20, 12)),
        ("2018-03-12T17:14:46.030", utc(2018, 3, 12, 17, 14, 46, 30000)),
        ("2015-02-24 11:35:52 -0800", utc(2015, 2, 24, 19, 35, 52)),
        ("2026-11-20 12:00:00 UTC", utc(2026, 11, 20, 12)),
        ("20261120T120000Z", utc(2026, 11, 20, 12)),
        ("1773561490", utc(2026, 3, 15, 7, 58, 10)),
        ("1773561490.0", utc(2026, 3, 15, 7, 58, 10)),
        (1773561490, utc(2026, 3, 15, 7, 58, 10)),
        (1773561490.5, utc(2026, 3, 15, 7, 58, 10, 500000)),
        (1773561490000, utc(2026, 3, 15, 7, 58, 10)),
        ("1773561490000000", utc(2026, 3, 15, 7, 58, 10)),
        ("2/24/2015 11:35", utc(2015, 2, 24, 11, 35)),
        ("24/2/2015 11:35", utc(2015, 2, 24, 11, 35)),
        ("03/04/2026", utc(2026, 3, 4)),
        ("Fri, 20 Nov 2026 12:00:00 +0000", utc(2026, 11, 20, 12)),
        ("Tue Feb 24 11:35:52 +0000 2015", utc(2015, 2, 24, 11, 35, 52)),
        ("20 de novembro de 2026", utc(2026, 11, 20)),
        (utc(2026, 11, 20), utc(2026, 11, 20)),
    ],
)
def test_moments_are_read(written: object, expected: datetime) -> None:
    assert reader(UTC, NOW)(written) == expected


@pytest.mark.parametrize(
    "written",
    [
        "",
        "soon",
        "yesterday",
        "2026-13-40",
        "32/13/2026",
        "12",
        "x" * 200,
        -99999999999,
        "None",
        "NaN",
        "1e5",
        "0,5",
    ],
)
def test_what_cannot_be_read_is_told(written: object) -> None:
    with pytest.raises(ValueError):
        reader(UTC, NOW)(written)


@pytest.mark.parametrize(
    "written",
    [
        "0001-01-01",
        "0216-02-03",
        "1969-12-31T23:59:59Z",
        "1989-12-31",
        "2216-01-01",
        "9999-12-31T23:59:59-12:00",
        "2026-11-24T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        99999999999999999999,
        100000000,
    ],
)
def test_absurd_moments_are_told_apart(written: object) -> None:
    with pytest.raises(AbsurdTime):
        reader(UTC, NOW)(written)


def test_clocks_that_run_ahead_are_forgiven_a_day() -> None:
    assert reader(UTC, NOW)((NOW + timedelta(hours=23)).isoformat()) > NOW


def test_a_naive_moment_lies_in_the_zone_of_its_source() -> None:
    assert reader(SAO_PAULO, NOW)("2022-01-09") == utc(2022, 1, 9, 3)
    assert reader(SAO_PAULO, NOW)("2022-01-09T00:00:00Z") == utc(2022, 1, 9)


def test_the_day_first_where_told_so() -> None:
    assert reader(UTC, NOW, day_first=True)("03/04/2026 10:30") == utc(2026, 4, 3, 10, 30)


def test_a_pattern_is_the_only_form_where_one_is_given() -> None:
    read = reader(UTC, NOW, pattern="%d.%m.%y %Hh%M")
    assert read("20.11.26 12h05") == utc(2026, 11, 20, 12, 5)
    with pytest.raises(ValueError):
        read("2026-11-20")
