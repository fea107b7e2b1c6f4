"""Who took up what is new: launches of the settings, and those that people name by themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from app.application import App
from app.settings import LaunchSettings
from app.starter import identifier
from domain.analyses import Act
from domain.brands import Brand
from domain.launches import Adopter, Curve, Launch
from domain.words import fold
from graph.actions import ActionLog
from graph.adopters import Adopting, Adoption, adoption
from graph.bass import Bass
from nlp.queries.reader import read
from storage.launches import Match, NewThing
from storage.unit import Unit

LEAST = 10
"""So many people must name something new before it is a launch."""
NEW = timedelta(days=90)
"""What was first named so long ago is no longer new to us."""


@dataclass(frozen=True, slots=True)
class _Told:
    """A launch without its people, and the posts that tell of adoption."""

    key: str
    name: str
    brand: str
    found: bool
    posts: tuple[Match, ...]


def launches(
    app: App, unit: Unit, log: ActionLog, silent: frozenset[int], now: datetime
) -> list[tuple[Launch, list[Adopter]]]:
    """Every launch with its adopters, without the ``silent`` accounts."""
    told = (*_from_settings(app, unit), *_found(app, unit, now))
    return [_adopted(unit, log, one, silent, now) for one in told]


def _from_settings(app: App, unit: Unit) -> Iterator[_Told]:
    for one in app.settings.launches:
        posts = tuple(unit.launches.matches(read(one.query), _midnight(one)))
        key = f"{one.brand}:{identifier(one.name)}"
        yield _Told(key, one.name, one.brand, found=False, posts=posts)


def _midnight(launch: LaunchSettings) -> datetime | None:
    return datetime.combine(launch.since, time(0), UTC) if launch.since else None


def _found(app: App, unit: Unit, now: datetime) -> Iterator[_Told]:
    """New things; none while we have not heard for as long without them as they are new."""
    first = unit.launches.first_heard()
    if first is None or first > now - 2 * NEW:
        return
    brands = {brand.id: brand for brand in app.brands}
    for thing in unit.launches.new_things(now - NEW, LEAST):
        if thing.brand in brands and not _known(brands[thing.brand], thing):
            key = f"{thing.brand}:{thing.kind}:{thing.value}"
            posts = tuple(unit.launches.naming(thing))
            yield _Told(key, thing.value, thing.brand, found=True, posts=posts)


def _known(brand: Brand, thing: NewThing) -> bool:
    """Whether it is only another name of the brand, or a product that the settings name."""
    names = (brand.name, *brand.aliases, *brand.products)
    return fold(thing.value) in {fold(name) for name in names}


def _adopted(
    unit: Unit, log: ActionLog, told: _Told, silent: frozenset[int], now: datetime
) -> tuple[Launch, list[Adopter]]:
    first = _first_posts(one for one in told.posts if one[1] not in silent and one[2] <= now)
    times = {author_id: at.timestamp() for author_id, (_, at) in first.items()}
    found = adoption(log, times, now.timestamp())
    done = _acts(unit, told.posts)
    adopters = [_adopter(one, *first[one.author_id], done) for one in found.adopters]
    return _launch(told, found, adopters), adopters


def _first_posts(posts: Iterable[Match]) -> dict[int, tuple[int, datetime]]:
    """Each author's first of these posts, and when it was written."""
    first: dict[int, tuple[int, datetime]] = {}
    for post_id, author_id, at in posts:
        known = first.get(author_id)
        if known is None or (at, post_id) < (known[1], known[0]):
            first[author_id] = (post_id, at)
    return first


def _acts(unit: Unit, posts: tuple[Match, ...]) -> dict[int, Counter[Act]]:
    """How often each author's posts on it do what for others."""
    by = {post_id: author_id for post_id, author_id, _ in posts}
    done: dict[int, Counter[Act]] = {}
    for post_id, act in unit.launches.acts(by):
        done.setdefault(by[post_id], Counter())[act] += 1
    return done


def _adopter(one: Adopting, post_id: int, at: datetime, done: dict[int, Counter[Act]]) -> Adopter:
    acts = dict(done.get(one.author_id, {}))
    return Adopter(one.author_id, post_id, at, one.rank, one.category.value, one.led, acts)


def _launch(told: _Told, found: Adoption, adopters: list[Adopter]) -> Launch:
    first = adopters[0].at if adopters else None
    curve = _curve(found.curve) if found.curve else None
    return Launch(told.key, told.name, told.brand, told.found, len(adopters), first, curve)


def _curve(curve: Bass) -> Curve:
    return Curve(
        float(curve.innovation), float(curve.imitation), curve.market, curve.distance, curve.fits
    )
