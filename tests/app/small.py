"""A small Boca for tests: its posts, its settings, and a reader that needs no model."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from app.application import App
from app.settings import load_settings
from crawlers import postline
from domain.analyses import Analysis, Mention, Polarity, Sentiment, StageLabel
from domain.people import Author
from domain.posts import Post, PostKind
from storage import open_store

NOW = datetime(2026, 5, 20, 15, 30, tzinfo=UTC)

SETTINGS = """
brands:
  - {{id: mare, name: Maré, accounts: [mare_ajuda]}}
stages:
  - {{id: billing, name: Billing, weight: 0.9, owner: rui,
      playbook: {{title: A wrong bill, steps: [Look at the bill, Say sorry, Pay back]}}}}
  - {{id: delivery, name: Delivery, weight: 0.5, owner: rui}}
people:
  - {{id: rui, name: Rui, role: lead, language: pt, zone: Europe/Lisbon,
      channels: {{hook: rui}}}}
  - {{id: ana, name: Ana, role: manager, zone: Europe/London, digest_at: 08:00,
      channels: {{hook: ana}}}}
sources:
  - kind: file
    name: forum
    every: 30s
    files: [{{path: {folder}/posts.jsonl}}]
alerts:
  rules:
    - {{kind: high_reach_experience, min_priority: 0.01, min_reach_to_come: 0.01}}
    - {{kind: volume_spike}}
  notifiers:
    hook: {{kind: webhook, url: "{hook}", per_minute: 6000}}
  max_alerts_per_hour: 1000
graph: {{samples: 8}}
storage: {{url: "{url}"}}
"""


def read(post: Post, now: datetime) -> Analysis:
    """Understand the few words that these posts are made of."""
    bad, good = "ruim" in post.text, "bom" in post.text
    polarity = Polarity.NEGATIVE if bad else Polarity.POSITIVE if good else Polarity.NEUTRAL
    score = -0.9 if bad else 0.8 if good else 0.0
    stage = next((word for word in ("billing", "delivery") if word in post.text), None)
    return Analysis(
        post_id=post.id,
        language="pt",
        sentiment=Sentiment(polarity, score, 0.9),
        mentions=(Mention("mare"),) if "Maré" in post.text else (),
        stages=(StageLabel(stage, 0.9),) if stage else (),
        opinions=(),
        version="test-1",
        analysed_at=now,
    )


class Reader:
    """Stands in for the language pipeline, which is tested on its own."""

    version = "test-1"

    def analyse(self, posts: Iterable[Post], now: datetime) -> Iterator[Analysis]:
        return (read(post, now) for post in posts)


def conversation(size: int = 12) -> list[Post]:
    """Complaints of a few customers, and what others say to them."""
    people = [Author("forum", f"u{n}", name=f"pessoa{n}") for n in range(8)]
    brand = Author("forum", "brand", name="mare_ajuda")
    posts: list[Post] = []
    for n in range(size):
        stage = ("billing", "delivery")[n % 2]
        at = NOW - timedelta(hours=5 * (size - n))
        root = f"p{n}"
        text = f"Maré {stage} muito {'ruim' if n % 3 else 'bom'} caso {n}"
        posts.append(Post("forum", root, PostKind.POST, text, at, people[n % 5]))
        for k in range(n % 4 + 1):
            posts.append(
                Post(
                    "forum",
                    f"{root}-{k}",
                    PostKind.REPLY,
                    f"comigo também, {k}",
                    at + timedelta(minutes=10 * (k + 1)),
                    people[(n + k + 1) % 8],
                    parent=root if k < 2 else f"{root}-{k - 1}",
                    thread=root,
                )
            )
    last = NOW - timedelta(hours=1)
    posts.append(Post("forum", "ans", PostKind.REPLY, "já vemos", last, brand, "p1", "p1"))
    return posts


def write_posts(folder: Path, posts: Iterable[Post]) -> None:
    lines = [json.dumps(postline.encode(post), ensure_ascii=False) for post in posts]
    (folder / "posts.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


@dataclass
class Sink:
    """A webhook receiver that remembers every message by its key."""

    url: str = ""
    received: list[tuple[str, bytes]] = field(default_factory=list)

    def by_key(self) -> dict[str, set[bytes]]:
        found: dict[str, set[bytes]] = {}
        for key, body in self.received:
            found.setdefault(key, set()).add(body)
        return found


@pytest.fixture
def sink() -> Iterator[Sink]:
    sink = Sink()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers["Content-Length"])
            body = self.rfile.read(size)
            if len(body) < size:  # whoever sent it was killed
                return
            sink.received.append((self.headers["Idempotency-Key"], body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    sink.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield sink
    server.shutdown()
    server.server_close()
    thread.join()


OpenApp = Callable[..., App]


@pytest.fixture
def open_app(sink: Sink) -> Iterator[OpenApp]:
    """Open the small Boca in a folder, at a moment, on a database, with other sections."""
    opened: list[App] = []

    def open_it(
        folder: Path, now: datetime = NOW, url: str | None = None, **sections: object
    ) -> App:
        folder.mkdir(parents=True, exist_ok=True)
        config = folder / "config.yaml"
        database = url or f"sqlite:///{folder}/boca.db"
        raw = yaml.safe_load(SETTINGS.format(folder=folder, hook=sink.url, url=database))
        config.write_text(yaml.safe_dump(raw | sections), encoding="utf-8")
        settings = load_settings(config, {})
        store = open_store(settings.storage)
        app = App(settings, store, clock=lambda: now, open_workers=lambda *_: nullcontext(Reader()))
        opened.append(app)
        return app

    yield open_it
    for app in opened:
        app.store.close()


@pytest.fixture
def town(tmp_path: Path) -> SimpleNamespace:
    """A folder with the posts of a small conversation."""
    posts = conversation()
    write_posts(tmp_path, posts)
    return SimpleNamespace(folder=tmp_path, posts=posts)
