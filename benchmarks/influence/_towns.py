"""Towns whose truth is known: audiences, posts that really spread, and the log they leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numba import njit

from graph.actions import ActionLog
from graph.columns import Floats, Ints, Nodes, Singles
from graph.csr import Csr

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DAY = 86_400.0


@dataclass(frozen=True)
class World:
    """The truth, the log that it left behind, and the community of each author."""

    truth: Csr
    log: ActionLog
    home: Ints


def make_world(authors: int, acts: int, seed: int, unlike: float = 0.0) -> World:
    """A town of this many authors in which about this many acts have been logged.

    By ``unlike`` (of log) its communities of a hundred differ in how widely and often people act.
    """
    chance = np.random.default_rng(seed)
    communities = np.random.default_rng(seed + 1)
    home = communities.integers(0, max(authors // 100, 1), authors)
    rate = np.exp(unlike * communities.standard_normal(home.max() + 1))[home]
    truth = _truth(rate, chance)
    if unlike:
        truth = _at_home(truth, home, communities)
    talk = np.exp(0.7 * chance.standard_normal(authors))
    roots = chance.choice(authors, size=8 * acts, p=talk / talk.sum()).astype(np.int32)
    speaker, author, on_post = _live(
        truth.starts, truth.neighbour, truth.probability, roots, acts, seed
    )
    posts = np.arange(1, len(author) + 1)
    at = NOW.timestamp() - 30 * DAY * chance.random(len(author))
    done = np.flatnonzero(on_post)
    log = ActionLog.of_columns(
        speaker=speaker[done].astype(np.int64), actor=author[done].astype(np.int64),
        at=at[done], post=posts[done], on_post=on_post[done],
        kind=np.zeros(len(done), np.uint8),
        said_by=author.astype(np.int64), said_at=at, said_post=posts,
    )  # fmt: skip
    return World(truth, log, home)


def _at_home(truth: Csr, home: Ints, chance: np.random.Generator) -> Csr:
    """Four in five of everyone's audience moved into their own community."""
    authors, speaker = truth.nodes, truth.rows().astype(np.int64)
    order = np.argsort(home, kind="stable")
    first, size = np.searchsorted(home[order], home), np.bincount(home)[home]
    near = order[first[speaker] + (chance.random(len(speaker)) * size[speaker]).astype(np.int64)]
    actor = np.where(chance.random(len(speaker)) < 0.8, near, truth.neighbour)
    pairs, kept = np.unique(speaker * authors + actor, return_index=True)
    own = pairs // authors != pairs % authors
    pairs, probability = pairs[own], truth.probability[kept][own]
    starts = np.concatenate([[0], np.bincount(pairs // authors, minlength=authors).cumsum()])
    return Csr(starts, (pairs % authors).astype(np.int32), probability)


def _truth(rate: Floats, chance: np.random.Generator) -> Csr:
    """Audiences by a power law, actors picked by how active they are, p by both and by luck."""
    authors = len(rate)
    size = np.minimum(2 + 6 * chance.pareto(1.5, authors) * rate, authors / 20).astype(np.int64)
    activity = chance.pareto(2.0, authors) + 0.3
    speaker = np.repeat(np.arange(authors), size)
    actor = chance.choice(authors, size=len(speaker), p=activity / activity.sum())
    pairs = np.unique(speaker * authors + actor)
    speaker, actor = pairs // authors, pairs % authors
    speaker, actor = speaker[speaker != actor], actor[speaker != actor]
    appeal = 0.02 * rate * np.exp(0.8 * chance.standard_normal(authors))
    mean = np.minimum(appeal[speaker], 0.5)
    probability = chance.beta(0.8, 0.8 * (1 - mean) / mean).astype(np.float32)
    starts = np.concatenate([[0], np.bincount(speaker, minlength=authors).cumsum()])
    return Csr(starts, actor.astype(np.int32), np.minimum(probability, 0.95))


@njit(cache=True)
def _live(
    starts: Ints, neighbour: Nodes, probability: Singles, roots: Nodes, acts: int, seed: int
) -> tuple[Nodes, Nodes, Ints]:
    """Root posts one after another, with a coin for each edge, until enough acts are logged."""
    np.random.seed(seed)
    nodes = len(starts) - 1
    room = 4 * acts + 1_000_000
    speaker, actor = np.zeros(room, np.int32), np.zeros(room, np.int32)
    on_post = np.zeros(room, np.int64)
    active = np.full(nodes, -1, np.int64)
    rows, done = 0, 0
    for run in range(len(roots)):
        if done >= acts or rows + nodes > room:
            break
        head = rows
        actor[rows] = roots[run]
        active[roots[run]] = run
        rows += 1
        while head < rows:
            u = actor[head]
            for edge in range(starts[u], starts[u + 1]):
                v = neighbour[edge]
                if active[v] != run and np.random.random() < probability[edge]:
                    active[v] = run
                    speaker[rows], actor[rows], on_post[rows] = u, v, head + 1
                    rows += 1
                    done += 1
            head += 1
    return speaker[:rows], actor[:rows], on_post[:rows]
