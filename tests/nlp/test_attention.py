from pathlib import Path

import numpy as np
import pytest

from domain.analyses import Polarity
from nlp.attention import NAMES, PREFIX, Attention
from nlp.encoder import DIMENSIONS, Encoder, package_folder, read_weights
from nlp.heads import softmax
from nlp.models import SENTIMENT, Weights
from nlp.training.fitting import Task, blank
from nlp.training.heads import encode, logits_of
from nlp.training.rows import Row
from nlp.training.tasks import tasks_of
from nlp.training.unlabelled import unlabelled

_FEATURES, _HEADS, _EACH, _PLAIN = 1280, 3, 4, 5
_LENGTH = _PLAIN + _HEADS * _EACH
TEXTS = ["O entregador sumiu!", "ok", "", "The refund has not come yet, and it is late. " * 9]


@pytest.fixture(scope="module")
def weights() -> dict[str, np.ndarray]:
    random = np.random.default_rng(5)
    shapes = (_FEATURES, _HEADS), (_HEADS, _FEATURES, _EACH), (_FEATURES, _PLAIN), (_LENGTH,)
    drawn = (random.normal(0, 0.03, shape).astype(np.float32) for shape in shapes)
    return {PREFIX + name: value for name, value in zip(NAMES, drawn, strict=True)}


def test_what_fits_counts_more(weights: dict[str, np.ndarray]) -> None:
    features = np.random.default_rng(6).normal(size=(7, _FEATURES)).astype(np.float32)
    attention = Attention(weights)
    sums = np.empty((1, attention.width), np.float32)
    attention.sums(features, [slice(0, 7)], sums)
    (found,) = attention.vectors(features.sum(axis=0)[None], sums, np.array([7], np.float32))

    counts = softmax((features @ weights[f"{PREFIX}query"]).T)
    values = weights[f"{PREFIX}value"]
    seen = [row @ features @ value for row, value in zip(counts, values, strict=True)]
    plain = features.sum(axis=0) @ weights[f"{PREFIX}plain"] / 3 / 7**0.5
    wanted = np.concatenate([plain, *seen]) + weights[f"{PREFIX}bias"]
    assert found == pytest.approx(wanted / np.linalg.norm(wanted), abs=1e-5)


def test_clauses_add_up_to_their_passage(weights: dict[str, np.ndarray]) -> None:
    encoder = Encoder(tuned=weights)
    clauses = ["O celular é ótimo,", "mas a entrega atrasou três semanas.", "Que pena!"]
    apart, whole = encoder.encode([clauses, [" ".join(clauses)]])
    assert encoder.tones == DIMENSIONS + _LENGTH
    assert np.abs(apart.tone - whole.tone).max() < 1e-3
    assert apart.clause_tones.shape == (3, encoder.tones)


def test_the_rest_of_a_tone_is_as_without(weights: dict[str, np.ndarray]) -> None:
    (plain,), (attends,) = (one.encode([TEXTS]) for one in (Encoder(), Encoder(tuned=weights)))
    assert (plain.whole == attends.whole).all()
    assert (plain.tone == attends.tone[:DIMENSIONS]).all()


def test_neighbours_in_a_batch_do_not_matter(weights: dict[str, np.ndarray]) -> None:
    encoder = Encoder(tuned=weights)
    together = encode(encoder, TEXTS * 20)
    for text, one in zip(TEXTS, together, strict=False):
        assert np.abs(encode(encoder, [text])[0] - one).max() < 1e-5


def test_torch_attends_likewise(weights: dict[str, np.ndarray]) -> None:
    torch = pytest.importorskip("torch", reason="training the encoder needs torch")
    from nlp.training.network import Batch, Network

    encoder = Encoder(tuned=weights)
    tokens = [one[0] for one in encoder.tokens([[text] for text in TEXTS])]
    network = Network(read_weights(package_folder(), weights)).eval()
    with torch.inference_mode():
        _, tone = network(Batch.of(tokens))
    assert np.abs(tone.numpy() - encode(encoder, TEXTS)).max() < 0.05  # whole numbers there


def test_an_attention_learns_what_is_to_be_added() -> None:
    pytest.importorskip("torch", reason="training the encoder needs torch")
    from nlp.training.attending import Course, attending

    texts = [f"{word} {number}" for number in range(300) for word in ("mesa", "porta")]
    truth = np.eye(2, dtype=np.float32)[[0, 1] * 300]
    task = Task(SENTIMENT, ("a", "b"), True, truth, np.ones(600, np.float32))
    begun = Weights({}, {name: _blank(task.labels) for name in (SENTIMENT, "other")})
    known = logits_of(SENTIMENT, Encoder(), begun, texts)
    first, again = (attending(begun, texts, known, task, Course(epochs=12)) for _ in range(2))
    assert all((again.encoder[k] == v).all() for k, v in first.encoder.items())

    encoder = Encoder(tuned=first.encoder)
    before, after = (softmax(known), softmax(logits_of(SENTIMENT, encoder, first, texts)))
    assert (after * task.targets).sum(axis=1).mean() > 0.9 > (before * task.targets).sum() / 600
    told = first.heads["other"].logits(encode(encoder, TEXTS))
    assert told == pytest.approx(begun.heads["other"].logits(encode(Encoder(), TEXTS)), abs=1e-4)


def _blank(labels: tuple[str, ...]):  # type: ignore[no-untyped-def]
    return blank(labels, 8, np.random.default_rng(7))


def test_a_judge_teaches_rows_and_texts_without_labels(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch", reason="training the encoder needs torch")
    from nlp.training import attending

    class Judge:
        beside = None

        def chances(self, texts: list[str]) -> np.ndarray:
            return np.tile(np.array([0.7, 0.2, 0.1], np.float32), (len(texts), 1))

    asked = {}

    def heard(weights: Weights, texts: list[str], _: object, task: Task, *__: object) -> Weights:
        asked[""] = texts, task
        return weights

    monkeypatch.setattr(attending, "attending", heard)
    rows = [
        Row("bom", "own", "pt", held=False, polarity=Polarity.POSITIVE),
        Row("fora", "own", "pt", held=True, polarity=Polarity.POSITIVE),
        Row("os dois", "m-absa", "pt", held=False, opinions=frozenset()),
    ]
    begun = Weights({}, {SENTIMENT: _blank(tasks_of(rows)[0].labels)})
    assert attending.taught_by(Judge(), begun, rows, ["sem rótulo"]) is begun  # type: ignore[arg-type]
    texts, task = asked[""]
    assert texts == ["bom", "os dois", "sem rótulo"]
    assert task.targets == pytest.approx(
        np.array([[0.56, 0.16, 0.28], [0.7, 0.2, 0.1], [0.7, 0.2, 0.1]])
    )
    assert task.weights[1:].tolist() == [1, 1]


def test_texts_without_labels_are_those_no_row_has(tmp_path: Path) -> None:
    files = {
        "dante/dantestocks.csv": "id,text\n1,sobe\n",
        "banking77/train.csv": "text,category\nWhere is my card?,card\nWhy 5?,fee\nHow 8?,fee\n",
        "xed/en.tsv": "kept\t1\nleft out\t5\n",
        "goemotions-pt/rest.tsv": "so\tentão\n",
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(content, encoding="utf-8")
    found = list(unlabelled(tmp_path))
    assert found[0] == "sobe"
    assert found[-2:] == ["left out", "então"]
    assert set(found[1:-2]) < {"Where is my card?", "Why 5?", "How 8?"}
