"""Write the digests that are due: one for each person, brand and local day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from alerts.delivery import rehearse
from app.application import App
from app.digest import write_digest
from app.letters import Letter
from domain.alerts import Digest, Message
from domain.brands import Brand
from domain.people import Person
from domain.runs import Run, RunOutcome
from domain.windows import at_local
from storage.unit import Unit


def digest(app: App, now: datetime) -> Run:
    """Write what is due; a digest and its messages are committed together.

    A day on which Boca did not run has no digest: yesterday's news is not sent the day after.
    Nor is one written while reading fails: it would call a day calm that nobody has read.
    """
    if _unread(app):
        detail = "digests wait: the last analysis failed"
        return Run("digest", now, app.clock(), RunOutcome.DEGRADED, detail=detail)
    written = messages = 0
    for person, brand, day in _due(app, now):
        with app.deciding() as unit:
            if not unit.digests.exists(person.id, brand.id, day):
                messages += _write(app, unit, person, brand, day, now)
                written += 1
    counts = {"digests": written, "messages": messages}
    return Run("digest", now, app.clock(), RunOutcome.OK, counts)


def _unread(app: App) -> bool:
    with app.store.reading() as unit:
        last = unit.runs.last("analyse")
    return last is not None and last.outcome is RunOutcome.FAILED


def _due(app: App, now: datetime) -> Iterator[tuple[Person, Brand, date]]:
    """Whose hour has come today, for each of their own brands."""
    for person, settings in zip(app.people, app.settings.people, strict=True):
        if settings.digest_at is None:
            continue
        today = now.astimezone(person.zone).date()
        if at_local(today, settings.digest_at, person.zone) <= now:
            for brand in app.brands:
                if brand.own and (not person.brands or brand.id in person.brands):
                    yield person, brand, today


def _write(app: App, unit: Unit, person: Person, brand: Brand, day: date, now: datetime) -> int:
    """The digest delivered on ``day`` tells of the day before."""
    letter = write_digest(
        unit,
        person=person,
        brand=brand,
        stages=app.stages,
        day=day - timedelta(days=1),
        now=now,
        base_url=app.settings.web.address,
    )
    messages = [_message(letter, person, brand, day, notifier, now) for notifier in person.channels]
    keys = tuple(message.key for message in messages)
    kept = Digest(person.id, brand.id, day, now, keys, letter.subject, letter.html)
    if app.dry_run:
        rehearse(messages)
    unit.digests.add(kept)
    return unit.outbox.add(messages)


def _message(
    letter: Letter, person: Person, brand: Brand, day: date, notifier: str, now: datetime
) -> Message:
    return Message(
        key=f"digest:{brand.id}:{day.isoformat()}:{person.id}:{notifier}",
        notifier=notifier,
        recipient=person.channels[notifier],
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        link=letter.link,
        payload=letter.payload,
        created_at=now,
        send_after=now,
        language=person.language,
    )
