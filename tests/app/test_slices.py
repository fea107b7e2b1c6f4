"""Commands for analysts on a small store, as they are typed."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import networkx as nx
import pyarrow.parquet as pq
import pytest

from app.cli import main
from app.rounds import rounds
from app.slicing import Choice, chosen
from domain.influence import InteractionKind
from tests.app.small import NOW, OpenApp


@pytest.fixture
def ask(
    town: SimpleNamespace,
    open_app: OpenApp,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):
    """Ask `boca graph …` for JSON; its lines."""
    app = open_app(town.folder)
    list(rounds(app))
    capsys.readouterr()

    def typed(*words: str) -> tuple[int, list]:
        now = NOW.strftime("%Y-%m-%dT%H:%M:%S")
        given = ["boca", "--config", str(town.folder / "config.yaml"), "--now", now]
        monkeypatch.setattr(sys, "argv", [*given, "--json", "graph", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        said = [line for line in capsys.readouterr().out.splitlines() if line[:1] in "{n"]
        return int(ended.value.code or 0), [json.loads(line) for line in said]

    typed.app = app
    return typed


def test_around_somebody_and_between_two(ask, tmp_path: Path) -> None:
    code, around = ask("ego", "pessoa0", "--depth", "2")
    assert code == 0 and "pessoa0" in {row["name"] for row in around}
    assert [row["reach"] for row in around] == sorted((r["reach"] for r in around), reverse=True)
    code, (way,) = ask("path", "forum:u0", "pessoa3")
    assert code == 0 and way["names"][0] == "pessoa0" and way["names"][-1] == "pessoa3"
    assert 0 < way["probability"] <= 1
    assert ask("ego", "ninguem")[0] == 2


def test_slices_are_cut_and_written_with_weights(ask, tmp_path: Path) -> None:
    _, (all_of_it,) = ask("slice", "-o", str(tmp_path / "all.parquet"))
    _, (billing,) = ask("slice", "--stage", "billing", "-o", str(tmp_path / "b.parquet"))
    assert 0 < billing["edges"] < all_of_it["edges"]
    assert {"weight", "probability"} <= set(pq.read_table(tmp_path / "b.parquet").column_names)
    for name in ("x.graphml", "x.gexf"):
        assert ask("slice", "--brand", "mare", "--days", "2", "-o", str(tmp_path / name))[0] == 0
    made = nx.read_graphml(tmp_path / "x.graphml")
    assert made.number_of_edges() and all("weight" in d for *_, d in made.edges(data=True))
    assert ask("slice", "-o", str(tmp_path / "x.txt"))[0] == 2


def test_a_community_is_a_slice_too(ask) -> None:
    _, found = ask("communities")
    assert found and {"id", "members", "inside", "mutual"} <= set(found[0])
    with ask.app.store.reading() as unit:
        home = found[0]["id"]
        members = set(unit.communities.members(home, 100))
        cut = chosen(unit, Choice(community=home))
        assert cut.acts and {*cut.author_ids[cut.actor].tolist()} <= members
        assert chosen(unit, Choice(kinds=(InteractionKind.SHARE,))).acts == 0
    _, voices = ask("slice", "--community", str(home))
    assert {row["author_id"] for row in voices} <= members


def test_adopters_of_what_nobody_named(ask) -> None:
    assert ask("adopters") == (0, [])
    assert ask("adopters", "Lua")[0] == 2
