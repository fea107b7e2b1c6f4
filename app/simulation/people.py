"""Who lives in the town: people, their accounts, communities, and when they adopt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.simulation.settings import VARIETIES, TownSettings

SOURCES = ("praca", "forum", "estrelas")
MICROBLOG, FORUM, REVIEWS = range(3)
_SOURCE_SHARES = (0.56, 0.34, 0.10)
_SECOND_ACCOUNT = 0.15
_RIVAL_SHARE = 0.16
_HOLLOW = 0.02
_PEOPLE_A_COMMUNITY = 60
_FEWEST_COMMUNITIES = 24

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class People:
    """The accounts of the town as columns, and the people behind them.

    ``person``, ``source``, ``community``, ``variety``, ``audience_weight``,
    ``attention``, ``charisma`` and ``activity`` have one entry for each account;
    ``adopted`` (days after the town's start, negative before it, infinite for never
    in sight) and ``rival`` (whose customer one is or would be) one for each person.
    The first ``len(adopted)`` accounts are the people's own, second accounts follow.
    """

    person: Ints
    source: Ints
    community: Ints
    variety: Ints
    audience_weight: Floats
    attention: Floats
    charisma: Floats
    activity: Floats
    adopted: Floats
    rival: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.person)


def settle(settings: TownSettings, rng: np.random.Generator) -> People:
    """Fill the town with people, give them communities, accounts and temperaments."""
    community, cells = _communities(settings, rng)
    person = np.arange(settings.customers)
    second = np.flatnonzero(
        (rng.random(settings.customers) < _SECOND_ACCOUNT) & (cells[community] // 3 != REVIEWS)
    )
    variety = np.concatenate([cells[community] % 3, (cells[community] % 3)[second]])
    source = np.concatenate([cells[community] // 3, np.full(len(second), REVIEWS)])
    return People(
        person=np.concatenate([person, second]),
        source=source,
        community=np.concatenate([community, len(cells) + variety[settings.customers :]]),
        variety=variety,
        **_temperaments(source, rng),
        adopted=_adoption_days(settings, rng),
        rival=rng.random(settings.customers) < _RIVAL_SHARE,
    )


def _communities(settings: TownSettings, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Each person's community; each community's cell (source × 3 + variety)."""
    count = max(_FEWEST_COMMUNITIES, settings.customers // _PEOPLE_A_COMMUNITY)
    sizes = np.arange(1, count + 1) ** -0.6
    sizes /= sizes.sum()
    tongues = np.array([settings.languages.get(one, 0.0) for one in VARIETIES])
    wanted = np.outer(_SOURCE_SHARES, tongues / tongues.sum()).ravel()
    cells = np.zeros(count, dtype=np.int64)
    for index, size in enumerate(sizes):
        cells[index] = int(np.argmax(wanted))
        wanted[cells[index]] -= size
    return rng.choice(count, size=settings.customers, p=sizes), cells


def _temperaments(source: Ints, rng: np.random.Generator) -> dict[str, Floats]:
    """A few hubs and many quiet voices; some with an audience that never acts."""
    count = len(source)
    weight = np.minimum((1 - rng.random(count)) ** (-1 / 1.35), count**0.6)
    charisma = rng.gamma(3.0, 1 / 3.0, count)
    charisma[rng.random(count) < _HOLLOW] *= 0.08
    calm = np.where(source == REVIEWS, 0.35, 1.0)
    return {
        "audience_weight": weight * calm,
        "attention": rng.lognormal(0, 0.5, count) * calm,
        "charisma": charisma,
        "activity": rng.lognormal(0, 0.8, count) * weight**0.3 * calm,
    }


def _adoption_days(settings: TownSettings, rng: np.random.Generator) -> Floats:
    """Adoption by the law of Bass (1969), inverted: innovators first, imitators in a wave.

    F(t) = (1 - e^-(p+q)t) / (1 + q/p e^-(p+q)t), with t in quarters, p = 0.03, q = 0.5;
    the service began 700 days before the town's start.
    """
    p, q, quarter, began = 0.03, 0.5, 91.0, -700.0
    share = rng.random(settings.customers)
    quarters = np.log((1 + share * q / p) / (1 - share)) / (p + q)
    return began + quarters * quarter
