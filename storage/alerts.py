"""The collection of alerts: every firing of a rule."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from domain.alerts import Alert
from domain.experiences import Reason
from storage.lookup import add_new, page, portions
from storage.work_tables import alerts


class Alerts:
    """Keep alerts by their key."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, alert: Alert) -> bool:
        """Store an alert; False if its key is known."""
        return add_new(self._connection, alerts, [_row(alert)]) == 1

    def get(self, name: str) -> Alert | None:
        """The alert of this key."""
        return next(iter(self._read(select(alerts).where(alerts.c.key == name))), None)

    def recent(self, limit: int = 50, brand: str | None = None) -> list[Alert]:
        """The latest alerts, newest first."""
        query = select(alerts).order_by(alerts.c.id.desc())
        if brand is not None:
            query = query.where(alerts.c.brand == brand)
        return self._read(page(query, limit))

    def since(self, moment: datetime) -> list[Alert]:
        """The alerts fired at that moment or later, oldest first."""
        query = select(alerts).where(alerts.c.fired_at >= moment)
        return self._read(query.order_by(alerts.c.fired_at, alerts.c.id))

    def latest(self, incident_ids: Iterable[int], each: int) -> dict[int, list[Alert]]:
        """The latest alerts of each of these incidents, at most so many, newest first."""
        newest = func.row_number().over(
            partition_by=alerts.c.incident_id, order_by=alerts.c.id.desc()
        )
        ranked = select(alerts.c.id, newest.label("place"))
        found: dict[int, list[Alert]] = {}
        for portion in portions(incident_ids):
            theirs = ranked.where(alerts.c.incident_id.in_(portion)).subquery()
            wanted = select(theirs.c.id).where(theirs.c.place <= each)
            query = select(alerts).where(alerts.c.id.in_(wanted)).order_by(alerts.c.id.desc())
            for row in self._connection.execute(query):
                found.setdefault(row.incident_id, []).append(_alert(row))
        return found

    def of_incident(self, incident_id: int) -> list[Alert]:
        """The alerts of an incident, oldest first."""
        theirs = select(alerts).where(alerts.c.incident_id == incident_id)
        return self._read(theirs.order_by(alerts.c.id))

    def _read(self, query: Select[Any]) -> list[Alert]:
        return [_alert(row) for row in self._connection.execute(query)]


def _row(alert: Alert) -> dict[str, Any]:
    return {
        "key": alert.key,
        "rule": alert.rule,
        "kind": alert.kind,
        "brand": alert.brand,
        "group": alert.group,
        "reason_code": alert.reason.code,
        "reason_params": alert.reason.params,
        "fired_at": alert.fired_at,
        "stage": alert.stage,
        "experience_id": alert.experience_id,
        "post_ids": alert.post_ids,
        "urgent": int(alert.urgent),
        "labels": alert.labels,
    }


def _alert(row: Row[Any]) -> Alert:
    return Alert(
        key=row.key,
        rule=row.rule,
        kind=row.kind,
        brand=row.brand,
        group=row.group,
        reason=Reason(row.reason_code, row.reason_params or {}),
        fired_at=row.fired_at,
        stage=row.stage,
        experience_id=row.experience_id,
        post_ids=tuple(row.post_ids or ()),
        urgent=bool(row.urgent),
        labels=row.labels or {},
    )
