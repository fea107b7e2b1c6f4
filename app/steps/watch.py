"""Look for what people must be told, and write it into the outbox with the decision."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from alerts.delivery import rehearse
from alerts.incidents import Verdict, decide, flood_summaries, judged, room_left
from alerts.routing import Recipient, recipients
from alerts.rules import HighReachExperience, QuietSource, Rule, VolumeSpike
from app.application import App
from app.letters import write_alert
from domain.alerts import Alert, Message
from domain.runs import Run, RunOutcome
from domain.sources import HISTORY, habit_of
from domain.windows import Window
from storage.unit import Unit

log = structlog.get_logger()

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
CANDIDATES = 1_000
SHOWN_OF_A_SPIKE = 3


def watch(app: App, now: datetime) -> Run:
    """Evaluate every rule; alerts, incidents and messages are committed together."""
    with app.deciding() as unit:
        desk = _Desk(app, unit, now)
        for alert in _found(app, unit, now):
            desk.handle(alert)
        for summary in flood_summaries(unit.alerts.since(_hours(DAY, now).start), now):
            desk.tell(summary, Verdict.FIRST)
        if app.dry_run:
            rehearse(desk.messages)
        added = unit.outbox.add(desk.messages)
    counts = {"alerts": desk.alerts, "told": desk.told, "messages": added}
    return Run("watch", now, app.clock(), RunOutcome.OK, counts)


def _found(app: App, unit: Unit, now: datetime) -> Iterator[Alert]:
    for rule in app.settings.alerts.rules:
        yield from _evaluated(app, unit, rule, now)


def _evaluated(app: App, unit: Unit, rule: Rule, now: datetime) -> Iterator[Alert]:
    match rule:
        case HighReachExperience():
            queue = unit.experiences.queue(since=now - rule.max_age, limit=CANDIDATES)
            yield from rule.evaluate(queue, now)
        case QuietSource():
            yield from _quiet(app, unit, rule, now)
        case VolumeSpike():
            for brand in app.brands:
                hours = unit.overview.hourly(brand.id, _hours(rule.history, now))
                for alert in rule.evaluate(brand.id, hours, now):
                    yield replace(alert, post_ids=_loudest(unit, brand.id, now))


def _quiet(app: App, unit: Unit, rule: QuietSource, now: datetime) -> Iterator[Alert]:
    """What sources that are still listened to are silent, by the brand they are read for."""
    visits = unit.sources.visits(now - HISTORY)
    usual = next((brand.id for brand in app.brands if brand.own), "")
    for source in app.settings.sources:
        seen = visits.get(source.name, [])
        yield from rule.evaluate(source.name, source.brand or usual, habit_of(seen, now), now)


def _hours(history: timedelta, now: datetime) -> Window:
    """Whole hours of the past, up to the one under way."""
    end = now.replace(minute=0, second=0, microsecond=0)
    return Window(end - history, end)


def _loudest(unit: Unit, brand: str, now: datetime) -> tuple[int, ...]:
    """The posts of the last day's gravest experiences, to show what a spike is about."""
    gravest = unit.experiences.queue(brand, since=now - DAY, limit=SHOWN_OF_A_SPIKE)
    return tuple(experience.post_ids[0] for experience in gravest if experience.post_ids)


@dataclass
class _Desk:
    """Where each alert is judged once, and told to those it concerns."""

    app: App
    unit: Unit
    now: datetime
    alerts: int = 0
    told: int = 0
    messages: list[Message] = field(default_factory=list)

    def handle(self, alert: Alert) -> None:
        """Judge an alert that is not known yet; an incident remembers it, told or not."""
        if self.unit.alerts.get(alert.key) is None:
            self.tell(alert, self._verdict(alert))

    def _verdict(self, alert: Alert) -> Verdict:
        settings, unit = self.app.settings.alerts, self.unit
        incident = unit.incidents.of_group(alert.group)
        earlier = unit.alerts.of_incident(incident.id) if incident else []
        silences = unit.incidents.silences(self.now)
        hour = unit.alerts.since(self.now - HOUR)
        room = room_left(hour, self.now, settings.max_alerts_per_hour)
        return decide(alert, incident, earlier, silences, settings.repeat_after, room)

    def tell(self, alert: Alert, verdict: Verdict) -> None:
        """Keep the alert with its verdict, and write to those it concerns if it tells."""
        if not self.unit.alerts.add(judged(alert, verdict)):
            return
        self.unit.incidents.touch(alert)
        self.alerts += 1
        log.info("alert judged", alert=alert.key, verdict=verdict.value)
        if verdict.tells:
            self.told += 1
            self.messages += [self._message(alert, one) for one in self._recipients(alert)]

    def _recipients(self, alert: Alert) -> list[Recipient]:
        app = self.app
        return recipients(alert, app.settings.alerts.routes, app.people, app.stages)

    def _message(self, alert: Alert, recipient: Recipient) -> Message:
        letter = write_alert(
            self.unit,
            alert,
            person=recipient.person,
            brands=self.app.brands,
            stages=self.app.stages,
            base_url=self.app.settings.web.address,
            now=self.now,
        )
        return Message(
            key=recipient.message_key(alert),
            notifier=recipient.notifier,
            recipient=recipient.address,
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
            link=letter.link,
            payload=letter.payload,
            created_at=self.now,
            send_after=recipient.send_after(alert, self.now),
            alert_key=alert.key,
            language=recipient.person.language,
        )
