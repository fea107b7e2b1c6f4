from __future__ import annotations

from datetime import UTC, datetime

import pytest

from domain.influence import Interaction, InteractionKind
from domain.people import Author
from domain.posts import Post, PostKind
from graph.acts import handles_in, interactions_of, targets

NOW = datetime(2026, 5, 1, tzinfo=UTC)
ANA = Author("forum", "ana", id=7)


def post(text: str = "", **fields: object) -> Post:
    given = {"kind": PostKind.REPLY, "author": ANA, "id": 50, **fields}
    return Post("forum", "50", text=text, created_at=NOW, **given)  # type: ignore[arg-type]


def kinds(one: Post, known: dict[str, tuple[int, int | None]]) -> list[InteractionKind]:
    return [made.kind for made in interactions_of(one, known, {})]


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"parent": "1"}, InteractionKind.REPLY),
        ({"parent": "1", "kind": PostKind.SHARE}, InteractionKind.SHARE),
        ({"parent": "1", "kind": PostKind.REACTION}, InteractionKind.REACTION),
        ({"quotes": ("1",)}, InteractionKind.QUOTE),
        ({"accepted_answer": "1", "kind": PostKind.QUESTION}, InteractionKind.ACCEPTED_ANSWER),
    ],
)
def test_each_act_becomes_its_kind(fields: dict[str, object], kind: InteractionKind) -> None:
    assert kinds(post(**fields), {"1": (10, 8)}) == [kind]


def test_influence_flows_from_speaker_to_actor() -> None:
    (made,) = interactions_of(post(parent="1"), {"1": (10, 8)}, {})
    assert made == Interaction(InteractionKind.REPLY, 8, 7, NOW, 50, 10)


def test_unknown_anonymous_and_own_targets_make_nothing() -> None:
    assert kinds(post(parent="1"), {}) == []
    assert kinds(post(parent="1"), {"1": (10, None)}) == []
    assert kinds(post(parent="1"), {"1": (10, 7)}) == []
    assert kinds(post(parent="1", author=None), {"1": (10, 8)}) == []


def test_naming_the_one_replied_to_is_one_act() -> None:
    made = list(interactions_of(post("@rui valeu", parent="1"), {"1": (10, 8)}, {"rui": 8}))
    assert [one.kind for one in made] == [InteractionKind.REPLY]


def test_a_named_account_is_a_mention() -> None:
    (made,) = interactions_of(post("olha isso @Rui"), {}, {"rui": 8})
    assert (made.kind, made.on_post_id) == (InteractionKind.MENTION, None)


def test_handles_are_not_mail_addresses() -> None:
    text = "fala @Ana_1, @joão.silva. e-mail: x@site.com, https://m.social/@eu"
    assert handles_in(post(text)) == {"ana_1", "joão.silva"}


def test_targets_of_a_batch() -> None:
    assert targets([post(parent="1", quotes=("2",)), post(accepted_answer="3")]) == {"1", "2", "3"}
