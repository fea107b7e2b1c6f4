"""What docs/graph.md shows is what the commands answer."""

import json
import shlex
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from app.cli.graph import MeasureOption
from app.cli.root import cli
from graph.ranking import MEASURES

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "graph.md").read_text("utf-8")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    lines = PAGE.split("$ cat acts.csv\n")[1].split("```")[0]
    (tmp_path / "acts.csv").write_text(lines, encoding="utf-8")
    return tmp_path


def asked(line: str) -> str:
    result = CliRunner().invoke(cli, shlex.split(line))
    assert result.exit_code == 0, result.output
    return result.stdout


def test_rank_as_in_the_page(folder: Path) -> None:
    command, answer = PAGE.split("$ boca ")[1].split("\n")[:2]
    assert json.loads(asked(command)) == json.loads(answer)


def test_seeds_as_in_the_page(folder: Path) -> None:
    found = json.loads(asked(PAGE.split("$ boca ")[2].split("\n")[0]))
    assert found["seeds"][0] == "eva" and found["count"] == 2
    assert found["spread"]["low"] <= found["spread"]["mean"] <= found["spread"]["high"]
    assert found["spread"]["mean"] >= found["naive_spread"]["mean"] - 0.05


def test_cascades_say_who_is_followed_whatever_the_acts_say(folder: Path) -> None:
    acts = ["source,target", *(f"a{n},loud" for n in range(6)), *(f"a{n},true" for n in range(6))]
    (folder / "both.csv").write_text("\n".join(acts) + "\n", encoding="utf-8")
    lines = [f"true 0 {' '.join(f'a{n} {n + 1}' for n in range(6))}\nloud 0" for _ in range(40)]
    (folder / "seen.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    blind = json.loads(asked("graph rank both.csv --json"))["ranking"]
    told = json.loads(asked("graph rank both.csv --cascades seen.txt --json"))["ranking"]
    assert blind[0]["value"] == pytest.approx(blind[1]["value"])
    reach = {row["id"]: row["value"] for row in told}
    assert reach["true"] > 5 > 1 > reach["loud"]
    chosen = json.loads(asked("graph seeds both.csv -k 1 --cascades seen.txt --json"))
    assert chosen["seeds"] == ["true"]
    assert chosen["spread"]["mean"] > 6


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_written_to_a_file(folder: Path, ending: str) -> None:
    asked(f"graph rank acts.csv --measure degree -o ranking.{ending}")
    assert (folder / f"ranking.{ending}").stat().st_size > 50


def refused(line: str) -> str:
    result = CliRunner().invoke(cli, shlex.split(line))
    assert result.exit_code != 0, result.output
    return result.output + str(result.exception)


def test_every_measure_is_offered() -> None:
    assert {one.value for one in MeasureOption} == set(MEASURES)
    for one in MeasureOption:
        assert f"`{one.value}`" in PAGE


def test_a_file_is_written_whole_or_not_at_all(folder: Path) -> None:
    (folder / "plain.csv").write_text("source,target\na,b\n", encoding="utf-8")
    assert "no followers" in refused("graph rank plain.csv --measure followers -o out.csv")
    assert "cannot be written as .txt" in refused("graph rank none.csv -o out.txt")
    assert "cannot write" in refused("graph rank plain.csv -o none/out.csv")
    assert not (folder / "out.csv").exists()


def test_a_ranking_in_parquet_has_the_columns_of_the_page(folder: Path) -> None:
    asked("graph rank acts.csv --measure vendor-reach --platform x --top 2 -o ranking.parquet")
    found = pq.read_table(folder / "ranking.parquet")
    assert found.schema.names == ["rank", "id", "value", "low", "high"]
    assert found.to_pylist()[0] == {"rank": 1, "id": "eva", "value": 0.3, "low": 0.3, "high": 0.3}


def test_a_vendor_has_a_factor_for_some_platforms_only(folder: Path) -> None:
    assert "whose factor" in refused("graph rank acts.csv --measure vendor-reach")
    assert "no factor for orkut" in refused(
        "graph rank acts.csv --measure vendor-reach --platform orkut"
    )
