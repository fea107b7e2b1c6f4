"""Door (b): a classifier in a Hugging Face folder, run by ONNX Runtime.

The graph is written here byte by byte in ONNX's protocol buffers: an embedding of each
token (one-hot rows of a table with three columns), summed over the text.
"""

import json
import struct
from collections.abc import Callable
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from shutil import copyfile

import numpy as np
import pytest
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from domain.analyses import Analysis, Polarity
from domain.errors import ModelError
from domain.posts import Post
from nlp.classifiers import BESIDE, HEADS, open_classifier, polarities
from nlp.heads import softmax
from nlp.models import WEIGHTS, load_models
from nlp.pipeline import load_pipeline
from nlp.settings import NlpSettings

WORDS = {"[PAD]": 0, "[UNK]": 1, "bad": 2, "good": 3, "plain": 4}
TABLE = [[0, 0, 0], [0, 0, 0], [0, 8, 0], [8, 0, 0], [0, 0, 8]]  # good, bad, plain
LABELS = {"0": "POSITIVE", "1": "neg", "2": "Neutro"}
FLOAT, INT64 = 1, 7


def varint(number: int) -> bytes:
    out = b""
    while number > 0x7F:
        out, number = out + bytes([number & 0x7F | 0x80]), number >> 7
    return out + bytes([number])


def message(*fields: tuple[int, int | bytes | str]) -> bytes:
    out = b""
    for number, value in fields:
        if isinstance(value, int):
            out += varint(number << 3) + varint(value)
        else:
            data = value.encode() if isinstance(value, str) else value
            out += varint(number << 3 | 2) + varint(len(data)) + data
    return out


def tensor(name: str, kind: int, shape: list[int], data: bytes) -> bytes:
    return message(*((1, size) for size in shape), (2, kind), (8, name), (9, data))


def value(name: str, kind: int, *shape: str | int) -> bytes:
    sizes = [(1, message((2, s) if isinstance(s, str) else (1, s))) for s in shape]
    return message((1, name), (2, message((1, message((1, kind), (2, message(*sizes)))))))


def node(operator: str, inputs: list[str], output: str, *attributes: bytes) -> bytes:
    named = [(1, one) for one in inputs]
    return message(*named, (2, output), (4, operator), *((5, one) for one in attributes))


def graph(*, of_pieces: bool = False) -> bytes:
    """Logits of the whole text, or of each of its pieces."""
    table = struct.pack("<15f", *(float(cell) for row in TABLE for cell in row))
    keep_dims = message((1, "keepdims"), (3, 0), (20, 2))
    gathered = node("Gather", ["table", "input_ids"], "logits" if of_pieces else "rows")
    summed = node("ReduceSum", ["rows", "axis"], "logits", keep_dims)
    body = message(
        *((1, one) for one in ([gathered] if of_pieces else [gathered, summed])),
        (2, "tiny"),
        (5, tensor("table", FLOAT, [5, 3], table)),
        (5, tensor("axis", INT64, [1], struct.pack("<q", 1))),
        (11, value("input_ids", INT64, "batch", "length")),
        (12, value("logits", FLOAT, "batch", *(["length"] if of_pieces else []), 3)),
    )
    return message((1, 8), (8, message((1, ""), (2, 13))), (7, body))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tokenizer = Tokenizer(WordLevel(WORDS, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    described = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "pad_token": "[PAD]",
        "unk_token": "[UNK]",
        "model_max_length": 16,
    }
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(described))
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "bert", "id2label": LABELS}))
    (tmp_path / "model.onnx").write_bytes(graph())
    return tmp_path


def test_chances_come_in_our_order_whatever_the_length(folder: Path) -> None:
    classifier = open_classifier(NlpSettings(model=str(folder)))
    chances = classifier.chances(["good", "bad thing", "plain as it is", "x", "good " * 500])
    assert chances.shape == (5, 3)
    assert chances.sum(axis=1) == pytest.approx(np.ones(5), abs=1e-5)
    assert chances[:3].argmax(axis=1).tolist() == [2, 0, 1]
    assert chances[3] == pytest.approx([1 / 3] * 3, abs=1e-5)
    assert chances[4].argmax() == 2


def test_it_judges_the_pipeline_and_its_version(
    folder: Path, post: Callable[..., Post], now: datetime
) -> None:
    pipeline = load_pipeline(NlpSettings(model=str(folder)), (), ())
    told = list(pipeline.analyse([post("bad"), post("good good"), post("")], now))
    polarity = [one.sentiment.polarity for one in told if isinstance(one, Analysis)]
    assert polarity == [Polarity.NEGATIVE, Polarity.POSITIVE, Polarity.NEUTRAL]
    (folder / "model.onnx").write_bytes(graph() + message((2, "again")))
    assert load_pipeline(NlpSettings(model=str(folder)), (), ()).version != pipeline.version


def test_one_that_tells_of_each_piece_is_asked_for_the_mean(folder: Path) -> None:
    (folder / "model.onnx").write_bytes(graph(of_pieces=True))
    classifier = open_classifier(NlpSettings(model=str(folder)))
    chances = classifier.chances(["good", "good good good", "good bad x x"])  # all padded to four
    assert chances[0] == pytest.approx(softmax(np.array([[0.0, 0.0, 8.0]]))[0], abs=1e-5)
    assert chances[1] == pytest.approx(chances[0], abs=1e-5)
    assert chances[2] == pytest.approx(softmax(np.array([[2.0, 0.0, 2.0]]))[0], abs=1e-5)


def joined(folder: Path, share: float) -> Path:
    """The same model with the weights that ship beside it."""
    config = {"model_type": "bert", "id2label": LABELS, BESIDE: share}
    (folder / "config.json").write_text(json.dumps(config))
    copyfile(WEIGHTS, folder / HEADS)
    return folder


def test_heads_in_its_folder_judge_beside_it(
    folder: Path, post: Callable[..., Post], now: datetime
) -> None:
    """What says nothing to the one is judged by the other; what both see, by both."""

    def told(*texts: str) -> list[tuple[Polarity, float]]:
        pipeline = load_pipeline(NlpSettings(model=str(folder)), (), ())
        found = list(pipeline.analyse(map(post, texts), now))
        felt = [one.sentiment for one in found if isinstance(one, Analysis)]
        return [(one.polarity, one.confidence) for one in felt]

    texts = ("I love this shop, thank you so much", "bad")
    assert told(texts[0])[0][1] == pytest.approx(1 / 3, abs=1e-3)
    joined(folder, share=1.0)
    (loved, sure), (bad, _) = told(*texts)
    assert loved is Polarity.POSITIVE
    assert sure > 0.7
    assert bad is Polarity.NEGATIVE
    joined(folder, share=0.5)
    assert 1 / 3 < told(texts[0])[0][1] < sure


def test_a_mix_wants_no_other_weights(folder: Path) -> None:
    settings = NlpSettings(model=str(joined(folder, 1.0)), weights=WEIGHTS)
    with pytest.raises(ModelError, match="weights of its own"):
        load_models(settings)
    (folder / HEADS).unlink()
    with pytest.raises(ModelError, match="cannot be read"):
        load_models(NlpSettings(model=str(folder)))


def spoil(folder: Path, case: str) -> None:
    config = folder / "config.json"
    match case:
        case "no config":
            config.unlink()
        case "own code":
            config.write_text(json.dumps({"id2label": LABELS, "auto_map": {"AutoModel": "x.Y"}}))
        case "pickle":
            (folder / "model.onnx").rename(folder / "pytorch_model.bin")
        case "labels":
            config.write_text(json.dumps({"id2label": {"0": "LABEL_0", "1": "neg", "2": "pos"}}))
        case "broken":
            (folder / "model.onnx").write_bytes(b"no graph")


@pytest.mark.parametrize(
    ("case", "says"),
    [
        ("no config", "config.json"),
        ("own code", "run its own code"),
        ("pickle", "neither an ONNX graph nor safetensors"),
        ("labels", "LABEL_0 say no polarity"),
        ("broken", "cannot be run"),
    ],
)
def test_what_cannot_be_used_is_told(folder: Path, case: str, says: str) -> None:
    spoil(folder, case)
    with pytest.raises(ModelError, match=says) as caught:
        open_classifier(NlpSettings(model=str(folder)))
    assert caught.value.todo


@pytest.mark.skipif(find_spec("torch") is not None, reason="torch is installed")
def test_safetensors_alone_need_torch(folder: Path) -> None:
    (folder / "model.onnx").unlink()
    save_file({"x": np.zeros(1, np.float32)}, str(folder / "model.safetensors"))
    with pytest.raises(ModelError, match="torch is not installed"):
        open_classifier(NlpSettings(model=str(folder)))


def test_a_name_that_is_not_here_is_not_fetched_unasked() -> None:
    with pytest.raises(ModelError, match="neither a folder nor on this machine"):
        open_classifier(NlpSettings(model="nobody/no-such-model"))


def test_labels_mean_what_the_settings_say() -> None:
    config = {"id2label": {"1": "LABEL_1", "0": "4 stars", "2": "1 star"}}
    told = polarities(config, {"LABEL_1": Polarity.NEUTRAL}, where="here")
    assert told == (Polarity.POSITIVE, Polarity.NEUTRAL, Polarity.NEGATIVE)


@pytest.mark.skipif(
    find_spec("torch") is None, reason="torch is not installed: pip install .[torch]"
)
@pytest.mark.filterwarnings("default")
def test_torch_says_what_transformers_own_pipeline_says(folder: Path) -> None:
    """A tiny transformer of random weights, through our door and through transformers' own."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, pipeline

    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
        num_labels=3,
        id2label={int(number): label for number, label in LABELS.items()},
        label2id={label: int(number) for number, label in LABELS.items()},
    )
    for path in folder.glob("*.onnx"):
        path.unlink()
    BertForSequenceClassification(config).save_pretrained(folder, safe_serialization=True)
    texts = ["good good plain", "bad", "plain bad good bad plain bad"]
    ours = open_classifier(NlpSettings(model=str(folder))).chances(texts)
    theirs = pipeline("text-classification", model=str(folder), top_k=None)(texts)
    columns = {"neg": 0, "Neutro": 1, "POSITIVE": 2}
    for row, told in zip(ours, theirs, strict=True):
        for one in told:
            assert row[columns[one["label"]]] == pytest.approx(one["score"], abs=1e-3)
