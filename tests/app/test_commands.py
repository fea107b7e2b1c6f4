"""The command line, as a person types it."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import networkx as nx
import pyarrow.parquet as pq
import pytest

from app.cli import main
from app.cli.root import cli
from app.rounds import rounds
from app.settings import load_settings
from domain.posts import Post, PostKind
from storage import open_store
from storage.settings import StorageSettings
from tests.app.small import NOW, OpenApp, write_posts


class Boca:
    """Types commands in a folder."""

    def __init__(self, capsys: pytest.CaptureFixture[str], config: Path) -> None:
        self._capsys, self._config = capsys, config

    def __call__(self, *words: str) -> tuple[int, str, str]:
        """Exit code, output and complaints of one command."""
        now = NOW.strftime("%Y-%m-%dT%H:%M:%S")
        sys.argv = ["boca", "--config", str(self._config), "--now", now, *words]
        with pytest.raises(SystemExit) as ended:
            main()
        said = self._capsys.readouterr()
        return int(ended.value.code or 0), said.out, " ".join(said.err.split())


@pytest.fixture
def boca(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Boca:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [])
    monkeypatch.setenv("COLUMNS", "200")
    return Boca(capsys, tmp_path / "config.yaml")


def test_init_writes_settings_that_load(boca: Boca, tmp_path: Path) -> None:
    code, said, _ = boca("init", "Café Aurora", "--yes")
    assert code == 0
    assert "boca doctor" in said
    assert load_settings(tmp_path / "config.yaml", {}).brands[0].name == "Café Aurora"


def test_init_asks_and_uses_the_answers(
    boca: Boca, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = "blog.example.org/feed, https://loja.example.org"
    given = [
        "aurora, cafe aurora",
        "@aurora",
        places,
        "Rita",
        "r@example.org",
        "pt",
        "Europe/Lisbon",
    ]
    answers = iter(given)
    monkeypatch.setattr("typer.prompt", lambda *args, **kwargs: next(answers))
    assert boca("init", "Café Aurora")[0] == 0
    settings = load_settings(tmp_path / "config.yaml", {})
    assert settings.brands[0].aliases == ("aurora", "cafe aurora")
    assert [source.kind for source in settings.sources] == ["feed", "wordpress"]
    assert settings.people[0].channels == {"screen": "Rita", "mail": "r@example.org"}


def test_init_never_overwrites(boca: Boca, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("mine")
    code, _, complaint = boca("init", "Café", "--yes")
    assert (code, (tmp_path / "config.yaml").read_text()) == (2, "mine")
    assert "--force" in complaint


@pytest.mark.parametrize("words", [["nosuch"], ["serve", "--port", "x"]])
def test_a_mistyped_command_is_one_line_and_exit_two(words: list[str]) -> None:
    told = subprocess.run(
        [sys.executable, "-c", "from app.cli import main; main()", *words],
        capture_output=True,
        text=True,
    )
    assert told.returncode == 2
    assert told.stderr.startswith("boca: ") and told.stderr.count("\n") == 1


def test_wrong_settings_exit_with_three(boca: Boca, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("brands: []\nwbe: {}")
    code, _, complaint = boca("crawl")
    assert code == 3
    assert "wbe" in complaint
    assert "brands" in complaint


def test_a_file_that_is_no_database_exits_with_four(
    boca: Boca, town: SimpleNamespace, open_app: OpenApp
) -> None:
    open_app(town.folder).store.close()
    for path in town.folder.glob("boca.db*"):
        path.unlink()
    (town.folder / "boca.db").write_bytes(b"this is a letter, not a database, " * 200)
    code, _, complaint = boca("crawl")
    assert code == 4
    assert "boca.db" in complaint
    assert "→" in complaint


def test_a_second_instance_is_told_of_the_first(
    boca: Boca, town: SimpleNamespace, open_app: OpenApp
) -> None:
    app = open_app(town.folder)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, f"sqlite:///{town.folder}/boca.db"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).resolve().parents[2],
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    code, _, complaint = boca("crawl")
    holder.communicate(b"\n")
    assert code == 8
    assert str(holder.pid) in complaint
    with app.store.reading() as unit:
        assert unit.posts.count() == 0


HOLD = """
import sys
from storage import open_store
from storage.settings import StorageSettings
with open_store(StorageSettings(url=sys.argv[1])).instance_lock("work"):
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_a_full_disk_loses_nothing(boca: Boca, town: SimpleNamespace, open_app: OpenApp) -> None:
    """The round stops with a sentence; once there is room, the next one does it all."""
    open_app(town.folder)
    long = [Post("forum", f"x{n}", PostKind.POST, "palavra " * 4000, NOW) for n in range(300)]
    write_posts(town.folder, long)
    (town.folder / "crawl.py").write_text(CRAWL)
    limit = f"ulimit -f 2000; exec {sys.executable} {town.folder / 'crawl.py'}"
    root = Path(__file__).resolve().parents[2]
    config = str(town.folder / "config.yaml")
    environment = {**os.environ, "BOCA_CONFIG": config, "PYTHONPATH": str(root)}
    full = subprocess.run(
        ["bash", "-c", limit], cwd=root, env=environment, capture_output=True, text=True
    )
    assert full.returncode == 4, full.stderr
    assert "→" in full.stderr
    with open_store(StorageSettings(url=f"sqlite:///{town.folder}/boca.db")).reading() as unit:
        assert unit.posts.count() in range(300)
    assert boca("--json", "crawl", "forum")[0] == 0
    with open_store(StorageSettings(url=f"sqlite:///{town.folder}/boca.db")).reading() as unit:
        assert unit.posts.count() == 300


CRAWL = """
import signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
sys.argv = ["boca", "crawl", "forum"]
from app.cli import main
main()
"""


def test_import_shows_before_it_stores(
    boca: Boca, town: SimpleNamespace, open_app: OpenApp
) -> None:
    app = open_app(town.folder)
    code, said, _ = boca("import", "forum", "--preview", "3")
    assert code == 0
    assert said.count("caso") + said.count("comigo") == 3
    with app.store.reading() as unit:
        assert unit.posts.count() == 0
    _, said, _ = boca("--json", "import")
    assert json.loads(said)["counts"]["posts_new"] == len(town.posts)


def test_an_unknown_source_is_a_clear_error(
    boca: Boca, town: SimpleNamespace, open_app: OpenApp
) -> None:
    open_app(town.folder)
    code, _, complaint = boca("crawl", "froum")
    assert code == 2
    assert "froum" in complaint
    assert "forum" in complaint


@pytest.fixture
def filled(town: SimpleNamespace, open_app: OpenApp) -> Path:
    list(rounds(open_app(town.folder)))
    folder: Path = town.folder
    return folder


@pytest.mark.parametrize("what", ["posts", "experiences", "influence", "graph"])
def test_exports_agree_whatever_the_format(boca: Boca, filled: Path, what: str) -> None:
    files = {ending: filled / f"{what}.{ending}" for ending in ("csv", "jsonl", "parquet")}
    for path in files.values():
        assert boca("export", what, "-o", str(path))[0] == 0
    with files["csv"].open(newline="") as file:
        rows = list(csv.DictReader(file))
    lines = [json.loads(line) for line in files["jsonl"].read_text().splitlines()]
    table = pq.read_table(files["parquet"])
    assert len(rows) == len(lines) == table.num_rows > 0
    assert list(rows[0]) == list(lines[0]) == table.column_names


@pytest.mark.parametrize(("ending", "read"), [("graphml", nx.read_graphml), ("gexf", nx.read_gexf)])
def test_the_graph_opens_elsewhere(boca: Boca, filled: Path, ending: str, read: object) -> None:
    path = filled / f"graph.{ending}"
    assert boca("export", "graph", "-o", str(path))[0] == 0
    made = read(path)  # type: ignore[operator]
    assert made.number_of_edges() > 0
    assert all("probability" in data for _, _, data in made.edges(data=True))


def test_the_exported_acts_are_what_the_graph_commands_read(
    boca: Boca, filled: Path, open_app: OpenApp
) -> None:
    path = filled / "acts.csv"
    assert boca("export", "graph", "-o", str(path))[0] == 0
    with open_app(filled).store.reading() as unit:
        acts = [act for batch in unit.interactions.log(None) for act in batch]
    with path.open(newline="") as file:
        written = {(row["source"], row["target"]) for row in csv.DictReader(file)}
    assert written == {(str(actor), str(speaker)) for speaker, actor, *_ in acts}
    code, said, _ = boca("graph", "rank", str(path), "--measure", "degree", "--json")
    ranked = {row["id"]: row["value"] for row in json.loads(said)["ranking"]}
    audience = {speaker: set() for speaker, *_ in acts}
    for speaker, actor, *_ in acts:
        audience[speaker] |= {actor} - {speaker}
    assert code == 0
    assert {who: ranked[str(who)] for who in audience} == {w: len(a) for w, a in audience.items()}


def test_a_spreadsheet_runs_no_formula(
    boca: Boca, tmp_path: Path, town: SimpleNamespace, open_app: OpenApp
) -> None:
    evil = Post("forum", "x", PostKind.POST, "=HYPERLINK(1)", NOW - timedelta(hours=1))
    write_posts(town.folder, [evil])
    open_app(town.folder)
    boca("crawl")
    boca("export", "posts", "-o", str(tmp_path / "posts.csv"))
    with (tmp_path / "posts.csv").open(newline="") as file:
        assert next(csv.DictReader(file))["text"] == "'=HYPERLINK(1)"


def test_an_export_that_cannot_be_says_what_can(boca: Boca, filled: Path) -> None:
    code, _, complaint = boca("export", "posts", "-o", str(filled / "posts.graphml"))
    assert code == 2
    assert ".parquet" in complaint


def test_a_file_that_cannot_be_written_and_names_not_known_are_told(
    boca: Boca, filled: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    below = str(tmp_path / "file" / "x")
    for words in (("export", "posts", "-o"), ("graph", "slice", "-o")):
        code, _, told = boca(*words, f"{below}.parquet")
        assert code == 2 and "cannot write" in told and "where you may write" in told
    for words in (("queue", "--brand"), ("queue", "--stage"), ("summary", "--brand")):
        code, _, told = boca(*words, "nope")
        assert code == 2 and "is called nope" in told and "one of" in told


def test_a_wrong_shape_is_named_as_yaml_names_it(boca: Boca, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("brands: 3\nstorage: []\n", encoding="utf-8")
    code, _, told = boca("queue")
    assert code == 3 and "tuple" not in told and "dictionary" not in told
    assert "brands: should be a list" in told and "storage: should be keys with values" in told


def test_every_command_is_documented() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "commands.md").read_text("utf-8")
    names = [info.name or info.callback.__name__ for info in cli.registered_commands]  # type: ignore[union-attr]
    assert not [name for name in names if f"`boca {name}" not in text]
