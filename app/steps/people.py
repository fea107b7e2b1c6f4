"""Find communities, those who take up what is new, prospects, and what these have met."""

from __future__ import annotations

from datetime import datetime
from zlib import crc32

from app.application import App
from app.communities import LATELY, Found, divided
from app.hearsay import BASIS
from app.launches import launches
from app.prospecting import met, prospects
from app.steps.measure import customers_log
from app.voices import official_voices
from domain.runs import Run, RunOutcome
from storage.unit import Unit

PEOPLE = "people"
"""The name under which is kept what people were found from, and the next community's number."""


def people(app: App, now: datetime) -> Run:
    """Find them anew if anything was measured or read since; all of it, or nothing, is kept."""
    with app.store.reading() as unit:
        kept = unit.learned.get(PEOPLE) or {}
        basis = _basis(app, unit)
        if kept.get("basis") == basis:
            return Run("people", now, app.clock(), RunOutcome.OK, {})
        log, silent = customers_log(app, unit).until(now.timestamp()), official_voices(app, unit)
        found = divided(app, unit, log, kept.get("following", 1), now)
        adopted = launches(app, unit, log, silent, now)
        asking = prospects(unit, silent, now)
        exposed = met(unit, (one for one, _ in asking), silent)
    with app.store.writing() as unit:
        _keep_communities(unit, found, now)
        unit.launches.replace(adopted)
        unit.prospects.replace(asking, exposed)
        unit.learned.keep(PEOPLE, {"basis": basis, "following": found.following}, now)
    counts = {
        "communities": len(found.lives),
        "launches": len(adopted),
        "adopters": sum(len(adopters) for _, adopters in adopted),
        "prospects": len(asking),
        "exposures": len(exposed),
    }
    return Run("people", now, app.clock(), RunOutcome.OK, counts)


def _basis(app: App, unit: Unit) -> int:
    """What people are found from, as a number that changes with it."""
    measured = unit.learned.get(BASIS)
    read = unit.prospects.mark()
    launches = [one.model_dump_json() for one in app.settings.launches]
    voices = sorted(official_voices(app, unit))
    return crc32(f"{measured} {read} {launches} {voices} {app.brands}".encode())


def _keep_communities(unit: Unit, found: Found, now: datetime) -> None:
    unit.communities.replace(found.membership, found.lives, found.standings, now)
    unit.communities.count_posts(now - LATELY)
