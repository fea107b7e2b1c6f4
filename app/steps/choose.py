"""Choose what to handle today and whom to invite, once an hour; sooner while little is known."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.application import App
from app.choosing import Chooser
from app.picks import ADVOCATES, TODAY, Pick, todays
from domain.runs import Run, RunOutcome

_EVERY, _SOON = timedelta(hours=1), timedelta(minutes=5)


def choose(app: App, now: datetime) -> Run:
    """Choose anew where the last choice is an hour old, or was for another capacity."""
    capacity = app.settings.priority.daily_capacity
    with app.store.reading() as unit:
        kept = todays(unit)
        if kept and _still_good(kept, capacity, now):
            return Run("choose", now, app.clock(), RunOutcome.OK, {})
        chooser = Chooser.of(app, unit, now)
        today = chooser.today(capacity)
        invited = {one.id: chooser.advocates(one.id, capacity) for one in app.brands if one.own}
    with app.store.writing() as unit:
        unit.learned.keep(TODAY, today.encode(), now)
        unit.learned.keep(ADVOCATES, {brand: one.encode() for brand, one in invited.items()}, now)
    counts = {"today": len(today.ids), "advocates": sum(len(one.ids) for one in invited.values())}
    return Run("choose", now, app.clock(), RunOutcome.OK, counts)


def _still_good(kept: Pick, capacity: int, now: datetime) -> bool:
    every = _EVERY if kept.among > capacity else _SOON
    asked = len(kept.naive) == min(capacity, kept.among)
    return asked and timedelta(0) <= now - kept.at < every
