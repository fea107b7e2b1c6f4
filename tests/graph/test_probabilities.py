import numpy as np
import pytest

from graph.actions import ActionLog
from graph.audience import Audience, fit_audience
from graph.evidence import DAY, evidence
from graph.probabilities import Learned, learn

Rows = list[tuple[int, int, float, int, int, str]]


def edge_acts(speaker: int, actor: int, count: int, at: float = 0.0) -> Rows:
    return [(speaker, actor, at, 0, speaker * 1_000 + i, "reply") for i in range(count)]


def learned(
    acts: Rows, said: list[tuple[int, float]], now: float = 0.0
) -> tuple[ActionLog, Learned]:
    log = ActionLog.build([acts], [said])
    return log, learn(evidence(log, 30.0, now))


def probability(log: ActionLog, found: Learned, speaker: int, actor: int) -> float:
    edge = found.edge(*log.index([speaker, actor]))
    assert edge is not None
    return edge.probability


def test_one_lucky_reply_ranks_below_forty_of_fifty() -> None:
    acts = edge_acts(1, 9, 1) + edge_acts(2, 9, 40)
    log, found = learned(acts, [(1, 0.0)] + [(2, 0.0)] * 50)
    assert probability(log, found, 1, 9) < 0.75 * probability(log, found, 2, 9)
    assert 0.5 < probability(log, found, 2, 9) < 0.8


def test_more_evidence_of_the_same_rate_is_believed_more() -> None:
    acts = edge_acts(1, 9, 1) + edge_acts(2, 9, 10) + edge_acts(3, 9, 100)
    log, found = learned(acts, [(1, 0.0)] * 2 + [(2, 0.0)] * 20 + [(3, 0.0)] * 200)
    values = [probability(log, found, speaker, 9) for speaker in (1, 2, 3)]
    assert values == sorted(values)
    assert values[2] == pytest.approx(0.5, abs=0.05)


def test_old_acts_fade() -> None:
    acts = edge_acts(1, 9, 5, at=0.0) + edge_acts(2, 9, 5, at=300 * DAY)
    said = [(1, 0.0)] * 10 + [(2, 300 * DAY)] * 10
    log, found = learned(acts, said, now=300 * DAY)
    assert probability(log, found, 1, 9) < 0.2 * probability(log, found, 2, 9)


def test_what_an_edge_rests_on_can_be_shown() -> None:
    log, found = learned(edge_acts(1, 9, 3), [(1, 0.0)] * 12)
    edge = found.edge(*log.index([1, 9]))
    assert edge is not None
    assert (edge.acts, edge.posts, edge.fresh_acts, edge.fresh_posts) == (3, 12, 3.0, 12.0)
    assert found.edge(*log.index([9, 1])) is None


def test_newcomers_become_fewer_with_every_post() -> None:
    said = [(1, 0.0)] + [(2, 0.0)] * 10 + [(3, 0.0)] * 100
    acts = [(u, 10 * u + i, 0.0, 0, u * 1_000 + i, "reply") for u in (1, 2, 3) for i in range(1)]
    log, found = learned(acts, said)
    one, ten, hundred = found.newcomers[log.index([1, 2, 3])]
    assert one > ten > hundred > 0


def test_a_silent_author_is_taken_for_an_average_one() -> None:
    chance = np.random.default_rng(1)
    acts = [
        (u, int(v), 0.0, 0, u * 100 + i, "reply")
        for u in range(1, 200)
        for i in range(5)
        for v in chance.integers(1_000, 9_000, 2)
    ]
    log, found = learned(acts, [(u, 0.0) for u in range(1, 200) for _ in range(5)])
    newcomer = found.newcomers[log.index(acts[0][1])]
    assert newcomer == pytest.approx(found.audience.mean[0], rel=1e-6)
    assert newcomer == pytest.approx(2.0, rel=0.2)


@pytest.mark.parametrize("doubt", [1.0, 7.0, 300.0])
def test_seen_is_the_sum_of_unseen(doubt: float) -> None:
    audience = Audience(np.array(doubt), 1.0, np.array(1.0))
    posts = np.arange(0.0, 50.0)
    summed = np.concatenate([[0.0], np.cumsum(audience.unseen(posts))[:-1]])
    assert audience.seen(posts) == pytest.approx(summed, rel=1e-9)


def test_the_prior_is_found_again() -> None:
    """Acts drawn as in the Indian buffet process, which is what the model predicts."""
    chance = np.random.default_rng(3)
    doubt, shape, mean = 12.0, 2.0, 0.6
    speakers, posts = 1_500, 30
    acts: Rows = []
    for u, alpha in enumerate(chance.gamma(shape, mean / shape, speakers)):
        counts: list[int] = []
        for i in range(posts):
            again = [chance.random() < count / (i + doubt) for count in counts]
            again += [True] * chance.poisson(alpha * doubt / (i + doubt))
            counts = [*counts, *[0] * (len(again) - len(counts))]
            for v in np.flatnonzero(again).tolist():
                counts[v] += 1
                acts.append((u, 10**6 + u * 1_000 + v, 0.0, 0, u * 100 + i, "reply"))
    log = ActionLog.build([acts], [[(u, 0.0) for u in range(speakers) for _ in range(posts)]])
    found = fit_audience(evidence(log, 30.0, 0.0))
    assert np.median(found.doubt) == pytest.approx(doubt, rel=0.1)
    assert found.doubt.std() < 0.35 * doubt
    assert found.shape == pytest.approx(shape, rel=0.25)
    assert found.mean[0] == pytest.approx(mean, rel=0.1)


def test_a_speaker_of_faithful_readers_is_believed_sooner() -> None:
    """Readers of 1 to 60 act on most posts; those of the others now and then."""
    chance = np.random.default_rng(4)
    acts: Rows = []
    for u in range(1, 121):
        rate = 0.7 if u <= 60 else 0.05
        for v in range(40):
            here = np.flatnonzero(chance.random(20) < rate)
            acts += [(u, 10**6 + 100 * u + v, 0.0, 0, u * 100 + int(i), "reply") for i in here]
    log = ActionLog.build([acts], [[(u, 0.0) for u in range(1, 121) for _ in range(20)]])
    found = fit_audience(evidence(log, 30.0, 0.0)).doubt
    faithful, fickle = (found[log.index(list(one))] for one in (range(1, 61), range(61, 121)))
    assert 3 * faithful.max() < fickle.min()


def test_nothing_known_still_gives_numbers() -> None:
    for acts, said in (([], []), ([], [(1, 0.0)]), (edge_acts(1, 2, 1), [])):
        _, found = learned(acts, said)
        assert np.isfinite(found.newcomers).all()
        assert np.isfinite(found.graph.probability).all()


def circles() -> tuple[ActionLog, list[int], list[int]]:
    """Two circles of sixty who post five times: two act on each post of the lively, few else.

    Returns the log and, for each circle, its speakers; the last of each never got an answer.
    """
    chance = np.random.default_rng(6)
    acts: Rows = []
    for u in range(1, 121):
        people = 2.0 if u <= 60 else 0.1
        for i in range(0 if u in (60, 120) else 5):
            who = chance.integers(1_000, 50_000, chance.poisson(people))
            acts += [(u, int(v), 0.0, 0, u * 100 + i, "reply") for v in who]
    log = ActionLog.build([acts], [[(u, 0.0) for u in range(1, 121) for _ in range(5)]])
    return log, list(range(1, 61)), list(range(61, 121))


def test_whoever_was_little_heard_is_believed_by_their_community() -> None:
    log, lively, quiet = circles()
    home = np.full(log.authors, -1)
    home[log.index(lively)], home[log.index(quiet)] = 0, 1
    counted = evidence(log, 30.0, 0.0)
    apart, alike = learn(counted, homes=[home]).newcomers, learn(counted).newcomers
    last = log.index([60, 120])
    assert apart[last[0]] > 1.2 * alike[last[0]]
    assert apart[last[1]] < alike[last[1]]


def test_a_community_of_two_is_much_like_its_source() -> None:
    log, lively, quiet = circles()
    source = np.full(log.authors, -1)
    source[log.index(lively)], source[log.index(quiet)] = 0, 1
    pair = np.full(log.authors, -1)
    pair[log.index([1, 60])] = 0
    counted = evidence(log, 30.0, 0.0)
    wide = fit_audience(counted, [source]).mean
    both = fit_audience(counted, [source, pair]).mean
    assert both[log.index([60])] == pytest.approx(wide[log.index([60])], rel=0.3)
    assert both[log.index([61])] == pytest.approx(wide[log.index([61])], rel=0.05)


def test_nobody_at_home_changes_nothing() -> None:
    log, *_ = circles()
    counted = evidence(log, 30.0, 0.0)
    nowhere = learn(counted, homes=[np.full(log.authors, -1)])
    assert nowhere.newcomers == pytest.approx(learn(counted).newcomers, rel=0.02)
    assert (nowhere.graph.probability == learn(counted).graph.probability).all()
