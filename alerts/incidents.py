"""Whether to tell of an alert: a closed list of reasons to tell, and not to.

An alert is stored with its verdict among its labels (``judged``), so that the next
decision, and a person who asks "why was I not told?", can read it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import groupby

from domain.alerts import Alert, Incident, IncidentState, Silence
from domain.experiences import Reason

VERDICT = "verdict"
LEVEL = "level"
FLOOD = "flood"
_HOUR = timedelta(hours=1)


class Verdict(StrEnum):
    """Why people are told of an alert, or are not."""

    FIRST = "first"
    MORE_SEVERE = "more_severe"
    REPEATED = "repeated"
    SILENCED = "silenced"
    ACKNOWLEDGED = "acknowledged"
    GROUPED = "grouped"
    FLOODED = "flooded"

    @property
    def tells(self) -> bool:
        """Whether people are told."""
        return self in (Verdict.FIRST, Verdict.MORE_SEVERE, Verdict.REPEATED)


def decide(
    alert: Alert,
    incident: Incident | None,
    earlier: Sequence[Alert],
    silences: Sequence[Silence],
    repeat_after: timedelta,
    room: int,
) -> Verdict:
    """Judge an alert.

    ``incident`` is the one that the alert's group had before it came (None: none), and
    ``earlier`` that incident's alerts as ``judged``. ``room`` is how many more may be told
    this hour (``room_left``). A silence wins over everything; an acknowledged incident
    speaks again only when it gets more severe; whatever is left obeys the flood guard.
    """
    if any(matches(silence, alert) for silence in silences):
        return Verdict.SILENCED
    verdict = _in_its_incident(alert, incident, earlier, repeat_after)
    return Verdict.FLOODED if verdict.tells and room <= 0 else verdict


def _in_its_incident(
    alert: Alert, incident: Incident | None, earlier: Sequence[Alert], repeat_after: timedelta
) -> Verdict:
    if incident is None or incident.state is IncidentState.RESOLVED:
        return Verdict.FIRST
    told = [before for before in earlier if was_told(before)]
    if told and _severity(alert) > max(_severity(before) for before in told):
        return Verdict.MORE_SEVERE
    if incident.state is IncidentState.ACKNOWLEDGED:
        return Verdict.ACKNOWLEDGED
    if not told:
        return Verdict.FIRST
    if alert.fired_at - max(before.fired_at for before in told) >= repeat_after:
        return Verdict.REPEATED
    return Verdict.GROUPED


def judged(alert: Alert, verdict: Verdict) -> Alert:
    """The alert with its verdict among its labels, as it is stored."""
    return replace(alert, labels={**alert.labels, VERDICT: verdict.value})


def was_told(alert: Alert) -> bool:
    """Whether people were told of this judged alert."""
    verdict = alert.labels.get(VERDICT)
    return verdict is not None and Verdict(verdict).tells


def matches(silence: Silence, alert: Alert) -> bool:
    """Whether the silence covers the alert; one that names no label covers nothing."""
    labels = {
        **alert.labels,
        "rule": alert.rule,
        "kind": alert.kind,
        "brand": alert.brand,
        "stage": alert.stage or "",
        "group": alert.group,
    }
    named = all(labels.get(name) == value for name, value in silence.matches.items())
    return bool(silence.matches) and named and alert.fired_at < silence.until


def room_left(judged_alerts: Sequence[Alert], now: datetime, limit: int) -> int:
    """How many more alerts may be told, after those told in the last hour."""
    told = (alert for alert in judged_alerts if was_told(alert) and alert.kind != FLOOD)
    return limit - sum(now - _HOUR < alert.fired_at <= now for alert in told)


def flood_summaries(judged_alerts: Sequence[Alert], now: datetime) -> list[Alert]:
    """One alert for each brand and past clock hour that says how many were held back.

    The hour under way is left alone until it is over, so that the number is final. They
    are told without ``decide``: a summary must not be stopped by the flood it sums up.
    """
    flooded = sorted(_flooded_before(judged_alerts, _clock_hour(now)), key=_brand_and_hour)
    return [
        _summary(brand, hour, len(list(alerts)), now)
        for (brand, hour), alerts in groupby(flooded, key=_brand_and_hour)
    ]


def _flooded_before(judged_alerts: Sequence[Alert], end: datetime) -> Iterator[Alert]:
    for alert in judged_alerts:
        if alert.labels.get(VERDICT) == Verdict.FLOODED and alert.fired_at < end:
            yield alert


def _brand_and_hour(alert: Alert) -> tuple[str, datetime]:
    return alert.brand, _clock_hour(alert.fired_at)


def _clock_hour(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _summary(brand: str, hour: datetime, count: int, now: datetime) -> Alert:
    return Alert(
        key=f"{FLOOD}:{brand}:{hour:%Y-%m-%dT%H}",
        rule=FLOOD,
        kind=FLOOD,
        brand=brand,
        group=f"{FLOOD}:{brand}:{hour:%Y-%m-%dT%H}",
        reason=Reason("alerts_held_back", {"count": count, "hour": hour.isoformat()}),
        fired_at=now,
    )


def _severity(alert: Alert) -> tuple[bool, int]:
    return alert.urgent, int(alert.labels.get(LEVEL, "0"))
