"""The encoder in torch, weight by weight the one of ``nlp/encoder.py``, so that it can learn.

The embedding table stays as it is; everything after it (2.8 million numbers) may change.
Two dense stacks read the same sums of token features: ``meaning``, fixed too, keeps the
encoder's general sense, ``tone`` serves the heads; behind a tone stands what an attention sees
(``nlp/attention.py``), if there is one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from nlp.attention import EVEN, NAMES, PREFIX, STEEPEST, attends
from nlp.layout import PAD, Tokens
from nlp.vocabulary import BOS, EOS

BRANCHES = ((2, 0), (3, 1), (5, 2))
_CHUNKS = 17
_WIDTH = 256
_DENSE = ("cnn_W", "cnn_b", "d0", "d1", "d2", "d3", "p1", "p3")


@dataclass(frozen=True, slots=True)
class Batch:
    """Texts side by side with padding between them; ``owner`` is -1 there."""

    tokens: Tensor
    owner: Tensor
    lengths: Tensor

    @classmethod
    def of(cls, texts: Sequence[Tokens]) -> Batch:
        """Lay out texts given as token numbers without start and end marks."""
        gap = [0] * PAD
        tokens, owner = list(gap), [-1] * PAD
        for number, text in enumerate(texts):
            tokens += [BOS, *text.tolist(), EOS, *gap]
            owner += [number] * (len(text) + 2) + [-1] * PAD
        lengths = torch.tensor([len(text) + 2 for text in texts], dtype=torch.float32)
        return cls(torch.tensor(tokens), torch.tensor(owner), lengths)


class Network(nn.Module):  # type: ignore[misc, unused-ignore]  # torch may be absent
    """Texts to (meaning, tone): two matrices (n, 512) of rows of unit length.

    With an attention in the weights a tone is longer by one more such row.
    """

    def __init__(self, weights: Mapping[str, Any], dropout: float = 0.0) -> None:
        super().__init__()
        table = np.empty((_CHUNKS * len(weights["q1"]), weights["q1"].shape[1]), dtype=np.uint8)
        for chunk in range(_CHUNKS):
            table[chunk::_CHUNKS] = weights[f"q{chunk + 1}"]
        self._table = torch.from_numpy(table)
        self._scale = torch.from_numpy(np.asarray(weights["scale"]))
        self._low = torch.from_numpy(np.asarray(weights["lo"]))
        self._epsilon = float(weights["eps"])
        names = [name for name in weights if _is_convolution(name)]
        self.convolutions = nn.ParameterDict({name: _learnable(weights[name]) for name in names})
        self.meaning = nn.ParameterDict({name: _learnable(weights[name]) for name in _DENSE})
        self.meaning.requires_grad_(False)
        self.tone = nn.ParameterDict(
            {name: _learnable(weights.get(f"tone.{name}", weights[name])) for name in _DENSE}
        )
        heads = NAMES if attends(weights) else ()
        self.attention = nn.ParameterDict({k: _learnable(weights[PREFIX + k]) for k in heads})
        self._dropout = dropout

    def forward(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """The meaning and the tone of each text."""
        features = self.features(batch)
        sums = _summed(features, batch)
        meaning, tone = (self._dense(own, sums, batch) for own in (self.meaning, self.tone))
        if self.attention:
            seen = attended(self.attention, features, batch)
            tone = torch.cat([tone.float(), seen], dim=1)
        return meaning, tone

    def features(self, batch: Batch) -> Tensor:
        """What the convolutions make of each token (n, 1280), those between texts too."""
        own = self.convolutions
        real = (batch.owner >= 0).unsqueeze(1)
        chunk = batch.tokens % _CHUNKS
        raw = self._table[batch.tokens] * self._scale[chunk, None] + self._low[chunk, None]
        split = (self._projected(raw) * real).split(_WIDTH, dim=1)
        branches = [self._branch(x, real, *one) for x, one in zip(split, BRANCHES, strict=True)]
        features = torch.cat([raw.to(branches[0].dtype), *branches], dim=1)
        width = (features.shape[1],)
        norm = own["ln_g"], own["ln_b"], self._epsilon
        return functional.layer_norm(features, width, *norm).float()

    def _projected(self, raw: Tensor) -> Tensor:
        parts = [
            torch.cat([self.convolutions[f"{part}{order}"] for order, _ in BRANCHES], dim=-1)
            for part in ("proj", "proj_b", "ln_g", "ln_b")
        ]
        x = raw @ parts[0]
        x = x + parts[1].to(x.dtype)
        return functional.layer_norm(x, (x.shape[1],), *parts[2:], self._epsilon).to(x.dtype)

    def _branch(self, x: Tensor, real: Tensor, order: int, left: int) -> Tensor:
        own = self.convolutions
        for layer in ("1", "2"):
            taps, bias = own[f"w{layer}_{order}"], own[f"b{layer}_{order}"]
            x = (functional.relu(_convolved(x, taps, bias, order, left)) + x) * real
        return x

    def _dense(self, dense: nn.ParameterDict, sums: Tensor, batch: Batch) -> Tensor:
        size = batch.lengths[:, None]
        mean = (sums @ dense["cnn_W"] + size * dense["cnn_b"]) / size.sqrt()
        mean = functional.dropout(mean, self._dropout, self.training)
        first = functional.relu(mean @ dense["d0"])
        middle = functional.relu(mean @ dense["p1"] + first @ dense["d1"])
        last = functional.relu(middle @ dense["d2"])
        vectors = torch.tanh((middle @ dense["p3"] + last @ dense["d3"]).float())
        return functional.normalize(vectors, dim=1, eps=1e-6)


def attended(attention: Mapping[str, Tensor], features: Tensor, batch: Batch) -> Tensor:
    """What an attention sees in each text, as ``nlp.attention.Attention`` has it: unit vectors."""
    query, values = attention["query"], attention["value"]
    counted = (features @ query).float().clamp(-STEEPEST, STEEPEST).exp()
    total = _summed(counted, batch)
    seen = [
        (_summed(features * counted[:, [head]], batch) / total[:, [head]]) @ values[head]
        for head in range(len(values))
    ]
    mean = _summed(features, batch) @ attention["plain"] * (EVEN / batch.lengths.sqrt())[:, None]
    vectors = torch.cat([mean, *seen], dim=1) + attention["bias"]
    return functional.normalize(vectors.float(), dim=1, eps=1e-6)


def _summed(rows: Tensor, batch: Batch) -> Tensor:
    """The sums of rows over the tokens of each text."""
    sums = torch.zeros(len(batch.lengths) + 1, rows.shape[1])
    return sums.index_add(0, batch.owner % len(sums), rows)[:-1]


def _is_convolution(name: str) -> bool:
    return name.startswith(("proj", "ln_", "w1_", "w2_", "b1_", "b2_"))


def _learnable(weights: Any) -> nn.Parameter:
    return nn.Parameter(torch.tensor(np.asarray(weights, dtype=np.float32)))


def _convolved(x: Tensor, taps: Tensor, bias: Tensor, order: int, left: int) -> Tensor:
    """What each row and the rows around it, ``left`` of them before it, come to."""
    kernel = taps.view(order, 1, _WIDTH, -1).permute(3, 2, 1, 0)
    image = x.unsqueeze(0).unsqueeze(0).permute(0, 3, 1, 2)  # channels last: no copy
    seen = functional.conv2d(image, kernel, bias, padding=(0, order // 2))
    rows = seen.permute(0, 2, 3, 1).reshape(-1, _WIDTH)
    late = order // 2 - left
    return rows[late : late + len(x)]
