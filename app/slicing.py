"""Slices of the store's log for analysts: chosen, walked through, written as files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from app.exports import replacing
from domain.errors import UsageError
from domain.influence import EXPECTED_REACH, InteractionKind
from domain.windows import Window
from graph.actions import ActionLog
from graph.networks import edge_table, network, write_gexf, write_graphml
from graph.slices import about
from storage.unit import Unit

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Choice:
    """What a slice holds: all that these say, everything where they say nothing."""

    window: Window | None = None
    stage: str | None = None
    topic: int | None = None
    brand: str | None = None
    community: int | None = None
    kinds: tuple[InteractionKind, ...] = ()


def chosen(unit: Unit, choice: Choice) -> ActionLog:
    """The acts and posts of a slice; by stage, topic or brand those on posts that tell of it."""
    log = ActionLog.build(unit.interactions.log(choice.window), unit.posts.spoken(choice.window))
    if choice.stage or choice.topic or choice.brand:
        ids = unit.posts.telling(stage=choice.stage, topic_id=choice.topic, brand=choice.brand)
        log = about(log, frozenset(ids))
    if choice.community is not None:
        home = choice.community
        log = log.among([who for who, one in unit.communities.membership().items() if one == home])
    return log.of_kinds(choice.kinds) if choice.kinds else log


def author_named(unit: Unit, name: str) -> int:
    """The author of an id, a handle, or ``source:external_id``; raises UsageError if not one."""
    if name.isdecimal():
        return int(name)
    found = unit.authors.accounts({name})
    if len(found) == 1:
        return next(iter(found))
    what = "several accounts are" if found else "no account is"
    todo = f"name one by id: {', '.join(map(str, sorted(found)))}" if found else "boca export posts"
    raise UsageError(f"{what} called {name}", todo=todo)


def described(unit: Unit, author_ids: Sequence[int]) -> list[Row]:
    """Authors as rows, those who set most people in motion first: the top voices among them."""
    known, reach = (
        unit.authors.get_many(author_ids),
        unit.influence.many(EXPECTED_REACH, author_ids),
    )
    rows = [
        {
            "author_id": one,
            "source": author.source,
            "name": author.name or author.external_id,
            "reach": reach[one].value if one in reach else 0.0,
        }
        for one, author in known.items()
    ]
    return sorted(rows, key=lambda row: (-row["reach"], row["author_id"]))


def write_slice(log: ActionLog, half_life_days: float, now: datetime, output: Path) -> int:
    """Write the edges with their weights as the file's ending says; how many there are."""
    writers = {".graphml": write_graphml, ".gexf": write_gexf}
    if output.suffix not in (".parquet", *writers):
        what = f"a slice cannot be written as {output.suffix or 'a file without an ending'}"
        raise UsageError(what, where=str(output), todo="end it with .graphml, .gexf or .parquet")
    with replacing(output) as part:
        if output.suffix == ".parquet":
            table = pa.table(edge_table(log, half_life_days, now))
            pq.write_table(table, part)
            return int(table.num_rows)
        made = network(log, half_life_days, now)
        writers[output.suffix](made, part)
    return int(made.number_of_edges())
