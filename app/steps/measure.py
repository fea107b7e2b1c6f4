"""Turn posts into interactions, and interactions into the influence of every author."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from zlib import crc32

import numpy as np

from app.application import App
from app.concerts import concerts, with_stages
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

BASIS = "basis"
"""The name under which is kept what the measures rest on, and as of when."""

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
        log = _kept_log(unit, Snapshot(folder))
    return log.without(official_voices(app, unit))


def _kept_log(unit: Unit, snapshot: Snapshot) -> ActionLog:
    """The log from its snapshot; only blocks that changed are read from the storage."""
    blocks = unit.blocks
    return snapshot.brought_up(
        blocks.act_marks(), blocks.acts, blocks.said_marks(), blocks.said
    ).log


def _basis(app: App, unit: Unit) -> dict[str, int]:
    """What the measures rest on, as a number that changes with it."""
    blocks = unit.blocks
    settings = app.settings.graph.model_dump_json(exclude={"threads", "snapshot"})
    voices = sorted(official_voices(app, unit))
    told = repr((sorted(blocks.act_marks().items()), sorted(blocks.said_marks().items())))
    return {"basis": crc32(f"{told} {unit.voices.mark()} {voices} {settings}".encode())}


def _still_true(app: App, unit: Unit, basis: dict[str, int], now: datetime) -> bool:
    """Whether nothing happened since the last measuring, and it has hardly faded since."""
    before = unit.learned.get(BASIS)
    if before is None or before.get("basis") != basis["basis"]:
        return False
    age = now - datetime.fromisoformat(before["at"])
    return timedelta(0) <= age < timedelta(days=app.settings.graph.half_life_days) * _FADED


def measure(app: App, now: datetime) -> Run:
    """Measure every author's influence from the whole log of acts, if anything happened."""
    with app.store.reading() as unit:
        basis = _basis(app, unit)
        if _still_true(app, unit, basis, now):
            return Run("measure", now, app.clock(), RunOutcome.OK, {})
        log = customers_log(app, unit)
    measured = measures_of(log, app.settings.graph, now)
    learned = pace(log, app.settings.graph, now)
    with app.store.writing() as unit:
        for name, rows in measured.items():
            by_stage = name == EXPECTED_REACH
            unit.influence.replace(
                name, with_stages(rows, unit, log, measured) if by_stage else rows
            )
        unit.voices.replace_concerts(concerts(unit, log))
        unit.learned.keep(DOUBT, {"posts": float(np.median(measured.doubt))}, now)
        unit.learned.keep(PACE, learned.encode(), now)
        unit.learned.keep(BASIS, basis | {"at": now.isoformat()}, now)
    counts = {"authors": log.authors, "acts": log.acts}
    return Run("measure", now, app.clock(), RunOutcome.OK, counts)
