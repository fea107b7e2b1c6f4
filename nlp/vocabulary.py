"""The encoder's unigram vocabulary, loaded into the ``tokenizers`` library."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

UNKNOWN, BOS, EOS = 0, 1, 2

_PIECES, _TRAINER = 1, 3
_PIECE, _SCORE = 1, 2
_CHARACTER_MAP = 2


def load_tokenizer(path: Path) -> Tokenizer:
    """The tokenizer of a SentencePiece unigram model in its legacy layout.

    It gives the pieces that SentencePiece gives: a run of unknown characters is one
    unknown token. No piece holds a space inside, so words can be cut (and cached) apart.
    """
    data = memoryview(path.read_bytes())
    vocabulary: list[tuple[str, float]] = []
    character_map = b""
    for field, value in _fields(data):
        if field == _PIECES:
            vocabulary.append(_piece(value))
        elif field == _TRAINER:
            character_map = bytes(dict(_fields(value))[_CHARACTER_MAP])
    if not vocabulary or not character_map:
        raise ValueError(f"{path.name} holds no vocabulary")
    tokenizer = Tokenizer(models.Unigram(vocabulary, UNKNOWN, False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Precompiled(character_map),
            normalizers.Replace(Regex(" {2,}"), " "),
            normalizers.Strip(),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=True)
    return tokenizer


def plain_pieces(tokenizer: Tokenizer) -> NDArray[np.int64]:
    """For each piece the number of the same piece in small letters, where there is one."""
    numbers = tokenizer.get_vocab()
    plain = np.arange(len(numbers))
    for piece, number in numbers.items():
        plain[number] = numbers.get(piece.lower(), number)
    return plain


def _piece(message: memoryview) -> tuple[str, float]:
    fields = dict(_fields(message))
    score = struct.unpack("<f", fields[_SCORE])[0] if _SCORE in fields else 0.0
    return str(fields[_PIECE], "utf-8"), score


def _fields(data: memoryview) -> Iterator[tuple[int, memoryview]]:
    """The fields of one protocol-buffer message: its number and its bytes, in order."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        kind = key & 7
        if kind == 0:
            end = _varint(data, at)[1]
        elif kind == 2:
            size, at = _varint(data, at)
            end = at + size
        else:
            end = at + (8 if kind == 1 else 4)
        yield key >> 3, data[at:end]
        at = end


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while data[at] & 0x80:
        value |= (data[at] & 0x7F) << shift
        shift += 7
        at += 1
    return value | data[at] << shift, at + 1
