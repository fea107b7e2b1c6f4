"""What a judge knows, taught to an attention beside the encoder.

A larger model's chances tell more of a text than one label does, and they can be had for texts
that nobody labelled (distillation; Hinton et al., 2015, arXiv:1503.02531). Everything that was
taught before stays as it is: the attention and a hidden layer of its own learn only what is to
be added to the logits, so nothing is forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import structlog
import torch
from torch import Tensor, nn
from torch.nn import functional

from nlp.attention import NAMES, PREFIX, attends
from nlp.classifiers import Classifier
from nlp.cleaning import clean
from nlp.encoder import Encoder, Matrix, package_folder, read_weights
from nlp.heads import Head, softmax
from nlp.layout import Tokens
from nlp.models import SENTIMENT, Weights
from nlp.training.fitting import Task, blank
from nlp.training.heads import logits_of
from nlp.training.network import Batch, Network, attended
from nlp.training.rows import Row
from nlp.training.tasks import tasks_of
from nlp.training.tuning import SPREAD, TELL, TorchHead, batches_of_like_length, task_loss

log = structlog.get_logger()

HEADS, EACH, PLAIN = 8, 16, 128
"""Of the attention, with so many numbers each; and numbers of the plain mean beside them."""

_HIDDEN = 128
_LABELS = 0.2  # of what a row with a label is to be told as; the judge says the rest
_CURIOUS = 0.02  # nearly even at first: what tells is found while learning
_LENGTH = PLAIN + HEADS * EACH


@dataclass(frozen=True, slots=True)
class Course:
    """How long and how fast an attention learns.

    ``calm`` divides what was known: alone it was surer than both together may be.
    """

    epochs: int = 3
    batch: int = 128
    rate: float = 1e-3
    decay: float = 0.01
    dropout: float = 0.2
    longest: int = 160
    calm: float = 2.0
    seed: int = 7


def taught_by(
    judge: Classifier, weights: Weights, rows: Sequence[Row], unlabelled: Sequence[str]
) -> Weights:
    """The weights with an attention, taught what a judge and they together think.

    Of each row that is not held its polarity counts too, where it has one.
    """
    lesson = [row for row in rows if not row.held]
    texts = [*(row.text for row in lesson), *unlabelled]
    known = logits_of(SENTIMENT, Encoder(tuned=weights.encoder), weights, texts)
    chances = judge.chances(texts)
    thought = softmax(judge.beside.mixed(chances, known)) if judge.beside else chances
    sentiment, _ = tasks_of(lesson)
    return attending(weights, texts, known, _mixed(sentiment, thought), Course())


def _mixed(task: Task, thought: Matrix) -> Task:
    """Chances of all texts, of which the rows of the task are the first, and how much each counts.

    A label pulls those of its row; a text without one counts as much as a row on average.
    """
    targets, weights = thought.copy(), np.ones(len(thought), np.float32)
    told = np.flatnonzero(task.weights > 0)
    targets[told] += _LABELS * (task.targets[told] - thought[told])
    weights[told] = task.weights[told]
    return replace(task, targets=targets, weights=weights)


def attending(
    weights: Weights, texts: Sequence[str], known: Matrix, task: Task, course: Course
) -> Weights:
    """The weights with an attention, and a head that reads it too.

    ``known`` (n, k) are the logits that the weights have of the texts so far, with the lexicon
    of the task; ``task`` holds what a judge thinks of them, in chances. They must not attend yet.
    """
    if attends(weights.encoder):
        raise ValueError("these weights attend already: begin with what they were before")
    torch.set_num_threads(1)
    torch.manual_seed(course.seed)
    tokens = [read[: course.longest] for (read,) in Encoder().tokens([[clean(t)] for t in texts])]
    network = Network(read_weights(package_folder(), weights.encoder)).eval()
    addition = _Addition(len(network.convolutions["ln_g"]), task.labels, course)
    _learn(addition, network, tokens, known / np.float32(course.calm), task, course)
    own = {f"{PREFIX}{k}": v.detach().numpy().astype(np.float16) for k, v in addition.own.items()}
    heads = {name: _longer(head) for name, head in weights.heads.items()}
    heads[task.name] = _both(_calmer(weights.heads[task.name], course.calm), addition.head.head())
    lexicons = dict(weights.lexicons)
    if (words := lexicons.get(task.name)) is not None:
        lexicons[task.name] = replace(words, share=words.share / course.calm)
    return replace(weights, encoder={**weights.encoder, **own}, heads=heads, lexicons=lexicons)


class _Addition(nn.Module):  # type: ignore[misc, unused-ignore]  # torch may be absent
    """An attention that knows nothing, and a head on it that adds nothing yet."""

    def __init__(self, features: int, labels: tuple[str, ...], course: Course) -> None:
        super().__init__()
        random = np.random.default_rng(course.seed)

        def drawn(*shape: int, spread: float) -> nn.Parameter:
            return nn.Parameter(torch.tensor(random.normal(0, spread, shape), dtype=torch.float32))

        even = features**-0.5
        begun = {
            "query": drawn(features, HEADS, spread=_CURIOUS),
            "value": drawn(HEADS, features, EACH, spread=even),
            "plain": drawn(features, PLAIN, spread=even),
            "bias": nn.Parameter(torch.zeros(_LENGTH)),
        }
        self.own = nn.ParameterDict({name: begun[name] for name in NAMES})
        head = blank(labels, _HIDDEN, random, _LENGTH)
        self.head = TorchHead.of(replace(head, out=np.zeros_like(head.out)))
        self._dropout = course.dropout

    def forward(self, features: Tensor, batch: Batch) -> Tensor:
        seen = attended(self.own, features, batch) * SPREAD
        logits: Tensor = self.head(functional.dropout(seen, self._dropout, self.training))
        return logits.float()


def _learn(
    addition: _Addition,
    network: Network,
    tokens: Sequence[Tokens],
    known: Matrix,
    task: Task,
    course: Course,
) -> None:
    random = np.random.default_rng(course.seed)
    in_all = course.epochs * -(-len(tokens) // course.batch)
    optimiser = torch.optim.AdamW(addition.parameters(), lr=course.rate, weight_decay=course.decay)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, step / 100) * max(0.0, 1 - step / in_all)
    )
    before = torch.tensor(known)
    for _ in range(course.epochs):
        for rows in batches_of_like_length([*map(len, tokens)], course.batch, random):
            batch = Batch.of([tokens[row] for row in rows])
            with torch.autocast("cpu", torch.bfloat16):
                with torch.no_grad():
                    features = network.features(batch)
                added = addition(features, batch)
            loss = task_loss(task.some(rows), before[rows] + added, smoothing=0.0)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(addition.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            if schedule.last_epoch % TELL == 0:
                log.info("attending", step=schedule.last_epoch, of=in_all, loss=loss.item())
    addition.eval()


def _longer(head: Head) -> Head:
    """The same head of tones behind which an attention's vectors stand, which it leaves alone."""
    more = [(0, _LENGTH), (0, 0)]
    return replace(head, hidden=np.pad(head.hidden, more), straight=np.pad(head.straight, more))


def _calmer(head: Head, calm: float) -> Head:
    """The head whose temperature is one and whose logits are divided by ``calm``."""
    by = np.float32(1 / (head.temperature * calm))
    matrices = {name: getattr(head, name) * by for name in ("out", "out_bias", "straight")}
    return replace(head, **matrices, temperature=1.0)


def _both(head: Head, addition: Head) -> Head:
    """One head that says what both together do: the first of the tone, the other of the rest."""
    hidden = np.zeros(np.add(head.hidden.shape, addition.hidden.shape), np.float32)
    hidden[: len(head.hidden), : len(head.hidden_bias)] = head.hidden
    hidden[len(head.hidden) :, len(head.hidden_bias) :] = addition.hidden
    return Head(
        head.labels,
        hidden=hidden,
        hidden_bias=np.concatenate([head.hidden_bias, addition.hidden_bias]),
        out=np.concatenate([head.out, addition.out]),
        out_bias=head.out_bias + addition.out_bias,
        straight=np.concatenate([head.straight, addition.straight]),
    )
