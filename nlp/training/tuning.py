"""Training the encoder together with its heads, in torch, without forgetting.

Every task has a head on the tone. What a batch says nothing about is held where it was: the
general sense (the meaning) and the heads without rows are pulled towards what they said
before (learning without forgetting; Li & Hoiem, 2016, arXiv:1606.09282).
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import structlog
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from nlp.attention import PREFIX
from nlp.encoder import Matrix, package_folder, read_weights
from nlp.heads import Head
from nlp.layout import Tokens
from nlp.models import Weights
from nlp.training.fitting import Task
from nlp.training.network import Batch, Network

log = structlog.get_logger()

_THREADS = 1  # more would round otherwise, and two courses run side by side
SPREAD = 8.0
"""Unit vectors are this much longer for a head: its weights need not grow so far."""
_BUCKET = 40  # batches whose texts are sorted by length together
TELL = 50
"""A course is told of every so many steps."""
_TAUGHT = 8  # one text in so many shows what was said before


@dataclass(frozen=True, slots=True)
class Course:
    """How long and how fast the network learns."""

    epochs: int = 1
    batch: int = 128
    rate: float = 6e-4
    head_rate: float = 2e-3
    decay: float = 0.01
    dropout: float = 0.1
    word_dropout: float = 0.05
    smoothing: float = 0.1
    keep: float = 20.0
    longest: int = 160
    seed: int = 7


class Learner(nn.Module):  # type: ignore[misc, unused-ignore]  # torch may be absent
    """The network with its heads."""

    def __init__(self, network: Network, heads: Mapping[str, Head]) -> None:
        super().__init__()
        self.network = network
        self.heads = nn.ModuleDict({name: TorchHead.of(head) for name, head in heads.items()})

    def forward(self, batch: Batch) -> tuple[Tensor, dict[str, Tensor]]:
        """The meaning of each text, and the logits of every head."""
        meaning, tone = self.network(batch)
        spread = tone.float() * SPREAD
        return meaning.float(), {name: head(spread).float() for name, head in self.heads.items()}


class TorchHead(nn.Module):  # type: ignore[misc, unused-ignore]
    """A head, in torch: the same function of a tone that is ``SPREAD`` times as long."""

    def __init__(self, labels: tuple[str, ...], width: int, hidden: int) -> None:
        super().__init__()
        self.labels = labels
        self.hidden = nn.Linear(width, hidden)
        self.out = nn.Linear(hidden, len(labels))
        self.straight = nn.Linear(width, len(labels), bias=False)

    @classmethod
    def of(cls, head: Head) -> TorchHead:
        """The head as it is, its temperature left aside."""
        own = cls(head.labels, *head.hidden.shape)
        values = {
            "hidden.weight": head.hidden.T / SPREAD,
            "hidden.bias": head.hidden_bias,
            "out.weight": head.out.T,
            "out.bias": head.out_bias,
            "straight.weight": head.straight.T / SPREAD,
        }
        own.load_state_dict({name: torch.tensor(value) for name, value in values.items()})
        return own

    def forward(self, tone: Tensor) -> Tensor:
        """Logits (n, k) of tones (n, width)."""
        logits: Tensor = self.out(torch.relu(self.hidden(tone))) + self.straight(tone)
        return logits

    def head(self) -> Head:
        """The trained head, not yet calibrated, as half precision will keep it."""
        now = {name: value.detach().numpy() for name, value in self.state_dict().items()}
        return Head(
            labels=self.labels,
            hidden=_halved(now["hidden.weight"].T * SPREAD),
            hidden_bias=_halved(now["hidden.bias"]),
            out=_halved(now["out.weight"].T),
            out_bias=_halved(now["out.bias"]),
            straight=_halved(now["straight.weight"].T * SPREAD),
        )


def _halved(values: Matrix) -> Matrix:
    return values.astype(np.float16).astype(np.float32, order="C")


def learned(
    start: Weights, texts: Sequence[Tokens], tasks: Sequence[Task], course: Course
) -> Weights:
    """Weights that began as ``start`` and took a course on these texts."""
    network = Network(read_weights(package_folder(), start.encoder), course.dropout)
    learner = Learner(network, start.heads)
    _learn(learner, texts, tasks, course)
    heads = {name: head.head() for name, head in learner.heads.items()}
    return Weights(_tuned(network), heads, start.lexicons)


def _learn(
    learner: Learner, texts: Sequence[Tokens], tasks: Sequence[Task], course: Course
) -> None:
    """Teach the learner in place; the same rows on the same machine give the same numbers."""
    torch.set_num_threads(_THREADS)
    torch.manual_seed(course.seed)
    random = np.random.default_rng(course.seed)
    teacher = copy.deepcopy(learner).eval()
    in_all = course.epochs * -(-len(texts) // course.batch)
    optimiser = _optimiser(learner, course)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, step / 100) * max(0.0, 1 - step / in_all)
    )
    learner.train()
    for _ in range(course.epochs):
        for rows in batches_of_like_length([len(text) for text in texts], course.batch, random):
            read = [_thinned(texts[row][: course.longest], course, random) for row in rows]
            loss = _loss(learner, teacher, read, rows, tasks, course)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(learner.network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            if schedule.last_epoch % TELL == 0:
                log.info("taught", step=schedule.last_epoch, of=in_all, loss=round(loss.item(), 4))
    learner.eval()


def _optimiser(learner: Learner, course: Course) -> torch.optim.Optimizer:
    changing = [one for one in learner.network.parameters() if one.requires_grad]
    groups = [
        {"params": changing, "lr": course.rate},
        {"params": list(learner.heads.parameters()), "lr": course.head_rate},
    ]
    return torch.optim.AdamW(groups, weight_decay=course.decay)


def _loss(
    learner: Learner,
    teacher: Learner,
    read: Sequence[Tokens],
    rows: NDArray[Any],
    tasks: Sequence[Task],
    course: Course,
) -> Tensor:
    few = max(1, len(read) // _TAUGHT)
    with torch.autocast("cpu", torch.bfloat16):
        meaning, logits = learner(Batch.of(read))
        with torch.no_grad():
            known, said = teacher(Batch.of(read[:few]))
    loss = course.keep * functional.mse_loss(meaning[:few], known, reduction="sum") / few / 4
    for task in tasks:
        loss = loss + task_loss(task.some(rows), logits[task.name], course.smoothing)
    for name in logits.keys() - {task.name for task in tasks}:
        loss = loss + functional.mse_loss(logits[name][:few], said[name])
    return loss


def task_loss(task: Task, logits: Tensor, smoothing: float) -> Tensor:
    """How far logits (n, k) are from what a task says of these rows."""
    targets, weights = torch.tensor(task.targets), torch.tensor(task.weights)
    if task.exclusive:
        losses = functional.cross_entropy(
            logits, targets, reduction="none", label_smoothing=smoothing
        )
        return (losses * weights).mean()
    losses = functional.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    return (losses.mean(dim=1) * weights).mean() * _MANY


_MANY = 5.0  # labels that may hold together are mostly absent: their losses are small


def _thinned(text: Tokens, course: Course, random: np.random.Generator) -> Tokens:
    """The text without a word here and there."""
    kept = text[random.random(len(text)) >= course.word_dropout]
    return kept if len(kept) else text


def batches_of_like_length(
    lengths: Sequence[int], size: int, random: np.random.Generator
) -> Iterator[NDArray[Any]]:
    """Every row once, in batches of texts of like length, in random order."""
    order = random.permutation(len(lengths))
    for start in range(0, len(order), size * _BUCKET):
        bucket = order[start : start + size * _BUCKET]
        bucket = bucket[np.argsort([lengths[row] for row in bucket], kind="stable")]
        cuts = range(size, len(bucket), size)
        parts = np.split(bucket, list(cuts))
        for at in random.permutation(len(parts)):
            yield random.permutation(parts[at])


def _tuned(network: Network) -> dict[str, NDArray[Any]]:
    """What ``Encoder(tuned=...)`` takes, in half precision."""
    own = dict(network.convolutions.items())
    tone = {f"tone.{name}": value for name, value in network.tone.items()}
    seen = {f"{PREFIX}{name}": value for name, value in network.attention.items()}
    return {k: v.detach().numpy().astype(np.float16) for k, v in (own | tone | seen).items()}
