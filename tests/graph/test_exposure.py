"""Who met which testimony: the surest way, and only what was there before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from domain.influence import Interaction, InteractionKind
from domain.prospects import Certainty
from graph.exposure import Told, exposures, possible

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
THREAD, OTHER = ("forum", "t1"), ("forum", "t2")
ANA, BIA, RUI = 1, 2, 3  # Ana and Bia ask; Rui tells


def told(post: int, author: int, thread: tuple[str, str], hour: int) -> Told:
    return Told(post, author, thread, NOON + timedelta(hours=hour))


def act(actor: int, on: int, hour: int) -> Interaction:
    at = NOON + timedelta(hours=hour)
    return Interaction(InteractionKind.REACTION, RUI, actor, at, 900 + hour, on)


def test_acting_is_surer_than_speaking_in_the_thread() -> None:
    spoken = [told(21, ANA, THREAD, 2), told(22, BIA, THREAD, 3)]
    found = exposures([ANA, BIA], [told(10, RUI, THREAD, 1)], spoken, [act(ANA, 10, 5)])
    assert [(one.author_id, one.certainty, one.at.hour) for one in found] == [
        (BIA, Certainty.LIKELY, 15),
        (ANA, Certainty.OBSERVED, 17),
    ]


def test_what_was_said_later_or_elsewhere_or_by_oneself_was_not_met() -> None:
    testimonies = [
        told(10, RUI, THREAD, 4),
        told(11, RUI, OTHER, 1),
        told(12, ANA, THREAD, 1),
    ]
    found = exposures([ANA, BIA], testimonies, [told(21, ANA, THREAD, 2)], [])
    assert found == []


def test_others_are_no_prospects_and_each_pair_counts_once() -> None:
    testimonies = [told(10, RUI, THREAD, 1)]
    spoken = [told(20 + n, ANA, THREAD, 2 + n) for n in range(5)] + [told(30, 77, THREAD, 9)]
    (only,) = exposures([ANA], testimonies, spoken, [act(77, 10, 3)])
    assert (only.author_id, only.at) == (ANA, NOON + timedelta(hours=2))


def test_views_bound_what_is_possible() -> None:
    assert possible(50, 5, 100) == 2.5
    assert possible(200, 5, 100) == 5.0
    assert possible(200, 5, 0) == 0.0
