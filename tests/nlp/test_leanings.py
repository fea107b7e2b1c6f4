from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from nlp.cleaning import networked
from nlp.encoder import Matrix
from nlp.heads import Leaning, leaning_of, softmax
from nlp.training.leanings import leanings
from nlp.training.sets import looked_at, part_of

LEANINGS = {"pt": Leaning(0.1), "pt@": Leaning(0.2), "en": Leaning(0.3), "": Leaning(0.4)}


@pytest.mark.parametrize(
    ("language", "on_networks", "lean"),
    [("pt", False, 0.1), ("pt", True, 0.2), ("en", True, 0.3), ("fr", True, 0.4)],
)
def test_the_nearest_leaning_is_taken(language: str, on_networks: bool, lean: float) -> None:
    assert leaning_of(LEANINGS, language, networked=on_networks).lean == lean


def test_without_leanings_nothing_is_moved() -> None:
    assert leaning_of({}, "pt", networked=True) == Leaning()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("@loja cadê meu pedido?", True),
        ("que dia #exausta", True),
        ("olha isto https://loja.example/p", True),
        ("escreva para ana@loja.example", False),
        ("cheguei em 1º lugar, item # 3", False),
    ],
)
def test_signs_of_networks(text: str, told: bool) -> None:
    assert networked(text) is told


def test_a_judge_that_is_too_neutral_and_too_sure_is_put_right(tmp_path: Path) -> None:
    """Whoever doubled its logits and lifted neutral by two is found out, by both at once."""
    order = np.random.default_rng(3)
    polarities, lines, said = ("negative", "neutral", "positive"), ["airline_sentiment,text"], {}
    for number in range(6_000):
        logits = order.normal(0, 1.5, 3)
        drawn = order.choice(3, p=softmax(logits[None])[0])
        lines.append(f"{polarities[drawn]},flight {number}")
        said[f"flight {number}"] = np.float32(2 * logits + (0, 2, 0))
    (tmp_path / "airline-tweets").mkdir()
    (tmp_path / "airline-tweets" / "tweets.csv").write_text("\n".join(lines))

    def judge(texts: Sequence[str]) -> Matrix:
        assert all(map(looked_at, texts))
        return np.array([said[text] for text in texts])

    found = leanings(judge, tmp_path)
    assert found["en"].calm == pytest.approx(2, rel=0.15)
    assert found["en"].lean == pytest.approx(-1, abs=0.25)
    assert found[""] == found["en"]


def test_no_test_part_may_be_looked_at() -> None:
    parts = {part_of(f"text {number}") for number in range(400) if looked_at(f"text {number}")}
    assert parts == {"val", "train"}
