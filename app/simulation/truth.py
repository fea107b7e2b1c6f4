"""The town's truth in files of its own, and back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from app.simulation.people import SOURCES
from app.simulation.settings import VARIETIES, TownSettings
from app.simulation.story import DAY, FAILURE, RIVAL_FAILURE
from app.simulation.town import Town
from app.simulation.writing import author_id, post_id

_MOMENT = pa.timestamp("s", tz="UTC")
POSTS = pa.schema(
    [
        ("post", pa.string()),
        ("author", pa.string()),
        ("speech", pa.string()),
        ("polarity", pa.string()),
        ("stage", pa.string()),
        ("theme", pa.string()),
        ("language", pa.string()),
        ("variety", pa.string()),
        ("about", pa.string()),
        ("named", pa.list_(pa.string())),
        ("incident", pa.string()),
        ("on", pa.string()),
        ("cascade", pa.string()),
        ("moved", pa.bool_()),
        ("to_come", pa.int64()),
    ]
)
"""One row a post. Acts without words have no polarity, stage or language."""

_TABLES = ("posts", "authors", "edges", "recoveries")


class IncidentTruth(NamedTuple):
    """When a stage really broke down, and how many posts that set off directly."""

    id: str
    stage: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class TownTruth:
    """What is so: four tables (see ``docs/simulation.md``) and the facts of ``truth.json``."""

    posts: pa.Table
    authors: pa.Table
    edges: pa.Table
    recoveries: pa.Table
    facts: Mapping[str, Any]

    @property
    def incidents(self) -> tuple[IncidentTruth, ...]:
        """The breakdowns, oldest first."""
        return tuple(
            IncidentTruth(
                one["id"],
                one["stage"],
                datetime.fromisoformat(one["start"]),
                datetime.fromisoformat(one["end"]),
            )
            for one in self.facts["incidents"]
        )


def read_truth(folder: Path) -> TownTruth:
    """The truth that a town left in this folder."""
    tables = {name: pq.read_table(folder / f"{name}.parquet") for name in _TABLES}
    facts = json.loads((folder / "truth.json").read_text("utf-8"))
    return TownTruth(facts=facts, **tables)


def write_facts(town: Town, folder: Path) -> None:
    """Write everything but the posts' own truth, which is written along with their texts."""
    pq.write_table(_authors(town), folder / "authors.parquet", compression="zstd")
    pq.write_table(_edges(town), folder / "edges.parquet", compression="zstd")
    pq.write_table(_recoveries(town), folder / "recoveries.parquet", compression="zstd")
    facts = json.dumps(_facts(town), ensure_ascii=False, indent=2)
    (folder / "truth.json").write_text(facts + "\n", "utf-8")


def _authors(town: Town) -> pa.Table:
    people, count = town.people, len(town.people)
    start, person = town.settings.starts_at, town.people.person
    written = town.posts.author[town.posts.author >= 0]
    return pa.table(
        {
            "author": [author_id(town, account) for account in range(count)],
            "source": [SOURCES[one] for one in people.source.tolist()],
            "handle": town.handles,
            "person": person,
            "community": people.community,
            "variety": [VARIETIES[one] for one in people.variety.tolist()],
            "rival": people.rival[person],
            "adopted_at": _moments(start, (people.adopted[person] * DAY).tolist(), town.settings),
            "audience": town.ties.audience,
            "followers": town.followers,
            "posts": np.bincount(written, minlength=count),
            "reach": town.reach.mean,
            "reach_error": town.reach.error,
        }
    )


def _moments(
    start: datetime, seconds: Iterable[float], settings: TownSettings | None = None
) -> pa.Array:
    """Times from seconds after the start; null for never, or for after the settings' end."""
    end = settings.seconds if settings else inf
    moments = [
        start + timedelta(seconds=int(one)) if one < end and one != inf else None for one in seconds
    ]
    return pa.array(moments, type=_MOMENT)


def _edges(town: Town) -> pa.Table:
    names = np.array([author_id(town, account) for account in range(len(town.people))])
    return pa.table(
        {
            "speaker": pa.array(names[town.ties.speaker]),
            "actor": pa.array(names[town.ties.actor]),
            "probability": town.ties.probability,
        }
    )


def _recoveries(town: Town) -> pa.Table:
    """One row for each complaint of our customers; times may lie after the end."""
    start, recoveries = town.settings.starts_at, town.told.recoveries
    place = _places(town)
    seeds = town.told.seeds
    return pa.table(
        {
            "post": [post_id(place[one.seed]) for one in recoveries],
            "author": [author_id(town, seeds[one.seed].author) for one in recoveries],
            "stage": [seeds[one.seed].saying.theme for one in recoveries],
            "answered_at": _moments(start, (one.answered_at for one in recoveries)),
            "satisfied_at": _moments(start, (one.satisfied_at for one in recoveries)),
            "churned_at": _moments(start, (one.churned_at for one in recoveries)),
        }
    )


def _places(town: Town) -> dict[int, int]:
    """Where each seed stands on the timeline."""
    seed = town.posts.seed
    places = np.flatnonzero(seed >= 0)
    return dict(zip(seed[places].tolist(), places.tolist(), strict=True))


def _facts(town: Town) -> dict[str, Any]:
    settings = town.settings
    return {
        "settings": settings.model_dump(mode="json"),
        "starts_at": settings.starts_at.isoformat(),
        "posts": len(town.posts),
        "incidents": list(_incidents(settings)),
        "failure_rates": {
            stage: {"at_start": first, "at_end": last} for stage, (first, last) in FAILURE.items()
        },
        "rival_failure_rate": RIVAL_FAILURE,
        "recovery": _effects(town),
    }


def _incidents(settings: TownSettings) -> Iterator[dict[str, str]]:
    for plan in settings.incidents:
        start = settings.ends_at - timedelta(hours=plan.starts_before_end_hours)
        end = min(start + timedelta(hours=plan.hours), settings.ends_at)
        yield {
            "id": plan.id,
            "stage": plan.stage,
            "start": start.isoformat(),
            "end": end.isoformat(),
        }


def _effects(town: Town) -> dict[str, dict[str, float]]:
    """What answers and silence did: how many complaints, and the share that then left."""
    groups: dict[str, list[bool]] = {"unanswered": [], "unsatisfied": [], "satisfied": []}
    for one in town.told.recoveries:
        group = "satisfied" if one.satisfied_at < inf else "unsatisfied"
        groups[group if one.answered_at < inf else "unanswered"].append(one.churned_at < inf)
    return {
        name: {"complaints": len(left), "left": sum(left) / len(left) if left else 0.0}
        for name, left in groups.items()
    }


def post_rows(town: Town, first: int, named: Sequence[Sequence[str]]) -> pa.Table:
    """The truth of the posts from this place on; ``named`` has the brands each names."""
    rows = [_post_row(town, first + offset, names) for offset, names in enumerate(named)]
    return pa.Table.from_pylist(rows, schema=POSTS)


def _post_row(town: Town, place: int, named: Sequence[str]) -> dict[str, Any]:
    posts, settings = town.posts, town.settings
    account, on, seed = int(posts.author[place]), int(posts.on[place]), int(posts.seed[place])
    speaker = account if account >= 0 else int(posts.author[on])
    saying = posts.sayings[place]
    variety = VARIETIES[town.people.variety[speaker]]
    worded = saying.worded
    incident = town.told.seeds[seed].incident if seed >= 0 else -1
    about = {"own": settings.brand.id, "rival": settings.rival.id, "": ""}[saying.brand]
    return {
        "post": post_id(place),
        "author": author_id(town, account, int(town.people.source[speaker])),
        "speech": str(saying.speech),
        "polarity": str(saying.polarity) if worded else "",
        "stage": saying.stage,
        "theme": saying.theme,
        "language": variety[:2] if worded else "",
        "variety": variety if worded else "",
        "about": about,
        "named": list(named),
        "incident": settings.incidents[incident].id if incident >= 0 else "",
        "on": post_id(on) if on >= 0 else "",
        "cascade": post_id(int(posts.cascade[place])) if posts.cascade[place] >= 0 else "",
        "moved": bool(posts.moved[place]),
        "to_come": int(posts.to_come[place]),
    }
