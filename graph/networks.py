"""A real networkx graph of any slice of the log, and its edges as columns, for analysts."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from domain.windows import utc
from graph.actions import ActionLog
from graph.evidence import evidence
from graph.probabilities import learn


def edge_table(log: ActionLog, half_life_days: float, now: datetime) -> dict[str, NDArray[Any]]:
    """The edges speaker → actor as columns of equal length, ready for Parquet or CSV.

    ``speaker`` and ``actor`` are author ids: influence flows from the first to the second (in
    a file of acts the actor is the *source*, the speaker the *target*). ``acts`` counts
    distinct posts acted on, ``posts`` what the speaker said, ``weight`` the decayed acts, and
    ``probability`` is the learned chance that the actor acts on the speaker's next post. The
    probabilities are learned from this log alone: slice it first for one window or kind.
    """
    counted = evidence(log, half_life_days, utc(now).timestamp())
    rows = counted.rows()
    return {
        "speaker": log.author_ids[rows],
        "actor": log.author_ids[counted.actor],
        "acts": counted.acts,
        "posts": counted.posts[rows],
        "weight": counted.fresh_acts,
        "probability": learn(counted).graph.probability.astype(np.float64),
    }


def network(log: ActionLog, half_life_days: float, now: datetime) -> nx.DiGraph:
    """The graph of influence of this log: an edge from each speaker to each who acted on them.

    Nodes are the ids of the authors who spoke or acted in it, with ``posts``; edges carry
    the other columns of ``edge_table``. About 1 KB an edge: slice a big log first, by
    ``log.within(window)``, ``log.of_kinds(kinds)``, ``log.among(author_ids)``.

    >>> from datetime import UTC
    >>> log = ActionLog.build([[(7, 9, 60.0, 2, 1, "reply")]], [[(7, 0.0)]])
    >>> made = network(log, half_life_days=90.0, now=datetime(1970, 1, 2, tzinfo=UTC))
    >>> made[7][9]["acts"], made.nodes[7]["posts"]
    (1, 1)
    """
    table = edge_table(log, half_life_days, now)
    counted = np.bincount(log.said_by, minlength=log.authors)
    present = np.unique(np.concatenate([log.speaker, log.actor, log.said_by]))
    made = nx.DiGraph()
    for author_id, posts in zip(
        log.author_ids[present].tolist(), counted[present].tolist(), strict=True
    ):
        made.add_node(author_id, posts=posts)
    names = ("acts", "weight", "probability")
    columns = (table[name].tolist() for name in ("speaker", "actor", *names))
    for speaker, actor, *values in zip(*columns, strict=True):
        made.add_edge(speaker, actor, **dict(zip(names, values, strict=True)))
    return made


def write_graphml(made: nx.DiGraph, path: Path) -> None:
    """Write as GraphML, with all attributes; Gephi, yEd, igraph and Cytoscape read it."""
    nx.write_graphml(made, path)


def write_gexf(made: nx.DiGraph, path: Path) -> None:
    """Write as GEXF, with all attributes; Gephi's own format."""
    nx.write_gexf(made, path)
