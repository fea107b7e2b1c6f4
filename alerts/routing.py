"""Who is told of an alert, through which channels, and from when on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field

from domain.alerts import Alert
from domain.brands import ServiceStage
from domain.people import Person
from domain.windows import at_local

OWNER = "owner"


class Route(BaseModel):
    """Which alerts go to whom. The first route that matches is the last, unless it goes on."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    rules: tuple[str, ...] = Field(default=(), description="Names of rules; empty means all.")
    kinds: tuple[str, ...] = Field(default=(), description="Kinds of rules; empty means all.")
    brands: tuple[str, ...] = Field(default=(), description="Brands; empty means all.")
    stages: tuple[str, ...] = Field(default=(), description="Service stages; empty means all.")
    to: tuple[str, ...] = Field(
        min_length=1,
        description="People's ids, roles (manager, lead, analyst), or owner: the stage's owner.",
    )
    notifiers: tuple[str, ...] = Field(
        default=(), description="Only through these; empty means every channel a person has."
    )
    goes_on: bool = Field(
        default=False, alias="continue", description="Whether later routes are looked at too."
    )

    def matches(self, alert: Alert) -> bool:
        """Whether the alert takes this route."""
        asked = (
            (self.rules, alert.rule),
            (self.kinds, alert.kind),
            (self.brands, alert.brand),
            (self.stages, alert.stage),
        )
        return all(not wanted or value in wanted for wanted, value in asked)


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person on one channel."""

    person: Person
    notifier: str
    address: str

    def message_key(self, alert: Alert) -> str:
        """The key of the one message that this alert sends here."""
        return f"{alert.key}:{self.person.id}:{self.notifier}"

    def send_after(self, alert: Alert, now: datetime) -> datetime:
        """``now``, or the end of the person's quiet hours unless the alert is urgent."""
        return now if alert.urgent else quiet_until(self.person, now)


def recipients(
    alert: Alert, routes: Sequence[Route], people: Sequence[Person], stages: Sequence[ServiceStage]
) -> list[Recipient]:
    """Everyone whom the alert's routes lead to, each once on each channel."""
    owner = next((stage.owner for stage in stages if stage.id == alert.stage), None)
    found = (
        recipient
        for route in _taken(alert, routes)
        for person in _reached(route, alert, people, owner)
        for recipient in _channels(person, route)
    )
    return list({(one.person.id, one.notifier): one for one in found}.values())


def quiet_until(person: Person, now: datetime) -> datetime:
    """When the person may be told: ``now``, or the end of the quiet hours that hold it.

    Quiet hours are stretches between two real moments, so that a clock set forward or
    back neither swallows an end nor holds a message for another day.
    """
    quiet = person.quiet_hours
    if quiet is None:
        return now
    today = now.astimezone(person.zone).date()
    across_midnight = timedelta(days=1 if quiet.start > quiet.end else 0)
    for day in (today - timedelta(days=1), today):
        start = at_local(day, quiet.start, person.zone)
        end = at_local(day + across_midnight, quiet.end, person.zone)
        if start <= now < end:
            return end.astimezone(UTC)
    return now


def _taken(alert: Alert, routes: Iterable[Route]) -> Iterator[Route]:
    for route in routes:
        if route.matches(alert):
            yield route
            if not route.goes_on:
                return


def _reached(
    route: Route, alert: Alert, people: Iterable[Person], owner: str | None
) -> Iterator[Person]:
    for person in people:
        named = person.id in route.to or (OWNER in route.to and person.id == owner)
        if named or (person.role in route.to and _answers_for(person, alert)):
            yield person


def _answers_for(person: Person, alert: Alert) -> bool:
    brand = not person.brands or alert.brand in person.brands
    stage = not person.stages or alert.stage is None or alert.stage in person.stages
    return brand and stage


def _channels(person: Person, route: Route) -> Iterator[Recipient]:
    for notifier, address in person.channels.items():
        if not route.notifiers or notifier in route.notifiers:
            yield Recipient(person, notifier, address)
