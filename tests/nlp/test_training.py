import hashlib
from pathlib import Path

import numpy as np
import pytest

from domain.analyses import Polarity
from nlp.models import WEIGHTS, Models, load_heads, weights_hash
from nlp.training.aspects import ASPECTS, aspect_of
from nlp.training.fitting import Examples, Recipe, calibrated, fit
from nlp.training.heads import POLARITIES, save, train
from nlp.training.rows import rows
from nlp.training.scoring import calibration_error, macro_f1, micro_f1
from nlp.training.sentences import expanded, sentences

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    go, xed, absa = (tmp_path / name for name in ("goemotions", "xed", "m-absa"))
    for folder in (go, xed, absa):
        folder.mkdir()
    (go / "labels.txt").write_text("joy\nanger\nneutral\n")
    (go / "train.tsv").write_text(
        "Que alegria!\t0\tx\nQue raiva!\t1\tx\nMesa.\t2\tx\nSei lá\t0,1\tx\n"
    )
    (go / "dev.tsv").write_text("Feliz\t0\tx\n")
    (xed / "pt.tsv").write_text("Estou com medo\t4\nEstou feliz\t5\nSurpresa\t7\n")
    (absa / "hotel_pt_train.txt").write_text(
        "Quarto bom, preço ruim####[['quarto', 'rooms general', 'positive'], "
        "['preço', 'hotel prices', 'negative']]\nnada####broken\n"
    )
    (absa / "hotel_pt_dev.txt").write_text("Caro####[['NULL', 'hotel prices', 'NEG']]\n")
    return tmp_path


def test_rows_keep_what_is_clear(data: Path) -> None:
    found = {row.text: row for row in rows(data) if row.group != "own"}
    assert {text: row.polarity for text, row in found.items()} == {
        "Que alegria!": Polarity.POSITIVE,
        "Que raiva!": Polarity.NEGATIVE,
        "Mesa.": Polarity.NEUTRAL,
        "Feliz": Polarity.POSITIVE,
        "Estou com medo": Polarity.NEGATIVE,
        "Estou feliz": Polarity.POSITIVE,
        "Quarto bom, preço ruim": None,
        "Caro": Polarity.NEGATIVE,
    }
    assert found["Quarto bom, preço ruim"].opinions == {"place:positive", "price:negative"}
    assert {text for text, row in found.items() if row.held} >= {"Feliz", "Caro"}


def test_training_twice_gives_the_same_bytes(data: Path, models: Models, tmp_path: Path) -> None:
    few = [row for at, row in enumerate(rows(data)) if at % 12 == 0 or row.group != "own"]
    prints = set()
    for name in ("one", "two"):
        heads, _ = train(models.encoder, few)
        save(heads, tmp_path / name)
        prints.add(weights_hash(tmp_path / name))
    assert len(prints) == 1
    assert set(load_heads(tmp_path / "one")) == {"sentiment", "opinions"}


def test_the_card_tells_the_hash_of_the_weights() -> None:
    whole = hashlib.sha256(WEIGHTS.read_bytes()).hexdigest()
    assert whole in (ROOT / "docs" / "models" / "heads.md").read_text("utf-8")
    assert WEIGHTS.stat().st_size <= 2 * 1024 * 1024


def test_fitting_learns_and_temperature_calms() -> None:
    random = np.random.default_rng(1)
    truth = random.integers(0, 3, 600)
    noise = random.normal(size=(600, 512)) / 22
    vectors = (random.normal(size=(3, 512))[truth] / 30 + noise).astype(np.float32)
    noisy = np.where(random.random(600) < 0.3, random.integers(0, 3, 600), truth)
    targets = np.eye(3, dtype=np.float32)[noisy]
    examples = Examples(vectors, targets, np.ones(600, np.float32))
    train_part, held = examples.some(np.arange(400)), examples.some(np.arange(400, 600))
    head = fit(train_part, POLARITIES, Recipe(exclusive=True, epochs=15))
    assert macro_f1(truth[400:], head.softmax(held.vectors).argmax(axis=1), 3) > 0.8
    calm = calibrated(head, held, exclusive=True)
    assert calm.temperature > 1

    def error(of: object) -> float:
        chances = of.softmax(held.vectors)  # type: ignore[attr-defined]
        return calibration_error(noisy[400:] == chances.argmax(axis=1), chances.max(axis=1))

    assert error(calm) < error(head)


def test_scores() -> None:
    truth, said = np.array([0, 0, 1, 2]), np.array([0, 1, 1, 1])
    assert macro_f1(truth, said, 3) == pytest.approx((2 / 3 + 1 / 2 + 0) / 3)
    assert micro_f1(np.array([[1, 0], [1, 1]]) > 0, np.array([[1, 1], [0, 1]]) > 0) == 2 / 3
    assert calibration_error(np.array([True, False]), np.array([0.9, 0.9])) == pytest.approx(0.4)


def test_sentences_are_many_and_different() -> None:
    found = list(sentences())
    assert len({text for text, _ in found}) >= len(found) - 5
    assert {polarity for _, polarity in found} == set(Polarity)
    assert list(expanded("[a|b] c[|, d]")) == ["a c", "a c, d", "b c", "b c, d"]


@pytest.mark.parametrize(
    ("domain", "category", "aspect"),
    [
        ("hotel", "hotel prices", "price"),
        ("phone", "Logistics#Speed", "delivery"),
        ("restaurant", "service general", "service"),
        ("laptop", "LAPTOP#USABILITY", "usability"),
        ("restaurant", "food quality", "food"),
        ("sight", "Other", None),
    ],
)
def test_fine_categories_become_coarse_aspects(
    domain: str, category: str, aspect: str | None
) -> None:
    assert aspect_of(domain, category) == aspect
    assert aspect is None or aspect in ASPECTS
