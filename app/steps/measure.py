"""Turn posts into interactions, and interactions into the influence of every author."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from zlib import crc32

import numpy as np

from app.application import App
from app.communities import homes
from app.concerts import concerts, with_stages
from app.hearsay import BASIS, brought_up, hear, keep, moved
from app.readership import READERS, learned_readers
from app.voices import DOUBT, official_voices
from domain.influence import EXPECTED_REACH, Interaction
from domain.posts import Post
from domain.runs import Run, RunOutcome
from graph.actions import ActionLog
from graph.acts import handles_in, interactions_of, targets
from graph.measure import measure as measures_of
from graph.measure import pace
from graph.snapshot import Snapshot
from storage.unit import Unit

BATCH = 5_000
PACE = "pace"
"""The name under which the pace of cascades is kept, for those who forecast."""

_FADED = 0.01
"""The share of a half-life in which acts fade by less than a sample's error (0.7 %)."""


def link(app: App, now: datetime) -> Run:
    """Make interactions of the acts in posts not looked at yet."""
    posts = made = 0
    while True:
        with app.store.writing() as unit:
            batch = unit.posts.unlinked(BATCH)
            made += unit.interactions.add(list(_interactions(unit, batch)))
            unit.posts.mark_linked([post.id for post in batch])
        if not batch:
            break
        posts += len(batch)
        app.progress("link", posts)
    counts = {"posts": posts, "interactions": made}
    return Run("link", now, app.clock(), RunOutcome.OK, counts)


def _interactions(unit: Unit, posts: list[Post]) -> Iterator[Interaction]:
    by_source = sorted(posts, key=lambda post: post.source)
    for source, group in groupby(by_source, key=lambda post: post.source):
        members = list(group)
        known = unit.posts.keys(source, targets(members))
        accounts = unit.authors.handles(source, _handles(members))
        for post in members:
            yield from interactions_of(post, known, accounts)


def _handles(posts: Collection[Post]) -> frozenset[str]:
    return frozenset(handle for post in posts for handle in handles_in(post))


def customers_log(app: App, unit: Unit) -> ActionLog:
    """All that was said and done, without the brands' own accounts: they are paid to answer."""
    folder = app.settings.graph.snapshot
    if folder is None:
        log = ActionLog.build(unit.interactions.log(None), unit.posts.spoken(None))
    else:
        log = brought_up(unit, Snapshot(folder, keeps=False)).log
    return log.without(official_voices(app, unit))


def _basis(app: App, unit: Unit) -> dict[str, int]:
    """What the measures rest on, as a number that changes with it."""
    settings = app.settings.graph.model_dump_json(exclude={"threads", "snapshot"})
    voices = sorted(official_voices(app, unit))
    marks = sorted(unit.blocks.marks().items())
    return {"basis": crc32(f"{marks} {unit.voices.mark()} {voices} {settings}".encode())}


def _still_true(app: App, unit: Unit, basis: dict[str, int], now: datetime) -> bool:
    """Whether nothing happened since the last measuring, and it has hardly faded since."""
    before = unit.learned.get(BASIS)
    if before is None or before.get("basis") != basis["basis"]:
        return False
    age = now - datetime.fromisoformat(before["at"])
    return timedelta(0) <= age < timedelta(days=app.settings.graph.half_life_days) * _FADED


def measure(app: App, now: datetime) -> Run:
    """Measure every author's influence, if anything happened; from what is new where it can."""
    with app.store.reading() as unit:
        basis = _basis(app, unit)
        if _still_true(app, unit, basis, now):
            return Run("measure", now, app.clock(), RunOutcome.OK, {})
        heard = hear(app, unit, now)
        at_home = () if heard.since else homes(unit, heard.log)
        readers = learned_readers(app, unit, now)
    log, settings = heard.log, app.settings.graph
    measured = measures_of(log, settings, now, heard.since, at_home)
    learned = None if heard.since else pace(log, settings, now)
    told = moved(measured, heard)
    keep(app, heard, measured, told)
    with app.store.writing() as unit:
        for name, only in told.rows.items():
            rows = measured.rows(name, only)
            if name == EXPECTED_REACH:
                rows = with_stages(rows, unit, log, measured)
            put = unit.influence.renew if heard.since else unit.influence.replace
            put(name, rows)
        unit.voices.replace_concerts(concerts(unit, log))
        unit.learned.keep(READERS, readers.encode(), now)
        unit.learned.keep(DOUBT, {"posts": float(np.median(measured.doubt))}, now)
        if learned:
            unit.learned.keep(PACE, learned.encode(), now)
        unit.learned.keep(BASIS, basis | {"at": now.isoformat()}, now)
    counts = {"authors": log.authors, "acts": log.acts, "new_acts": heard.new_acts}
    return Run("measure", now, app.clock(), RunOutcome.OK, counts)
