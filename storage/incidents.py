"""The collection of incidents, and of the silences that keep them quiet."""

from __future__ import annotations

import builtins
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select, update

from domain.alerts import Alert, Delivery, Incident, IncidentState, Silence
from storage.lookup import page, portions
from storage.work_tables import UNRESOLVED, alerts, incidents, outbox, silences


class Incidents:
    """Group alerts, and remember who took them on."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def touch(self, alert: Alert) -> Incident:
        """Add a newly stored alert to the unresolved incident of its group, or open one."""
        query = select(incidents).where(incidents.c.group == alert.group, UNRESOLVED)
        found = self._connection.execute(query).first()
        incident = self._open(alert) if found is None else self._extend(_incident(found), alert)
        its = update(alerts).where(alerts.c.key == alert.key)
        self._connection.execute(its.values(incident_id=incident.id))
        return incident

    def of_group(self, group: str) -> Incident | None:
        """The unresolved incident of a group, if it has one."""
        found = self._read(select(incidents).where(incidents.c.group == group, UNRESOLVED))
        return next(iter(found), None)

    def get(self, incident_id: int) -> Incident | None:
        """The incident of this id."""
        return next(iter(self._read(select(incidents).where(incidents.c.id == incident_id))), None)

    def list(
        self, state: IncidentState | None = None, brand: str | None = None, limit: int = 50
    ) -> builtins.list[Incident]:
        """Incidents, the one with the latest alert first."""
        query = select(incidents).order_by(incidents.c.last_alert_at.desc(), incidents.c.id.desc())
        if state is not None:
            query = query.where(incidents.c.state == state.value)
        if brand is not None:
            query = query.where(incidents.c.brand == brand)
        return self._read(page(query, limit))

    def acknowledge(self, incident_id: int, person: str, at: datetime) -> Incident | None:
        """Somebody takes it on; the first to do so stays named. None if it is unknown."""
        is_open = incidents.c.state == IncidentState.OPEN.value
        taken = update(incidents).where(incidents.c.id == incident_id, is_open)
        state = IncidentState.ACKNOWLEDGED.value
        self._connection.execute(
            taken.values(state=state, acknowledged_by=person, acknowledged_at=at)
        )
        return self.get(incident_id)

    def resolve(self, incident_id: int, person: str, at: datetime) -> Incident | None:
        """It is over; the next alert of its group opens another. None if it is unknown."""
        ended = update(incidents).where(incidents.c.id == incident_id, UNRESOLVED)
        state = IncidentState.RESOLVED.value
        self._connection.execute(ended.values(state=state, resolved_by=person, resolved_at=at))
        return self.get(incident_id)

    def withdraw(self, experience_ids: Iterable[int], at: datetime) -> int:
        """What these incidents were about is gone: they are over, and nothing waiting is sent."""
        count = 0
        for portion in portions(experience_ids):
            about = alerts.c.experience_id.in_(portion)
            keys = select(alerts.c.key).where(about)
            unsent = outbox.c.alert_key.in_(keys), outbox.c.state == Delivery.WAITING.value
            change = {"state": Delivery.FAILED.value, "last_error": "what it told of is gone"}
            self._connection.execute(update(outbox).where(*unsent).values(change))
            theirs = select(alerts.c.incident_id).where(about, alerts.c.incident_id.is_not(None))
            query = select(incidents.c.id).where(incidents.c.id.in_(theirs), UNRESOLVED)
            over = self._connection.scalars(query).all()
            count += sum(self.resolve(one, "boca", at) is not None for one in over)
        return count

    def silence(self, silence: Silence) -> Silence:
        """Store a silence, and give it back with its id."""
        row = {
            "matches": silence.matches,
            "until": silence.until,
            "person": silence.person,
            "comment": silence.comment,
        }
        number = self._connection.execute(insert(silences), row).inserted_primary_key
        return replace(silence, id=number[0] if number else 0)

    def silences(self, at: datetime) -> builtins.list[Silence]:
        """The silences that hold at this moment."""
        query = select(silences).where(silences.c.until > at).order_by(silences.c.id)
        return [
            Silence(row.matches or {}, row.until, row.person, row.comment, row.id)
            for row in self._connection.execute(query)
        ]

    def _open(self, alert: Alert) -> Incident:
        row = {
            "group": alert.group,
            "brand": alert.brand,
            "rule": alert.rule,
            "stage": alert.stage,
            "state": IncidentState.OPEN.value,
            "opened_at": alert.fired_at,
            "last_alert_at": alert.fired_at,
            "alerts": 1,
        }
        number = self._connection.execute(insert(incidents), row).inserted_primary_key
        query = select(incidents).where(incidents.c.id == (number[0] if number else 0))
        return self._read(query)[0]

    def _extend(self, incident: Incident, alert: Alert) -> Incident:
        latest = max(incident.last_alert_at, alert.fired_at)
        grown = replace(incident, alerts=incident.alerts + 1, last_alert_at=latest)
        change = update(incidents).where(incidents.c.id == incident.id)
        self._connection.execute(change.values(alerts=grown.alerts, last_alert_at=latest))
        return grown

    def _read(self, query: Select[Any]) -> builtins.list[Incident]:
        return [_incident(row) for row in self._connection.execute(query)]


def _incident(row: Row[Any]) -> Incident:
    return Incident(
        group=row.group,
        brand=row.brand,
        rule=row.rule,
        state=IncidentState(row.state),
        opened_at=row.opened_at,
        last_alert_at=row.last_alert_at,
        alerts=row.alerts,
        stage=row.stage,
        acknowledged_by=row.acknowledged_by,
        resolved_at=row.resolved_at,
        id=row.id,
    )
