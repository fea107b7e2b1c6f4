from datetime import UTC, datetime

from storage.voices import Concert

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def concert(*author_ids: int, about: int = 0) -> Concert:
    return Concert("ring", about, author_ids, 12, 0.75, NOON, NOON)


def test_concerts_are_found_by_their_members_and_by_whom_they_lift(store) -> None:
    with store.writing() as unit:
        unit.voices.replace_concerts([concert(1, 2, 3), concert(4, 5, 6, about=1)])
    with store.reading() as unit:
        assert unit.voices.concerts(2) == [concert(1, 2, 3)]
        assert unit.voices.concerts(1) == [concert(1, 2, 3), concert(4, 5, 6, about=1)]
        assert unit.voices.concerts(9) == []


def test_new_ones_take_the_place_of_all_before(store) -> None:
    with store.writing() as unit:
        unit.voices.replace_concerts([concert(1, 2, 3)])
        unit.voices.replace_concerts([concert(7, 8, 9)])
    with store.reading() as unit:
        assert unit.voices.concerts(1) == []
        assert unit.voices.concerts(7) == [concert(7, 8, 9)]


def test_nobody_spoke(store) -> None:
    with store.reading() as unit:
        assert (unit.voices.edges(1, 5), unit.voices.said(1)) == ([], 0)
        assert list(unit.voices.stages()) == list(unit.voices.joined()) == []
        assert list(unit.voices.copies()) == []
