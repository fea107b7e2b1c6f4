"""What the log of acts says of its voices: influence by stage, and who acts in concert."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import chain, groupby
from operator import itemgetter

import numpy as np

from domain.influence import EXPECTED_REACH, Influence
from graph.actions import ActionLog
from graph.manipulation import Copy, Suspicion, copied, newcomers, rings
from graph.measure import Measures
from graph.topical import by_topic
from storage.unit import Unit
from storage.voices import Concert


def with_stages(
    rows: Iterable[Influence], unit: Unit, log: ActionLog, measured: Measures
) -> Iterator[Influence]:
    """Expected reach over all, then by stage for those with enough posts on one."""
    yield from rows
    told = dict(chain.from_iterable(unit.voices.stages()))
    names = sorted(set(told.values()))
    numbers = {name: number for number, name in enumerate(names, start=1)}
    topic = np.array([numbers.get(told.get(post, ""), 0) for post in log.said_post.tolist()], int)
    found = by_topic(log, topic, measured.values[EXPECTED_REACH])
    for number, one in found.items():
        columns = (log.author_ids[one.author], one.value, one.low, one.high)
        for author_id, value, low, high in zip(*(c.tolist() for c in columns), strict=True):
            yield Influence(
                author_id, EXPECTED_REACH, value, low, high, measured.measured_at, names[number - 1]
            )


def concerts(unit: Unit, log: ActionLog) -> list[Concert]:
    """Accounts that seem to act in concert: rings, bursts of new accounts, copied texts."""
    joined = dict(chain.from_iterable(unit.voices.joined()))
    since = {author_id: at.timestamp() for author_id, at in joined.items()}
    found = (*rings(log), *newcomers(log, since), *copied(_told_alike(unit, log)))
    return [_kept(one) for one in found]


def _told_alike(unit: Unit, log: ActionLog) -> Iterator[list[Copy]]:
    """Who told each story, and when; only those who speak in the log."""
    speakers = frozenset(log.author_ids[np.unique(log.said_by)].tolist())
    rows = chain.from_iterable(unit.voices.copies())
    for _, told in groupby(rows, key=itemgetter(0)):
        yield [(who, at.timestamp()) for _, who, at in told if who in speakers]


def _kept(one: Suspicion) -> Concert:
    since, until = (datetime.fromtimestamp(at, UTC) for at in (one.since, one.until))
    return Concert(one.kind.value, one.about, one.author_ids, one.acts, one.share, since, until)
