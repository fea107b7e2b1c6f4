"""What listings show no more: what is lost, and above all what must not be taken for lost."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence

import pytest

from crawlers.reading.shown import REMEMBERED, Entry, Shown

NEWEST_FIRST = [9, 8, 7, 6, 5]


def entries(numbers: Sequence[int]) -> list[Entry]:
    return [Entry(f"p{one}", float(one), f"https://casa.test/{one}") for one in numbers]


def visits(*pages: Sequence[int]) -> list[list[str]]:
    """What every visit finds lost, with the state carried over as JSON."""
    state, found = {}, []
    for numbers in pages:
        shown = Shown(json.loads(json.dumps(state)))
        found.append([one.external_id for one in shown.look("new", entries(numbers))])
        state = shown.state()
    return found


def test_what_is_missing_twice_in_the_middle_is_lost_once() -> None:
    without = [9, 8, 6, 5]
    assert visits(NEWEST_FIRST, without, without, without) == [[], [], ["p7"], []]


def test_the_other_order_will_do() -> None:
    assert visits([5, 6, 7, 8], [5, 6, 8], [5, 6, 8, 9]) == [[], [], ["p7"]]


@pytest.mark.parametrize(
    "pages",
    [
        [NEWEST_FIRST, [9, 8, 6, 5], NEWEST_FIRST, [9, 8, 6, 5]],  # a hiccup, and another
        [NEWEST_FIRST, [12, 11, 9, 8], [12, 11, 9, 8]],  # fell off the end
        [NEWEST_FIRST, [7, 6, 5], [7, 6, 5]],  # an old copy does not have the newest yet
        [NEWEST_FIRST, [], []],
        [NEWEST_FIRST, [9], [9]],
        [NEWEST_FIRST, [5, 9, 8], [9, 8, 5]],  # by activity: 5 was answered, others fell off
        [[5, 9, 8, 7], [9, 8, 5], [9, 8, 5]],
    ],
)
def test_nothing_else_is_lost(pages: list[list[int]]) -> None:
    assert visits(*pages) == [[] for _ in pages]


def test_a_page_with_unread_entries_claims_nothing() -> None:
    shown = Shown({})
    shown.look("new", entries(NEWEST_FIRST))
    for _ in range(2):
        assert shown.look("new", entries([9, 8, 6, 5]), sound=False) == []


def test_what_moved_to_another_page_of_the_same_visit_is_there() -> None:
    state = {}
    for first, second in [([9, 8, 7], [6, 5, 4]), ([9, 8], [7, 6, 4]), ([9, 8], [7, 6, 4])]:
        shown = Shown(state)
        lost = [shown.look("new", entries(page)) for page in (first, second)]
        state = shown.state()
    assert [one.external_id for page in lost for one in page] == ["p5"]


def test_an_unchanged_listing_confirms() -> None:
    first = Shown({})
    first.look("new", entries(NEWEST_FIRST))
    assert first.unchanged("new") == []
    second = Shown(first.state())
    second.look("new", entries([9, 8, 6, 5]))
    assert second.unchanged("new") == [], "one visit counts once"
    third = Shown(second.state())
    assert third.unchanged("new") == entries([7])
    assert third.unchanged("old") == []


def test_listings_are_told_apart_and_little_is_remembered() -> None:
    shown = Shown({})
    shown.look("br", entries(range(1_000)))
    shown.look("pt", entries([5, 3]))
    state = shown.state()
    assert {name: len(known) for name, known in state["listings"].items()} == {
        "br": REMEMBERED,
        "pt": 2,
    }


def test_a_window_that_slides_over_a_growing_listing_loses_what_was_deleted_alone() -> None:
    chance = random.Random(3)
    for _ in range(200):
        there, deleted, state, lost = list(range(20)), set(), {}, []
        for step in range(20, 60):
            there.append(step)
            if chance.random() < 0.3:
                one = chance.choice(there)
                there.remove(one)
                deleted.add(f"p{one}")
            late = chance.randrange(0, 3)  # copies of different age
            shown = Shown(state)
            page = entries(sorted(there[: len(there) - late], reverse=True)[:10])
            lost += [one.external_id for one in shown.look("new", page)]
            state = shown.state()
        assert set(lost) <= deleted and len(lost) == len(set(lost))
