"""Matrix rooms: relations, edits and redactions, read back once and forward from then on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from crawlers.sources.matrix import MatrixSettings, MatrixSource
from domain.errors import SourceForbidden
from domain.posts import Gone, Post, PostKind, Rejected
from tests.crawlers.conftest import recorded

SETTINGS = MatrixSettings(
    kind="matrix", name="sala", url="https://matrix.test", rooms=("#loja:matrix.test",)
)
Replay = Callable[..., list[Any]]


def posts(events: list[Any]) -> dict[str, Post]:
    return {one.external_id: one for one in events if isinstance(one, Post)}


def test_a_room_with_its_relations(now: datetime, replay: Replay) -> None:
    events = replay(MatrixSource(SETTINGS, {}, now), "matrix")
    found = posts(events)
    assert {key: (one.text, one.parent, one.thread) for key, one in found.items()} == {
        "$e1": ("Travou ao pagar o boleto.", None, None),
        "$e3": ("Reinicie o app.", "$e1", None),
        "$e4": ("Em outra linha.", "$e3", "$e1"),
        "$e1:reaction:@bia:matrix.test": ("", "$e1", None),
    }
    assert found["$e1"].edited_at is not None, "its last words, told as edited"
    assert found["$e1"].created_at < found["$e1"].edited_at
    reaction = found["$e1:reaction:@bia:matrix.test"]
    assert (reaction.kind, reaction.labels["reaction"]) == (PostKind.REACTION, "👍")
    assert Gone("sala", "$e7") in events
    assert [one.code for one in events if isinstance(one, Rejected)] == ["bad_item"]


def test_the_next_visit_goes_forward(now: datetime, replay: Replay) -> None:
    source = MatrixSource(SETTINGS, {}, now)
    first = replay(source, "matrix")
    again = MatrixSource(SETTINGS, source.cursor(), now)
    events = replay(again, "matrix")
    assert posts(events)["$e1"].text == "Resolveu, obrigada!"
    assert posts(events)["$e1"].created_at == posts(first)["$e1"].created_at
    assert Gone("sala", "$e3") in events
    third = MatrixSource(SETTINGS, again.cursor(), now)
    assert replay(third, "matrix") == []


def forward(*changes: tuple[bytes, bytes]) -> dict[str, Any]:
    """The recordings, with the page of what came since changed."""
    pages = recorded("matrix")
    (url,) = [key for key in pages if key.endswith("dir=f&from=t9-0")]
    body = pages[url].body
    for old, new in changes:
        assert old in body
        body = body.replace(old, new)
    return pages | {url: replace(pages[url], body=body)}


def test_an_edit_leaves_a_reply_what_it_was(now: datetime, replay: Replay) -> None:
    source = MatrixSource(SETTINGS, {}, now)
    before = posts(replay(source, "matrix"))["$e4"]
    assert before.author is not None
    sender = before.author.external_id.encode()
    pages = forward((b'"$e1"', b'"$e4"'), (b"@ana:matrix.test", sender))
    (told,) = posts(replay(MatrixSource(SETTINGS, source.cursor(), now), "matrix", pages)).values()
    assert told.text == "Resolveu, obrigada!" and told.edited_at is not None
    assert told == replace(before, text=told.text, edited_at=told.edited_at)


def test_nobody_puts_words_into_others_mouths(now: datetime, replay: Replay) -> None:
    source = MatrixSource(SETTINGS, {}, now)
    replay(source, "matrix")
    pages = forward((b"@ana:matrix.test", b"@mal:matrix.test"))
    again = MatrixSource(SETTINGS, source.cursor(), now)
    assert "obrigada" not in repr(replay(again, "matrix", pages))


def test_a_room_that_not_everybody_may_read_is_left_alone(now: datetime, replay: Replay) -> None:
    pages = {
        key: replace(page, body=page.body.replace(b"world_readable", b"shared"))
        for key, page in recorded("matrix").items()
    }
    with pytest.raises(SourceForbidden, match="its history is shared"):
        replay(MatrixSource(SETTINGS, {}, now), "matrix", pages)


def test_a_token_makes_a_guest_unnecessary(now: datetime) -> None:
    given = SETTINGS.model_dump() | {"token": "segredo"}
    (request,) = MatrixSource(MatrixSettings.model_validate(given), {}, now).requests()
    assert "directory/room" in request.url and "segredo" not in request.url
    assert request.headers == {"Authorization": "Bearer segredo"}
