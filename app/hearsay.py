"""What is new in the log since the last measuring, and what that measuring left to go on from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zlib import crc32

import numpy as np

from app.application import App
from app.voices import official_voices
from domain.influence import DEGREE
from graph.actions import ActionLog
from graph.columns import Flags, Floats
from graph.keeping import load, save
from graph.measure import Measures, Since, State
from graph.snapshot import Kept, Snapshot
from storage.unit import Unit

BASIS = "basis"
"""The name under which is kept what the measures rest on, and as of when."""

_LASTS = 0.1
"""The share of a half-life after which all is read and drawn anew, whatever happened."""

_STILL = 0.01
"""By what share a value may differ from what the store tells and not be written: less than an
eighth of the interval of those best known, and than the error of the sampling."""

_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Heard:
    """The log as it is now; ``since`` (and ``told``) where there is a measuring to go on from.

    ``told`` are the values that the store tells, by measure. ``mark`` says
    which files and settings a state that is kept now belongs to.
    """

    log: ActionLog
    mark: str
    since: Since | None = None
    told: Mapping[str, Floats] | None = None

    @property
    def new_acts(self) -> int:
        """How many acts are new since the measuring before; all, where there is none."""
        return int(self.since.new_acts.sum()) if self.since else self.log.acts


def brought_up(unit: Unit, snapshot: Snapshot) -> Kept:
    """The log from its snapshot; only blocks that changed are read from the storage."""
    blocks = unit.blocks
    return snapshot.brought_up(blocks.marks(), blocks.acts, blocks.said)


def hear(app: App, unit: Unit, now: datetime) -> Heard:
    """The log, and what to go on from: nothing where there is no snapshot, or something went.

    Everything is read and drawn anew, too, where settings or the brands' own voices changed,
    where the clock went back, and when a tenth of a half-life has passed.
    """
    folder, official = app.settings.graph.snapshot, official_voices(app, unit)
    if folder is None:
        log = ActionLog.build(unit.interactions.log(None), unit.posts.spoken(None))
        return Heard(log.without(official), "")
    snapshot = Snapshot(folder)
    before = load(folder, _mark(app, unit, snapshot, official))
    if before is None or not _lasts(app, unit, before[0], now):
        snapshot.forget()
        before = None
    kept = brought_up(unit, snapshot)
    mark = _mark(app, unit, snapshot, official)
    heard = Heard(kept.log.without(official), mark)
    if before is None or not kept.grew:
        return heard
    state, told = before
    acts, said = kept.log.of_others(official)
    return Heard(heard.log, mark, Since(state, kept.new_acts[acts], kept.new_said[said]), told)


def _lasts(app: App, unit: Unit, state: State, now: datetime) -> bool:
    """Whether a state can be gone on from: the store has learned of it, and it is young."""
    written = (unit.learned.get(BASIS) or {}).get("at", "1970-01-01T00:00:00+00:00")
    if datetime.fromisoformat(written).timestamp() != state.tally.as_of:
        return False  # it was killed before the store learned of it
    lasts = app.settings.graph.half_life_days * _LASTS * _DAY
    return state.tally.as_of <= now.timestamp() <= state.built_at + lasts


def _mark(app: App, unit: Unit, snapshot: Snapshot, official: frozenset[int]) -> str:
    """Which log, settings and store a state belongs to."""
    settings = app.settings.graph.model_dump_json(exclude={"threads", "snapshot"})
    return f"{snapshot.mark} {crc32(f'{settings} {sorted(official)}'.encode())}"


@dataclass(frozen=True, slots=True)
class Told:
    """Which authors' rows of each measure are to be written (None: all), and what is told then."""

    rows: Mapping[str, Flags | None]
    values: dict[str, Floats]


def moved(measured: Measures, heard: Heard) -> Told:
    """Rows that moved by more than a hundredth since they were written; degrees by anything."""
    values = {name: np.stack(three) for name, three in measured.values.items()}
    if heard.since is None or heard.told is None:
        return Told(dict.fromkeys(values), values)
    place = np.searchsorted(measured.author_ids, heard.since.state.tally.author_ids)
    rows: dict[str, Flags | None] = {}
    for name, now in values.items():
        then = np.full_like(now, -1.0)  # nothing is told of a new author yet
        then[:, place] = heard.told[name]
        still = 0.0 if name == DEGREE else _STILL
        changed: Flags = np.any(np.abs(now - then) > still * np.abs(then), axis=0)
        values[name] = np.where(changed, now, then)
        rows[name] = changed
    return Told(rows, values)


def keep(app: App, heard: Heard, measured: Measures, told: Told) -> None:
    """Leave the state for the next measuring, where there is a folder for it."""
    if folder := app.settings.graph.snapshot:
        values = {name: one.astype(np.float32) for name, one in told.values.items()}
        save(folder, measured.state, values, heard.mark)
