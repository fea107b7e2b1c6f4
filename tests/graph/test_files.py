from pathlib import Path

import networkx as nx
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from domain.errors import UsageError
from graph.files import read_interactions
from graph.ranking import MEASURES, Chances, Slice, rank
from graph.settings import GraphSettings

LINES = """source,target,time,kind,weight
bia,ana,2026-03-01T12:00:00Z,reply,1
caio,ana,2026-03-02,share,2
davi,bia,1772500000.5,reply,1
ana,eva,1772500000,follow,1
eva,eva,1772500000,reply,1
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "acts.csv"
    path.write_text(LINES, encoding="utf-8")
    return path


def test_csv(table: Path) -> None:
    read = read_interactions(table)
    assert read.names == ["bia", "caio", "davi", "ana", "eva"]
    assert [read.names[one] for one in read.speaker] == ["ana", "ana", "bia", "eva"]
    assert read.at[:3].tolist() == [1772366400.0, 1772409600.0, 1772500000.5]
    assert [read.kinds[one] for one in read.kind] == ["reply", "share", "reply", "follow"]
    assert read.weight.tolist() == [1, 2, 1, 1]


def test_parquet_and_its_own_types(tmp_path: Path) -> None:
    path = tmp_path / "acts.parquet"
    at = pa.array([0, 1_500_000], pa.timestamp("us", "UTC"))
    columns = {"source": [7, 8], "target": [9, 9], "time": at, "note": ["x", "y"]}
    pq.write_table(pa.table(columns), path)
    read = read_interactions(path)
    assert read.names == ["7", "8", "9"]
    assert read.at.tolist() == [0.0, 1.5]
    assert read.weight.tolist() == [1, 1] and not len(read.kind)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("x,,1,reply,1", "line 3"),
        ("x,y,soon,reply,1", "line 3"),
        ("x,y,1,reply,-1", "line 3"),
        ("x,y,1,reply,many", "line 3"),
        ("x,y,1,reply,0", "a number above 0"),
        ("x,y,1,reply,1e39", "a number above 0"),
        ("x,y,1,reply,", "weight is empty"),
        ("x,y,1772366400000,reply,1", "not milliseconds"),
        ("x,y", "cannot read"),
    ],
)
def test_bad_lines_are_named(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "acts.csv"
    path.write_text("\n".join([*LINES.splitlines()[:2], line]), encoding="utf-8")
    with pytest.raises(UsageError) as error:
        read_interactions(path)
    assert said in str(error.value)


def test_missing_column_and_missing_file(tmp_path: Path) -> None:
    path = tmp_path / "acts.csv"
    path.write_text("from,to\na,b\n", encoding="utf-8")
    with pytest.raises(UsageError, match="no column named source or target"):
        read_interactions(path)
    with pytest.raises(UsageError, match="cannot read"):
        read_interactions(tmp_path / "none.csv")


def made(table: Path, **asked: object) -> Slice:
    return Slice.of(read_interactions(table), settings=GraphSettings(), **asked)  # type: ignore[arg-type]


def test_half_life(table: Path) -> None:
    weight = made(table, half_life_days=1.0).weight
    assert weight[2] == pytest.approx(1.0) and weight[1] == pytest.approx(
        2 * 0.5 ** (90400.5 / 86400), rel=1e-4
    )


@pytest.mark.parametrize(
    "measure", sorted(MEASURES.keys() - {"credit", "credit-each", "credit-total"})
)
def test_every_measure_values_everyone(table: Path, measure: str) -> None:
    values = rank(made(table, around=("ana",), platform="x"), measure)
    assert all(one.shape == (5,) and np.isfinite(one).all() for one in values)


def test_measures_agree_with_networkx(tmp_path: Path) -> None:
    chance = np.random.default_rng(3)
    pairs = chance.integers(0, 40, (400, 2))
    path = tmp_path / "acts.csv"
    path.write_text("source,target\n" + "\n".join(f"n{u},n{v}" for u, v in pairs), encoding="utf-8")
    given = made(path, around=("n3",))
    many = nx.MultiDiGraph([(f"n{u}", f"n{v}") for u, v in pairs.tolist() if u != v])
    names = given.acts.names

    def same(measure: str, expected: dict[str, float], off: float = 1e-6) -> None:
        assert rank(given, measure)[0] == pytest.approx([expected[n] for n in names], abs=off)

    same("pagerank", nx.pagerank(many, tol=1e-10))
    same("personalised", nx.pagerank(many, personalization={"n3": 1}, tol=1e-10))
    same("degree", dict(nx.DiGraph(many).in_degree()))
    same("k-core", nx.core_number(nx.Graph(many)))
    same("betweenness", nx.betweenness_centrality(nx.DiGraph(many).reverse()))


def test_vendors_formulas_and_brokers(tmp_path: Path) -> None:
    lines = ["source,target,kind"]
    for side in "xy":
        lines += [f"{side}{a},{side}{b},reply" for a in range(5) for b in range(5) if a != b]
    lines += ["go,x0,reply", "go,x1,reply", "y0,go,reply", "y1,go,reply", "x0,x1,follow"]
    path = tmp_path / "acts.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    given = made(path, platform="instagram")
    names = given.acts.names
    assert names[int(rank(given, "brokerage")[0].argmax())] == "go"
    vendor = dict(zip(names, rank(given, "vendor-reach")[0].tolist(), strict=True))
    assert vendor["x1"] == pytest.approx(0.6) and sum(vendor.values()) == pytest.approx(0.6)
    score = rank(given, "vendor-score")[0]
    assert names[int(score.argmax())] == "x1" and score.max() == 100


def test_weights_as_probabilities(tmp_path: Path) -> None:
    path = tmp_path / "acts.csv"
    path.write_text("source,target,weight\nb,a,0.5\nb,a,0.5\nc,a,0.25\n", encoding="utf-8")
    reach = rank(made(path, chances=Chances.WEIGHTS), "reach")[0]
    assert reach == pytest.approx([0, 0, 1.0], abs=1e-6)


def test_who_is_not_there(table: Path) -> None:
    with pytest.raises(UsageError, match="zeca"):
        made(table, around=("zeca",))
    with pytest.raises(UsageError, match="no measure"):
        rank(made(table), "fame")
