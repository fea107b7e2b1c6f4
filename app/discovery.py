"""Propose places to listen to: where posts about a brand lead, where its words are frequent, and
what the pages with them declare."""

from __future__ import annotations

import re
import shlex
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from app.application import App
from app.finding import look
from app.gathering import gatherings
from crawlers.politeness.errors import FetchError
from crawlers.recognise import by_shape, recognise
from domain.errors import BocaError, UsageError
from domain.posts import Post
from domain.sources import Declared
from domain.windows import last

_LOOKED_AT, _LATELY = 10_000, timedelta(days=365)
_ADDRESS = re.compile(r"https?://[^\s<>\"')\]}]{4,500}", re.IGNORECASE)
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Proposal:
    """A place, why it is proposed, what a look at it found, and the command that adds it."""

    place: str
    reason: str
    posts: int
    authors: int
    kind: str = ""
    found: str = "not asked"

    @property
    def command(self) -> str:
        """What to type to add it."""
        return f"boca source add {shlex.quote(self.place)}"

    def as_json(self) -> dict[str, Any]:
        """Its fields and the command."""
        return asdict(self) | {"command": self.command}


def discover(app: App, brand: str, *, limit: int, probe: bool) -> Iterator[Proposal]:
    """Places where a brand may be spoken of, those that most voices lead to first."""
    if brand not in {one.id for one in app.brands}:
        known = ", ".join(one.id for one in app.brands)
        raise UsageError(f"no brand is called {brand!r}", todo=f"brands are: {known}")
    with app.store.reading() as unit:
        told = unit.overview.posts(brand, last(_LATELY, app.clock()), limit=_LOOKED_AT)
        declared = unit.declared.all()
    places = _known(app)
    proposed = [*_communities(app, told, places), *_linked(told)]
    proposed = [one for one in proposed if not _is_known(one.place, places)]
    proposed += [one for one in _declared(told, declared) if _plain(one.place) not in places]
    proposed.sort(key=lambda one: (-one.authors, -one.posts))
    for one in proposed[:limit]:
        yield _probed(app, one) if probe else one


def _declared(told: Iterable[Post], places: Iterable[Declared]) -> Iterator[Proposal]:
    """Feeds and sitemaps that sites declare where posts about a brand were read."""
    heard: defaultdict[str, list[Post]] = defaultdict(list)
    for post in told:
        heard[post.source].append(post)
    for place in sorted(places, key=lambda one: one.pages > 0):  # of the whole site first
        if posts := heard[place.source]:
            yield _proposal(
                place.url, posts, f"{_named_by(place)}, where posts tell of it", place.what
            )


def _named_by(place: Declared) -> str:
    if not place.pages:
        return f"robots.txt of {place.source} names this {place.what}"
    pages = "1 page" if place.pages == 1 else f"{place.pages} pages"
    return f"{pages} of {place.source} name{'s' * (place.pages == 1)} this {place.what}"


def _linked(told: Iterable[Post]) -> Iterator[Proposal]:
    """Pages of a known kind that posts lead to, and the sites of all others."""
    places: defaultdict[str, list[Post]] = defaultdict(list)
    kinds: dict[str, str] = {}
    for post in told:
        for place, kind in {_place(url) for url in _ADDRESS.findall(post.content)}:
            places[place].append(post)
            kinds[place] = kind
    for place, posts in places.items():
        if len(posts) >= _FEWEST:
            yield _proposal(place, posts, "posts about it lead there", kinds[place])


def _place(url: str) -> tuple[str, str]:
    """What a link means: a source that its shape tells, or else its site."""
    url = url.rstrip(".,;:!?")
    guesses = by_shape(url)
    if guesses:
        return url, str(guesses[0]["kind"])
    try:
        parts = urlsplit(url)
    except ValueError:
        return url, ""
    return f"{parts.scheme.lower()}://{parts.netloc.lower()}/", ""


def _communities(app: App, told: Iterable[Post], known: frozenset[str]) -> Iterator[Proposal]:
    """Communities, tags and channels in which the brand's words are frequent."""
    sources = {source.name: source for source in app.settings.sources}
    places: defaultdict[tuple[str, str], list[Post]] = defaultdict(list)
    for post in told:
        source = sources.get(post.source)
        for place in gatherings(post, source):
            places[place, source.kind if source else ""].append(post)
    for (place, kind), posts in places.items():
        if len(posts) >= _FEWEST and _plain(place).rpartition("/")[2] not in known:
            yield _proposal(place, posts, "its words are frequent there", kind)


def _proposal(place: str, posts: list[Post], why: str, kind: str) -> Proposal:
    authors = len({post.author.id for post in posts if post.author})
    reason = f"{why}: {len(posts)} posts by {authors} authors"
    return Proposal(place, reason, len(posts), authors, kind)


def _known(app: App) -> frozenset[str]:
    """What the settings already say of places: every word in them."""
    return frozenset(
        _plain(str(value))
        for source in app.settings.sources
        for value in _values(source.model_dump(mode="json"))
    )


def _values(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _values(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _values(inner)
    elif value is not None:
        yield value


def _plain(place: str) -> str:
    return place.rstrip("/").casefold()


def _is_known(place: str, known: frozenset[str]) -> bool:
    """Whether a place, or a page of its site, is listened to already."""
    plain = _plain(place)
    if plain in known:
        return True
    parts = urlsplit(plain)
    sites = {urlsplit(one).netloc for one in known}
    return bool(parts.netloc) and not parts.path and parts.netloc in sites


def _probed(app: App, one: Proposal) -> Proposal:
    """What a look at the place finds: its feeds, its interface, or why it cannot be read."""
    politeness, now = app.settings.politeness, app.clock()
    try:
        for guess in recognise(one.place, politeness=politeness):
            settings = {"kind": guess["kind"], "name": "probe", **guess}
            seen = look(settings, politeness=politeness, now=now)
            if seen.posts:
                latest = max(post.created_at for post in seen.posts)
                found = f"readable; newest of the first posts: {latest:%Y-%m-%d}"
                return replace(one, kind=str(guess["kind"]), found=found)
    except FetchError as error:
        return replace(one, found=str(error.problem()))
    except BocaError as error:
        return replace(one, found=str(error))
    return replace(one, found="nothing here is known how to read")
