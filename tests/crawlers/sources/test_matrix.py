"""Matrix rooms: relations, edits and redactions, read back from the end to what is known."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from crawlers.pages import Response
from crawlers.sources.matrix import MatrixSettings, MatrixSource
from domain.errors import SourceForbidden, SourceUnreachable
from domain.posts import Gone, Post, PostKind, Rejected
from tests.crawlers.conftest import recorded

SETTINGS = MatrixSettings(
    kind="matrix", name="sala", url="https://matrix.test", rooms=("#loja:matrix.test",)
)
Replay = Callable[..., list[Any]]
ANA, BIA = "@ana:matrix.test", "@bia:matrix.test"


def posts(events: list[Any]) -> dict[str, Post]:
    return {one.external_id: one for one in events if isinstance(one, Post)}


def event(own: str, body: str = "oi", sender: str = ANA, **more: Any) -> dict[str, Any]:
    content = {"msgtype": "m.text", "body": body, **more.pop("content", {})}
    told = {"event_id": own, "type": "m.room.message", "sender": sender, "content": content}
    return {**told, "room_id": "!sala:matrix.test", "origin_server_ts": 1795169700000, **more}


def edit(of: str, words: str, sender: str = ANA, **more: Any) -> dict[str, Any]:
    relation = {"rel_type": "m.replace", "event_id": of}
    content = {"m.new_content": {"msgtype": "m.text", "body": words}, "m.relates_to": relation}
    return event(more.pop("own", "$e9"), f"* {words}", sender, content=content, **more)


def redaction(of: str) -> dict[str, Any]:
    return event("$e10", type="m.room.redaction", content={"redacts": of})


def page_of(name: str) -> str:
    return next(key for key in recorded("matrix") if key.endswith(name))


def grown(*events: dict[str, Any]) -> dict[str, Response]:
    """The recordings, after more was said in the room."""
    pages, url = recorded("matrix"), page_of("dir=b")
    body = json.loads(pages[url].body)
    body["chunk"] = [*reversed(events), *body["chunk"]]
    return pages | {url: replace(pages[url], body=json.dumps(body).encode())}


def only(*events: dict[str, Any], **more: Any) -> dict[str, Response]:
    """The recordings of a room in which nothing else was said."""
    pages, url = recorded("matrix"), page_of("dir=b")
    body = {"start": "t9-0", "chunk": [*reversed(events)], **more}
    return pages | {url: replace(pages[url], body=json.dumps(body).encode())}


def test_a_room_with_its_relations(now: datetime, replay: Replay) -> None:
    events = replay(MatrixSource(SETTINGS, {}, now), "matrix")
    found = posts(events)
    assert {key: (one.text, one.parent, one.thread) for key, one in found.items()} == {
        "$e1": ("Travou ao pagar o boleto.", None, None),
        "$e3": ("Reinicie o app.", "$e1", None),
        "$e4": ("Em outra linha.", "$e1", "$e1"),
        "$e5": ("", "$e1", None),
    }
    assert found["$e1"].edited_at is not None, "its last words, told as edited"
    assert found["$e1"].created_at < found["$e1"].edited_at
    assert (found["$e5"].kind, found["$e5"].labels["reaction"]) == (PostKind.REACTION, "👍")
    assert Gone("sala", "$e7") in events
    assert [one.code for one in events if isinstance(one, Rejected)] == ["bad_item"]


def test_the_next_visit_reads_back_to_what_is_known(now: datetime, replay: Replay) -> None:
    source = MatrixSource(SETTINGS, {}, now)
    first = replay(source, "matrix")
    again = MatrixSource(SETTINGS, source.cursor(), now)
    pages = grown(edit("$e1", "Resolveu, obrigada!"), redaction("$e5"))
    events = replay(again, "matrix", pages)
    (told,) = posts(events).values()
    before = posts(first)["$e1"]
    assert told == replace(before, text="Resolveu, obrigada!", edited_at=told.edited_at)
    assert Gone("sala", "$e5") in events, "a reaction goes by the event that made it"
    third = MatrixSource(SETTINGS, again.cursor(), now)
    assert replay(third, "matrix", pages) == []


def test_an_edit_leaves_a_reply_what_it_was(now: datetime, replay: Replay) -> None:
    source = MatrixSource(SETTINGS, {}, now)
    before = posts(replay(source, "matrix"))["$e4"]
    assert before.author is not None
    pages = grown(edit("$e4", "Noutra.", before.author.external_id))
    (told,) = posts(replay(MatrixSource(SETTINGS, source.cursor(), now), "matrix", pages)).values()
    assert told == replace(before, text="Noutra.", edited_at=told.edited_at)


def test_nobody_puts_words_into_others_mouths(now: datetime, replay: Replay) -> None:
    source = MatrixSource(SETTINGS, {}, now)
    replay(source, "matrix")
    pages = grown(edit("$e1", "Comprem na outra loja", "@mal:matrix.test"))
    assert replay(MatrixSource(SETTINGS, source.cursor(), now), "matrix", pages) == []
    assert "outra loja" not in repr(replay(MatrixSource(SETTINGS, {}, now), "matrix", pages))


def test_of_several_edits_the_last_one_made_counts(now: datetime, replay: Replay) -> None:
    later, sooner = {"origin_server_ts": 1795169900000}, {"origin_server_ts": 1795169800000}
    bundled = {"m.relations": {"m.replace": edit("$a", "terceira", **later)}}
    nothing = edit("$b", "")
    pages = only(
        event("$a", "primeira", unsigned=bundled),
        event("$b", "fica"),
        edit("$a", "segunda", **sooner),
        nothing,
    )
    found = posts(replay(MatrixSource(SETTINGS, {}, now), "matrix", pages))
    assert {key: one.text for key, one in found.items()} == {"$a": "terceira", "$b": "fica"}
    assert found["$b"].edited_at is None


def test_what_answers_repeats_is_left_out_and_what_others_quote_stays(
    now: datetime, replay: Replay
) -> None:
    answer = {"m.relates_to": {"m.in_reply_to": {"event_id": "$a"}}}
    pages = only(
        event("$a", "> lema antigo\n\nNão concordo."),
        event("$b", f"> <{ANA}> lema\n> antigo\n\n> outra citação\n\nEu sim.", content=answer),
        event("$c", "Sem repetir.", BIA, content=answer),
    )
    found = posts(replay(MatrixSource(SETTINGS, {}, now), "matrix", pages))
    assert {key: (one.text, one.quoted_text) for key, one in found.items()} == {
        "$a": ("Não concordo.", "lema antigo"),
        "$b": ("Eu sim.", "outra citação"),
        "$c": ("Sem repetir.", ""),
    }


def test_an_answer_within_a_thread_answers_that_and_not_the_root(
    now: datetime, replay: Replay
) -> None:
    relation = {"rel_type": "m.thread", "event_id": "$a", "m.in_reply_to": {"event_id": "$b"}}
    pages = only(event("$c", content={"m.relates_to": relation}))
    (told,) = posts(replay(MatrixSource(SETTINGS, {}, now), "matrix", pages)).values()
    assert (told.parent, told.thread) == ("$b", "$a")


def test_words_below_a_picture_are_words_and_its_name_is_none(
    now: datetime, replay: Replay
) -> None:
    picture = {"msgtype": "m.image", "url": "mxc://matrix.test/x"}
    pages = only(
        event("$a", "Veio assim", content=picture | {"filename": "x.png"}),
        event("$b", "x.png", content=picture | {"filename": "x.png"}),
        event("$c", "x.png", content=picture),
    )
    assert set(posts(replay(MatrixSource(SETTINGS, {}, now), "matrix", pages))) == {"$a"}


def test_a_page_may_be_empty_and_lead_further(now: datetime, replay: Replay) -> None:
    pages = only(end="t8-0")
    deeper = Response("", 200, {}, json.dumps({"start": "t8-0", "chunk": [event("$a")]}).encode())
    pages[f"{page_of('dir=b')}&from=t8-0"] = deeper
    assert set(posts(replay(MatrixSource(SETTINGS, {}, now), "matrix", pages))) == {"$a"}


def test_what_is_encrypted_is_told_as_unheard(now: datetime, replay: Replay) -> None:
    pages = only(event("$a", type="m.room.encrypted"))
    with pytest.raises(SourceForbidden, match="1 of its events are encrypted"):
        replay(MatrixSource(SETTINGS, {}, now), "matrix", pages)


def test_a_missing_event_is_fetched_from_the_room_that_has_it(
    now: datetime, replay: Replay
) -> None:
    source = MatrixSource(SETTINGS, {}, now)
    found = posts(replay(source, "matrix", first=source.missing("$e4")))
    assert found["$e4"].parent == "$e1"
    (request,) = source.missing("$e/1")
    assert request.url.endswith("/event/%24e%2F1"), "ids may hold anything"


def test_a_room_that_not_everybody_may_read_is_left_alone(now: datetime, replay: Replay) -> None:
    pages = {
        key: replace(page, body=page.body.replace(b"world_readable", b"shared"))
        for key, page in recorded("matrix").items()
    }
    with pytest.raises(SourceForbidden, match="its history is shared"):
        replay(MatrixSource(SETTINGS, {}, now), "matrix", pages)
    pages.pop(page_of("history_visibility/"))
    with pytest.raises(SourceForbidden, match="not for everybody"):
        replay(MatrixSource(SETTINGS, {}, now), "matrix", pages)


@pytest.mark.parametrize(("status", "error"), [(403, SourceForbidden), (503, SourceUnreachable)])
def test_a_server_without_guests_says_what_to_do(
    status: int, error: type[Exception], now: datetime, replay: Replay
) -> None:
    pages, url = recorded("matrix"), page_of("kind=guest")
    pages[url] = replace(pages[url], status=status)
    with pytest.raises(error, match="token"):
        replay(MatrixSource(SETTINGS, {}, now), "matrix", pages)


@pytest.mark.parametrize(
    ("body", "site"),
    [
        (b'{"m.homeserver": {"base_url": "https://synapse.matrix.test/"}}', "synapse.matrix.test"),
        (b'{"m.homeserver": {"base_url": "http://synapse.matrix.test/"}}', "matrix.test"),
        (b"<html>everything here answers so</html>", "matrix.test"),
    ],
)
def test_a_server_is_looked_for_where_its_name_says(body: bytes, site: str, now: datetime) -> None:
    given = SETTINGS.model_dump() | {"token": "segredo"}
    (first,) = MatrixSource(MatrixSettings.model_validate(given), {}, now).requests()
    assert first.url == "https://matrix.test/.well-known/matrix/client" and not first.headers
    (request,) = first.then(Response(first.url, 200, {}, body, first.context))
    assert request.url.startswith(f"https://{site}/_matrix/client/v3/directory/room/%23loja")
    assert "segredo" not in request.url, "and no guest is asked for"
    assert request.headers == {"Authorization": "Bearer segredo"}
