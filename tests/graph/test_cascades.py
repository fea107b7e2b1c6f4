from graph.actions import ActionLog
from graph.cascades import Cascades, cascades

Rows = list[tuple[int, int, float, int, int, str]]


def rows_of(log: ActionLog, found: Cascades) -> list[tuple[int, int, int, float]]:
    author, actor = log.author_ids[found.author], log.author_ids[found.actor]
    columns = found.post.tolist(), author.tolist(), actor.tolist(), found.at.tolist()
    return list(zip(*columns, strict=True))


def happened(acts: Rows) -> list[tuple[int, int, int, float]]:
    log = ActionLog.build([acts], [])
    return rows_of(log, cascades(log))


def test_replies_to_replies_count_for_the_root() -> None:
    acts = [
        (3, 4, 3.0, 23, 22, "reply"),
        (1, 2, 1.0, 21, 20, "reply"),
        (2, 3, 2.0, 22, 21, "reply"),
        (7, 2, 9.0, 71, 70, "reply"),
    ]
    assert happened(acts) == [(20, 1, 2, 1.0), (20, 1, 3, 2.0), (20, 1, 4, 3.0), (70, 7, 2, 9.0)]


def test_a_person_counts_once_and_first_and_the_author_never() -> None:
    acts = [
        (1, 2, 5.0, 22, 20, "reply"),
        (1, 2, 1.0, 21, 20, "reply"),
        (2, 1, 2.0, 23, 21, "reply"),
        (1, 3, 3.0, 24, 23, "reply"),
    ]
    assert happened(acts) == [(20, 1, 2, 1.0), (20, 1, 3, 3.0)]


def test_an_act_on_an_account_sets_off_no_cascade() -> None:
    assert happened([(1, 2, 5.0, 22, 0, "mention")]) == []


def test_accepting_an_answer_turns_no_root_upside_down() -> None:
    acts = [(1, 2, 5.0, 21, 20, "reply"), (2, 1, 0.0, 20, 21, "accepted_answer")]
    assert happened(acts) == [(20, 1, 2, 5.0)]


def test_a_loop_in_bad_data_ends() -> None:
    assert len(happened([(1, 2, 0.0, 21, 20, "reply"), (2, 1, 0.0, 20, 21, "reply")])) <= 2


def test_sizes() -> None:
    acts = [(1, v, 0.0, 30 + v, 20, "reply") for v in (2, 3, 4)] + [(2, 1, 0.0, 50, 40, "reply")]
    author, size = cascades(ActionLog.build([acts], [])).sizes()
    assert (author.tolist(), size.tolist()) == ([0, 1], [3, 1])


def test_nothing() -> None:
    assert happened([]) == []
