"""What Boca made of a town, read from storage in the shape in which truth is scored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from alerts.rules import VolumeSpike
from app.application import App
from app.simulation.scoring import Estimate, Estimates, Fired
from app.steps.measure import customers_log
from domain.influence import EXPECTED_REACH
from domain.people import Author
from domain.windows import Window
from graph.networks import edge_table
from storage.unit import Unit

_PAGE = 5_000
_EVER = Window(datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC))


def estimates(app: App) -> Estimates:
    """Reach, ties, labels and bursts as storage has them, by external ids."""
    with app.store.reading() as unit:
        language: dict[str, str] = {}
        polarity: dict[str, str] = {}
        stage: dict[str, str | None] = {}
        brands: dict[str, tuple[str, ...]] = {}
        for batch in unit.posts.between(_EVER):
            found = unit.analyses.get_many([post.id for post in batch])
            for post in batch:
                if analysis := found.get(post.id):
                    language[post.external_id] = analysis.language
                    polarity[post.external_id] = analysis.sentiment.polarity.value
                    stage[post.external_id] = analysis.stage
                    brands[post.external_id] = analysis.brands
        return Estimates(
            reach=_reach(unit),
            edges=_edges(app, unit),
            language=language,
            polarity=polarity,
            stage=stage,
            brands=brands,
            bursts=list(_bursts(app, unit)),
        )


def _reach(unit: Unit) -> dict[str, Estimate]:
    found: dict[str, Estimate] = {}
    while rows := unit.influence.top(EXPECTED_REACH, _PAGE, len(found)):
        authors = unit.authors.get_many([row.author_id for row in rows])
        for row in rows:
            name = authors[row.author_id].external_id
            found[name] = Estimate(row.value, row.low, row.high)
    return found


def _edges(app: App, unit: Unit) -> dict[tuple[str, str], float]:
    log = customers_log(app, unit)
    table = edge_table(log, app.settings.graph.half_life_days, app.clock())
    names: Mapping[int, Author] = unit.authors.get_many(log.author_ids.tolist())
    columns = (table[name].tolist() for name in ("speaker", "actor", "probability"))
    return {
        (names[speaker].external_id, names[actor].external_id): chance
        for speaker, actor, chance in zip(*columns, strict=True)
    }


def _bursts(app: App, unit: Unit) -> Iterator[Fired]:
    """The alerts that an hourly watch would have raised over all that is stored."""
    end = app.clock().replace(minute=0, second=0, microsecond=0)
    oldest = next(unit.posts.between(_EVER), [])
    start = min((post.created_at for post in oldest), default=end)
    window = Window(start.replace(minute=0, second=0, microsecond=0), end)
    for brand in (brand for brand in app.brands if brand.own):
        hours = unit.overview.hourly(brand.id, window)
        for rule in app.settings.alerts.rules:
            if isinstance(rule, VolumeSpike):
                yield from _watched(rule, brand.id, hours)


def _watched(
    rule: VolumeSpike, brand: str, hours: Sequence[tuple[datetime, int]]
) -> Iterator[Fired]:
    seen: set[str] = set()
    for passed in range(1, len(hours) + 1):
        now = hours[passed - 1][0] + timedelta(hours=1)
        for alert in rule.evaluate(brand, hours[:passed], now):
            if alert.key not in seen:
                seen.add(alert.key)
                yield Fired(now, alert.stage)
