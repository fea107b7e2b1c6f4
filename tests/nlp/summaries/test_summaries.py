"""Summaries: every word is somebody's, and what a model adds is thrown away."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from domain.people import Author
from domain.posts import Post, PostKind
from domain.summaries import Summary
from nlp.summaries.rewriting import rewritten
from nlp.summaries.settings import SummarySettings
from nlp.summaries.summarise import summarise

NOW = datetime(2026, 5, 20, tzinfo=UTC)
TEXTS = [
    "A entrega atrasou dez dias e ninguém avisou. Que decepção.",
    "Minha entrega atrasou de novo, e o rastreio parou em Curitiba.",
    "Entrega atrasou. O produto é ótimo, mas a entrega atrasou uma semana.",
    "O aplicativo fecha sozinho quando abro a fatura do mês.",
    "Não consigo abrir a fatura, o aplicativo fecha sozinho sempre.",
    "Bom dia.",
]


def posts(texts: list[str] = TEXTS) -> list[Post]:
    return [
        Post("f", str(id), PostKind.POST, text, NOW, Author("f", f"a{id}", f"a{id}"), id=id)
        for id, text in enumerate(texts, 1)
    ]


def test_extracts_are_sentences_of_their_posts() -> None:
    made = summarise(posts())
    by_id = {post.id: post for post in posts()}
    assert made.posts == made.voices == 6
    for one in made.extracts:
        assert one.span.of(by_id[one.post_id].content) == one.text
        assert one.post_id not in one.alike
    told = " ".join(one.text for one in made.extracts[:2])
    assert "entrega" in told.lower() and "aplicativo" in told.lower()


def test_phrases_are_counted_by_post_and_lead_to_them() -> None:
    phrases = {one.words: one.post_ids for one in summarise(posts()).phrases}
    assert phrases["entrega atrasou"] == (1, 2, 3)
    assert any("fecha sozinho" in words and ids == (4, 5) for words, ids in phrases.items())


def test_nothing_makes_nothing() -> None:
    assert summarise([]) == Summary(0, 0, (), ())
    assert summarise(posts(["ok"])).extracts == ()


def test_one_voice_has_one_extract() -> None:
    author = Author("f", "a", "a")
    said = [
        Post(
            "f",
            str(n),
            PostKind.POST,
            f"A entrega atrasou outra vez no dia {n}.",
            NOW,
            author,
            id=n,
        )
        for n in range(1, 5)
    ]
    assert len(summarise(said).extracts) == 1


@contextmanager
def model(content: object, status: int = 200) -> Iterator[SummarySettings]:
    """A chat server on loopback that answers everything alike."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            told = content if isinstance(content, str) else json.dumps(content)
            body = json.dumps({"choices": [{"message": {"content": told}}]}).encode()
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield SummarySettings(url=f"http://127.0.0.1:{server.server_port}/v1", model="m")
    finally:
        server.shutdown()
        server.server_close()


def test_a_model_may_say_what_it_cites() -> None:
    made = summarise(posts())
    answer = {"sentences": [{"text": "A entrega atrasou para vários.", "cites": [1]}]}
    with model(answer) as settings:
        told = rewritten(made, "pt", settings).rewritten
    assert [(one.text, one.post_ids) for one in told] == [
        ("A entrega atrasou para vários.", (made.extracts[0].post_id,))
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        {"text": "A entrega atrasou 45 dias.", "cites": [1]},
        {"text": "Segundo a Anatel a entrega atrasou.", "cites": [1]},
        {"text": "Tudo vai bem.", "cites": [99]},
    ],
)
def test_what_no_post_says_is_thrown_away(sentence: dict[str, object]) -> None:
    made = summarise(posts())
    with model({"sentences": [sentence]}) as settings:
        assert rewritten(made, "pt", settings) == made


@pytest.mark.parametrize(
    "answer",
    ["no JSON", {"sentences": [{"text": "Without cites."}]}, {"other": 1}, [1], ""],
)
def test_an_answer_of_another_shape_changes_nothing(answer: object) -> None:
    made = summarise(posts())
    with model(answer) as settings:
        assert rewritten(made, "pt", settings) == made


def test_a_model_that_fails_or_is_not_there_changes_nothing() -> None:
    made = summarise(posts())
    with model({"sentences": []}, status=500) as settings:
        assert rewritten(made, "pt", settings) == made
    assert rewritten(made, "pt", settings) == made
    assert rewritten(made, "pt", SummarySettings()) == made
