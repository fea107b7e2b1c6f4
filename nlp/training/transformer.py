"""Any Hugging Face encoder, taught a set of labelled texts: a classifier that settings can name.

It tells of each piece of a text and is asked for the mean, as encoders of sentences are taught
to be read: in transformers' words a token classifier. Beside it stand our own encoder and lexicon,
taught the same texts (``nlp.training.adapting``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import structlog
import torch
from torch import Tensor, nn

from domain.errors import ModelError
from nlp.classifiers import BESIDE, HEADS
from nlp.encoder import Encoder, Matrix
from nlp.models import Weights
from nlp.training.adapting import BOTH
from nlp.training.comparing import Mix, Parts, compared, task_of
from nlp.training.fitting import Task
from nlp.training.heads import logits_of, save
from nlp.training.scoring import Measured
from nlp.training.sets import Labelled
from nlp.training.tuning import TELL, batches_of_like_length, task_loss

log = structlog.get_logger()

_EVEN = 8  # lengths are rounded up to this: shapes that were met before are quicker
_LAYER = re.compile(r"\.layers?\.(\d+)\.")
_SMALL = 512  # features of a piece


@dataclass(frozen=True, slots=True)
class Course:
    """How long and how fast a transformer learns.

    ``rounds``: up to so many texts a label, it reads every text so often. ``head_rate`` is for
    what is new in it. Each layer learns ``fade`` times as fast as the one above, and the lowest
    of them, the share ``still``, not at all.
    """

    rounds: tuple[tuple[int, int], ...] = ((200, 6), (1_500, 4), (5_000, 3), (10**9, 1))
    batch: int = 32
    rate: float = 2e-4
    head_rate: float = 2e-3
    fade: float = 0.9
    still: float = 1 / 3
    decay: float = 0.01
    smoothing: float = 0.05
    warmup: float = 0.08
    longest: int = 160
    seed: int = 7

    def rounds_of(self, task: Task) -> int:
        """How often it reads every text."""
        each = len(task.targets) / len(task.labels)
        return next(rounds for texts, rounds in self.rounds if each <= texts)


_LARGE = Course(rounds=((1_500, 4), (5_000, 2), (10**9, 1)), rate=8e-5, head_rate=1e-3, still=1 / 2)


def course_for(encoder: str) -> Course:
    """The usual one: of a wider transformer the upper half learns, with smaller steps."""
    from transformers import AutoConfig

    try:
        config = AutoConfig.from_pretrained(encoder, trust_remote_code=False)
    except (OSError, ValueError) as error:
        raise _unreadable(encoder, error) from error
    return _LARGE if config.hidden_size > _SMALL else Course()


def _unreadable(encoder: str, error: Exception) -> ModelError:
    return ModelError(
        f"the encoder cannot be read: {error}".splitlines()[0],
        where=encoder,
        todo="name a folder with safetensors and a tokenizer, or `boca models pull` it",
    )


def finetuned(
    encoder: str,
    ours: Weights,
    name: str,
    rows: Sequence[Labelled],
    out: Path | None = None,
    course: Course | None = None,
) -> list[Measured]:
    """Teach the train rows, calibrate on the val rows, measure on the test rows.

    ``encoder`` is the folder or the name of a model on this machine; ``ours`` are weights that
    were taught the same rows. With ``out`` both are kept there, as safetensors with a tokenizer:
    a folder that ``nlp.model`` takes.
    """
    labels = ours.heads[name].labels
    task, parts = task_of(name, rows, labels), Parts.of(rows)
    texts = [row.text for row in rows]
    pupil = Pupil(encoder, task, course or course_for(encoder))
    pupil.learn([texts[row] for row in parts.train], task.some(parts.train))
    judged = [texts[row] for row in parts.judged]
    felt, said = np.zeros_like(task.targets), np.zeros_like(task.targets)
    felt[parts.judged] = pupil.logits(judged)
    said[parts.judged] = logits_of(name, Encoder(tuned=ours.encoder), ours, judged)
    ways, scores = compared(task, rows, ("transformer", felt), (BOTH, said), ALL)
    if out is not None:
        pupil.save(out, ways[ALL])
        save(ours, out / HEADS)
    return [one for one in scores if not one.name.endswith(BOTH)]


ALL = "all"
"""The way of the transformer, our encoder and the lexicon together."""


class Pupil:
    """A classifier while it learns. The same rows on the same machine teach the same."""

    def __init__(self, encoder: str, task: Task, course: Course) -> None:
        from transformers import AutoModelForTokenClassification, AutoTokenizer

        torch.manual_seed(course.seed)
        names = dict(enumerate(task.labels))
        try:
            self._tokenizer = AutoTokenizer.from_pretrained(encoder, trust_remote_code=False)
            self._model = AutoModelForTokenClassification.from_pretrained(
                encoder,
                num_labels=len(names),
                id2label=names,
                label2id={label: number for number, label in names.items()},
                use_safetensors=True,
                trust_remote_code=False,
            ).float()
        except (OSError, ValueError) as error:
            raise _unreadable(encoder, error) from error
        # Four fifths of a small multilingual model: a small set would teach only the words it has.
        self._model.get_input_embeddings().weight.requires_grad_(False)
        self._task, self._course = task, course

    def learn(self, texts: Sequence[str], task: Task) -> None:
        """Some rounds over the texts, those of like length together."""
        course, tokens = self._course, self._tokens(texts)
        random = np.random.default_rng(course.seed)
        rounds = course.rounds_of(task)
        in_all = rounds * -(-len(tokens) // course.batch)
        optimiser, schedule = self._optimiser(in_all)
        self._model.train()
        for _ in range(rounds):
            for rows in batches_of_like_length([*map(len, tokens)], course.batch, random):
                said = self._said([tokens[row] for row in rows])
                loss = task_loss(task.some(rows), said, course.smoothing)
                optimiser.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(self._model.parameters(), 1.0)
                optimiser.step()
                schedule.step()
                if schedule.last_epoch % TELL == 0:
                    log.info(
                        "taught", step=schedule.last_epoch, of=in_all, loss=round(loss.item(), 4)
                    )
        self._model.eval()

    def logits(self, texts: Sequence[str]) -> Matrix:
        """Logits (n, k), not yet calibrated."""
        tokens = self._tokens(texts)
        found = np.zeros((len(texts), len(self._task.labels)), np.float32)
        order = np.argsort([*map(len, tokens)], kind="stable")
        with torch.inference_mode():
            for start in range(0, len(order), self._course.batch):
                rows = order[start : start + self._course.batch]
                found[rows] = self._said([tokens[row] for row in rows]).numpy()
        return found

    def save(self, folder: Path, mix: Mix) -> None:
        """Keep it as the first of a mix, and how much heads count that are kept beside it."""
        last = [one for one in self._model.modules() if isinstance(one, nn.Linear)][-1]
        with torch.no_grad():
            for values in last.parameters():
                values.mul_(mix.first)
            last.bias.add_(torch.tensor(mix.lift))
        setattr(self._model.config, BESIDE, mix.beside)
        self._model.save_pretrained(folder, safe_serialization=True)
        self._tokenizer.save_pretrained(folder)

    def _tokens(self, texts: Sequence[str]) -> list[list[int]]:
        read = self._tokenizer(list(texts), truncation=True, max_length=self._course.longest)
        return list(read["input_ids"])

    def _said(self, tokens: Sequence[list[int]]) -> Tensor:
        batch = self._tokenizer.pad(
            {"input_ids": list(tokens)}, return_tensors="pt", pad_to_multiple_of=_EVEN
        )
        with torch.autocast("cpu", torch.bfloat16):
            logits: Tensor = self._model(**batch).logits
        read = batch["attention_mask"].float().unsqueeze(2)
        return (logits.float() * read).sum(dim=1) / read.sum(dim=1)

    def _optimiser(self, steps: int) -> tuple[torch.optim.Optimizer, Any]:
        optimiser = torch.optim.AdamW(
            [{"params": [one], "lr": rate} for one, rate in self._rates()],
            weight_decay=self._course.decay,
            fused=True,
        )
        rise = max(1.0, self._course.warmup * steps)
        return optimiser, torch.optim.lr_scheduler.LambdaLR(
            optimiser, lambda step: min(1.0, (step + 1) / rise) * max(0.0, 1 - step / steps)
        )

    def _rates(self) -> list[tuple[nn.Parameter, float]]:
        """What learns, and how fast; the layers that stay as they are are told so."""
        course, layers = self._course, self._model.config.num_hidden_layers
        known = {id(one) for one in self._model.base_model.parameters()}
        rates = []
        for name, values in self._model.named_parameters():
            found = _LAYER.search(name)
            layer = int(found[1]) if found else -1
            if id(values) not in known:
                rates.append((values, course.head_rate))
            elif layer < round(course.still * layers):
                values.requires_grad_(False)
            else:
                rates.append((values, course.rate * course.fade ** (layers - 1 - layer)))
        return rates
