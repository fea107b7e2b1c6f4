from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain.influence import Interaction, InteractionKind
from domain.people import Author
from domain.posts import Engagement, Gone, Post, PostKind
from storage import Store, stamps
from storage.unit import Unit

REPLY = InteractionKind.REPLY
Content = dict[int, tuple[object, ...]]


def content(unit: Unit) -> Content:
    """What each block holds."""
    marks = unit.blocks.marks()
    return {one: (*unit.blocks.acts(one), None, *unit.blocks.said(one)) for one in marks}


def test_the_blocks_hold_the_log(store: Store, make_post, now: datetime) -> None:
    with store.writing() as unit:
        ids = unit.posts.add([make_post(str(number)) for number in (1, 2, 3)], now).ids
        before = unit.blocks.marks()
        unit.interactions.add([Interaction(REPLY, 10, 20, now, ids[1], ids[0])])
    with store.reading() as unit:
        marks = unit.blocks.marks()
        acts = [act for block in marks for act in unit.blocks.acts(block)]
        words = [row for block in marks for row in unit.blocks.said(block)]
        assert sorted(acts) == sorted(a for batch in unit.interactions.log(None) for a in batch)
        assert sorted(words) == sorted(w for batch in unit.posts.spoken(None) for w in batch)
    assert marks.keys() == before.keys() and marks != before


def said(make_post: Callable[..., Post], number: int, **fields: object) -> Post:
    return make_post(str(number), by="ana", minutes=number, **fields)


CHANGES: dict[str, Callable[[Store, Callable[..., Post], datetime], None]] = {}


def change(one: Callable[[Store, Callable[..., Post], datetime], None]) -> None:
    CHANGES[one.__name__] = one


@change
def a_new_post(store: Store, make_post: Callable[..., Post], now: datetime) -> None:
    with store.writing() as unit:
        unit.posts.add([said(make_post, 9)], now)


@change
def a_new_act(store: Store, make_post: Callable[..., Post], now: datetime) -> None:
    with store.writing() as unit:
        unit.interactions.add([Interaction(REPLY, 4, 3, now, 2, 1)])


@change
def an_edit(store: Store, make_post: Callable[..., Post], now: datetime) -> None:
    with store.writing() as unit:
        unit.posts.add([said(make_post, 5, text="outra coisa")], now)


@change
def another_author(store: Store, make_post: Callable[..., Post], now: datetime) -> None:
    with store.writing() as unit:
        unit.posts.add([replace(said(make_post, 5), author=Author("forum", "someone"))], now)


@change
def another_kind(store: Store, make_post: Callable[..., Post], now: datetime) -> None:
    with store.writing() as unit:
        unit.posts.add([replace(said(make_post, 5), kind=PostKind.REACTION)], now)


@change
def a_post_is_gone(store: Store, make_post: Callable[..., Post], now: datetime) -> None:
    with store.writing() as unit:
        unit.posts.gone(Gone("forum", "1"), now)


@change
def a_post_is_back(store: Store, make_post: Callable[..., Post], now: datetime) -> None:
    with store.writing() as unit:
        unit.posts.add([said(make_post, 6)], now)


@change
def an_erasure(store: Store, make_post: Callable[..., Post], now: datetime) -> None:
    store.prune(now + timedelta(minutes=4))


@pytest.mark.parametrize("name", CHANGES)
def test_whatever_changes_a_block_stamps_it(
    store: Store, make_post, now: datetime, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(stamps, "BLOCK", 2)
    monkeypatch.setattr("storage.blocks.BLOCK", 2)
    with store.writing() as unit:
        ids = unit.posts.add([said(make_post, number) for number in range(1, 9)], now).ids
        unit.interactions.add([Interaction(REPLY, 1, 2, now, one, ids[0]) for one in ids[1:]])
        unit.posts.gone(Gone("forum", "6"), now)
        before, marks = content(unit), unit.blocks.marks()
    CHANGES[name](store, make_post, now)
    with store.reading() as unit:
        after, stamped = content(unit), unit.blocks.marks()
    changed = {one for one in after if after[one] != before.get(one)}
    assert changed, "the test changes something"
    assert changed <= {one for one in stamped if stamped[one] != marks.get(one)}


def test_what_the_log_does_not_tell_stamps_nothing(store: Store, make_post, now) -> None:
    with store.writing() as unit:
        unit.posts.add([make_post("1")], now)
        before = unit.blocks.marks()
        unit.posts.add([make_post("1", engagement=Engagement(likes=7))], now)
        assert unit.blocks.marks() == before
