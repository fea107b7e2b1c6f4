"""Any encoder, taught labelled texts: a tiny BERT of random weights."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from domain.analyses import Analysis, Polarity
from domain.errors import ModelError
from domain.posts import Post
from nlp.classifiers import open_classifier
from nlp.encoder import Encoder
from nlp.heads import softmax
from nlp.models import SENTIMENT, Weights, load_weights
from nlp.pipeline import load_pipeline
from nlp.settings import NlpSettings
from nlp.training.fitting import blank
from nlp.training.heads import logits_of
from nlp.training.rows import Row
from nlp.training.sets import Labelled
from nlp.training.tasks import POLARITIES

WIDE, INNER = 32, 64


@pytest.fixture
def encoder(tmp_path: Path) -> Path:
    pytest.importorskip("torch", reason="torch is not installed: pip install .[torch]")
    import torch
    from transformers import BertConfig, BertModel

    torch.manual_seed(3)
    words = ["[PAD]", "[UNK]", "boa", "ruim", "loja", "entrega", "mesa", "a", "é", "foi"]
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=WIDE,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=INNER,
        max_position_embeddings=32,
    )
    folder = tmp_path / "encoder"
    BertModel(config).save_pretrained(folder, safe_serialization=True)
    tokenizer = Tokenizer(WordLevel({word: at for at, word in enumerate(words)}, "[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    described = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "pad_token": "[PAD]",
        "unk_token": "[UNK]",
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(described))
    return folder


def lessons(count: int) -> list[Labelled]:
    """Good shops, bad shops and tables; every fifth row chooses, every fifth is scored."""
    said = {"positive": "a loja é boa", "negative": "a entrega foi ruim", "neutral": "a mesa"}
    parts = ("train", "train", "train", "val", "test")
    return [
        Labelled(f"{text}{' a' * (number % 4)}", frozenset({label}), parts[number % 5])
        for number in range(count)
        for label, text in said.items()
    ]


@pytest.mark.filterwarnings("default")
def test_it_learns_and_the_settings_take_what_it_kept(
    encoder: Path, tmp_path: Path, post: Callable[..., Post], now: datetime
) -> None:
    from nlp.training.adapting import adapted
    from nlp.training.transformer import Course, finetuned

    rows, kept = lessons(60), tmp_path / "kept"
    ours, scores = adapted(load_weights(), SENTIMENT, rows)
    quick = Course(rounds=((1_000, 10),), rate=5e-3, head_rate=1e-2)
    scores += finetuned(str(encoder), ours, SENTIMENT, rows, kept, quick)
    found = {one.name: one.f1 for one in scores}
    assert list(found) == ["lexicon", "encoder", "both", "transformer", "all"]
    assert found["transformer"] > 0.95
    classifier = open_classifier(NlpSettings(model=str(kept)))
    texts = ["a entrega foi ruim", "a mesa", "a loja é boa"]
    alone = classifier.chances(texts)
    assert alone.argmax(axis=1).tolist() == [0, 1, 2]
    own = logits_of(SENTIMENT, Encoder(tuned=ours.encoder), ours, texts)
    assert classifier.beside is not None
    together = classifier.beside.mixed(alone, own)
    told = load_pipeline(NlpSettings(model=str(kept)), (), ()).analyse(map(post, texts), now)
    sure = [one.sentiment.confidence for one in told if isinstance(one, Analysis)]
    assert sure == pytest.approx(softmax(together).max(axis=1), abs=0.01)


@pytest.mark.filterwarnings("default")
def test_the_same_lesson_teaches_the_same(encoder: Path) -> None:
    from nlp.training.comparing import task_of
    from nlp.training.transformer import Course, Pupil

    rows = lessons(12)
    task, texts = task_of("sentiment", rows), [row.text for row in rows]
    said = []
    for _ in range(2):
        pupil = Pupil(str(encoder), task, Course(rounds=((1_000, 1),)))
        pupil.learn(texts, task)
        said.append(pupil.logits(texts))
    first, again = said
    assert np.array_equal(first, again)


@pytest.mark.filterwarnings("default")
def test_the_open_rows_teach_a_judge_that_the_settings_take(
    encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nlp.training import general
    from nlp.training.transformer import Course

    open_rows = [
        Row(one.text, "own", "pt", one.part != "train", Polarity(*one.labels))
        for one in lessons(60)
    ]
    monkeypatch.setattr(general, "rows", lambda data: open_rows)
    quick = Course(rounds=((1_000, 10),), rate=5e-3, head_rate=1e-2)
    scores = general.general(str(encoder), tmp_path / "no-data", tmp_path / "kept", quick)
    assert scores["sentiment_rows"] == sum(row.held for row in open_rows)
    assert scores["sentiment_macro_f1"] > 0.95
    classifier = open_classifier(NlpSettings(model=str(tmp_path / "kept")))
    told = classifier.chances(["a entrega foi ruim", "a mesa", "a loja é boa"])
    assert told.argmax(axis=1).tolist() == [0, 1, 2]
    assert classifier.beside is not None
    assert load_weights(classifier.beside.weights).heads.keys() == load_weights().heads.keys()


def test_a_judge_teaches_what_ships(
    encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nlp.training import __main__ as command
    from nlp.training import general
    from nlp.training.attending import taught_by
    from nlp.training.transformer import Course

    open_rows = [
        Row(one.text, "own", "pt", one.part != "train", Polarity(*one.labels))
        for one in lessons(20)
    ]
    for module in (general, command):
        monkeypatch.setattr(module, "rows", lambda data: open_rows)
    general.general(str(encoder), tmp_path, tmp_path / "kept", Course(rounds=((1_000, 2),)))
    begun = Weights({}, {SENTIMENT: blank(POLARITIES, 8, np.random.default_rng(7))})
    monkeypatch.setattr(command, "train", lambda rows, *, heads_only: (begun, {}))
    teacher, taught = NlpSettings(model=str(tmp_path / "kept")), tmp_path / "taught.safetensors"
    asked = ["--data", tmp_path, "--teacher", tmp_path / "kept", "--out", taught]
    monkeypatch.setattr("sys.argv", ["training", *map(str, asked)])
    command.main()
    weights = load_weights(taught)
    assert Encoder(tuned=weights.encoder).tones == len(weights.heads[SENTIMENT].hidden) > 512
    with pytest.raises(ValueError, match="attend already"):
        taught_by(open_classifier(teacher), weights, open_rows, [])


def test_no_encoder_where_none_is() -> None:
    pytest.importorskip("torch", reason="torch is not installed: pip install .[torch]")
    from nlp.training.comparing import task_of
    from nlp.training.transformer import Course, Pupil, course_for

    with pytest.raises(ModelError, match="cannot be read"):
        Pupil("no/such-folder", task_of("sentiment", lessons(3)), Course())
    with pytest.raises(ModelError, match="cannot be read"):
        course_for("no/such-folder")


def test_a_wide_transformer_learns_with_smaller_steps(encoder: Path) -> None:
    from nlp.training.transformer import course_for

    small = course_for(str(encoder))
    config = json.loads((encoder / "config.json").read_text())
    (encoder / "config.json").write_text(json.dumps(config | {"hidden_size": 768}))
    wide = course_for(str(encoder))
    assert wide.rate < small.rate
    assert wide.still > small.still
