from datetime import UTC, datetime

import networkx as nx
import numpy as np
import pytest

from domain.influence import InteractionKind
from domain.windows import Window
from graph.actions import ActionLog
from graph.networks import edge_table, network, write_gexf, write_graphml

NOW = datetime.fromtimestamp(864_000, UTC)


@pytest.fixture
def log(log_of) -> ActionLog:
    made: ActionLog = log_of(30, 400, 3)
    return made


def test_it_is_a_plain_networkx_graph(log: ActionLog) -> None:
    made = network(log, 90.0, NOW)
    table = edge_table(log, 90.0, NOW)
    assert type(made) is nx.DiGraph
    assert set(made.nodes) == set(log.author_ids.tolist())
    assert made.number_of_edges() == len(table["speaker"])
    speaker, actor = int(table["speaker"][0]), int(table["actor"][0])
    edge = made.edges[speaker, actor]
    assert edge["acts"] == table["acts"][0]
    assert 0 < edge["probability"] < 1
    assert nx.pagerank(made.reverse(), weight="weight")


@pytest.mark.parametrize(
    ("write", "read"), [(write_graphml, nx.read_graphml), (write_gexf, nx.read_gexf)]
)
def test_files_come_back_the_same(log: ActionLog, tmp_path, write, read) -> None:
    made = network(log, 90.0, NOW)
    write(made, tmp_path / "graph")
    back = read(tmp_path / "graph", node_type=int)
    assert set(back.nodes) == set(made.nodes)
    assert set(back.edges) == set(made.edges)
    for source, target, values in made.edges(data=True):
        for name, value in values.items():
            assert back.edges[source, target][name] == pytest.approx(value)
    assert all(back.nodes[one]["posts"] == made.nodes[one]["posts"] for one in made)


def test_slices(log: ActionLog) -> None:
    early = Window(datetime.fromtimestamp(0, UTC), datetime.fromtimestamp(86_400, UTC))
    first_day = network(log.within(early), 90.0, NOW)
    assert 0 < first_day.number_of_edges() < network(log, 90.0, NOW).number_of_edges()
    assert network(log.of_kinds({InteractionKind.SHARE}), 90.0, NOW).number_of_edges() == 0
    few = network(log.among({10, 20, 30}), 90.0, NOW)
    assert set(few.nodes) <= {10, 20, 30}


def test_the_table_has_columns_of_one_length(log: ActionLog) -> None:
    table = edge_table(log, 90.0, NOW)
    assert list(table) == ["speaker", "actor", "acts", "posts", "weight", "probability"]
    assert len({len(column) for column in table.values()}) == 1
    assert np.all(table["acts"] <= table["posts"])


def test_nothing(tmp_path) -> None:
    empty = network(ActionLog.build([], []), 90.0, NOW)
    assert empty.number_of_nodes() == 0
    write_graphml(empty, tmp_path / "graph")
    assert nx.read_graphml(tmp_path / "graph").number_of_nodes() == 0
