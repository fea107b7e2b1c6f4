"""A town built from its settings: people, ties, what is said, and what is true of it."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np

from app.simulation.names import handles
from app.simulation.people import Ints, People, settle
from app.simulation.recovery import Told, tell
from app.simulation.settings import TownSettings
from app.simulation.spread import ExpectedReach, expected_reach, spread
from app.simulation.story import openings
from app.simulation.ties import Ties, draw_ties
from app.simulation.timeline import Timeline, timeline


@dataclass(frozen=True, slots=True)
class Town:
    """Everything that is so in a town. Texts are written when it is written down."""

    settings: TownSettings
    people: People
    handles: list[str]
    followers: Ints
    ties: Ties
    reach: ExpectedReach
    told: Told
    posts: Timeline


def build_town(settings: TownSettings) -> Town:
    """The town of these settings: the same settings give the same town."""
    dice = [np.random.default_rng((settings.seed, part)) for part in range(7)]
    people = settle(settings, dice[0])
    ties = draw_ties(settings, people, dice[1])
    plain = random.Random(settings.seed * 7 + 1)  # noqa: S311
    told = tell(settings, people, openings(settings, people, ties.audience, dice[2]), plain)
    author = np.array([seed.author for seed in told.seeds], dtype=np.int64)
    at = np.array([seed.at for seed in told.seeds])
    acts = spread(ties, author, at, dice[3])
    return Town(
        settings=settings,
        people=people,
        handles=handles(people, dice[4]),
        followers=_followers(ties, dice[5]),
        ties=ties,
        reach=expected_reach(ties, settings.worlds, dice[6]),
        told=told,
        posts=timeline(settings, people, told, acts, plain),
    )


def _followers(ties: Ties, rng: np.random.Generator) -> Ints:
    """The number a profile shows: related to the audience, and far from the same."""
    return ((ties.audience + 1) * rng.lognormal(1.5, 1.0, ties.accounts)).astype(np.int64)
