"""Any Hugging Face encoder, taught a set of labelled texts: a classifier that settings can name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import structlog
import torch
from torch import Tensor, nn

from domain.errors import ModelError
from nlp.encoder import Matrix
from nlp.training.comparing import Parts, by_words, compared, pieces, task_of
from nlp.training.fitting import Task
from nlp.training.scoring import Measured
from nlp.training.sets import Labelled
from nlp.training.tuning import batches_of_like_length, task_loss

log = structlog.get_logger()

_TELL = 50  # steps


@dataclass(frozen=True, slots=True)
class Course:
    """How long and how fast a transformer learns; ``head_rate`` is for what is new in it."""

    epochs: int = 4
    batch: int = 32
    rate: float = 2e-4
    head_rate: float = 2e-3
    decay: float = 0.01
    smoothing: float = 0.05
    warmup: float = 0.08
    longest: int = 160
    seed: int = 7


def finetuned(
    encoder: str,
    name: str,
    rows: Sequence[Labelled],
    out: Path | None = None,
    course: Course | None = None,
) -> list[Measured]:
    """Teach the train rows, calibrate on the val rows, measure on the test rows.

    ``encoder`` is the folder or the name of a model on this machine. With ``out`` the classifier
    is kept there, as safetensors with its tokenizer: a folder that ``nlp.model`` takes.
    """
    course = course or Course()
    task, parts = task_of(name, rows), Parts.of(rows)
    texts = [row.text for row in rows]
    pupil = Pupil(encoder, task, course)
    pupil.learn([texts[row] for row in parts.train], task.some(parts.train))
    felt = np.zeros_like(task.targets)
    felt[parts.judged] = pupil.logits([texts[row] for row in parts.judged])
    ways, scores = compared(task, rows, felt, by_words(pieces(texts), task, parts.train)[1])
    if out is not None:
        pupil.save(out, temperature=1 / ways["encoder"].network)
    return scores


class Pupil:
    """A sequence classifier while it learns. The same rows on the same machine teach the same."""

    def __init__(self, encoder: str, task: Task, course: Course) -> None:
        from transformers import AutoModelForSequenceClassification, AutoTokenizer

        torch.manual_seed(course.seed)
        names = dict(enumerate(task.labels))
        kind = "single_label" if task.exclusive else "multi_label"
        try:
            self._tokenizer = AutoTokenizer.from_pretrained(encoder, trust_remote_code=False)
            self._model = AutoModelForSequenceClassification.from_pretrained(
                encoder,
                num_labels=len(names),
                id2label=names,
                label2id={label: number for number, label in names.items()},
                problem_type=f"{kind}_classification",
                use_safetensors=True,
                trust_remote_code=False,
            ).float()
        except (OSError, ValueError) as error:
            raise ModelError(
                f"the encoder cannot be read: {error}".splitlines()[0],
                where=encoder,
                todo="name a folder with safetensors and a tokenizer, or `boca models pull` it",
            ) from error
        # Four fifths of a small multilingual model: a small set would teach only the words it has.
        self._model.get_input_embeddings().weight.requires_grad_(False)
        self._task, self._course = task, course

    def learn(self, texts: Sequence[str], task: Task) -> None:
        """Some rounds over the texts, those of like length together."""
        course, tokens = self._course, self._tokens(texts)
        random = np.random.default_rng(course.seed)
        in_all = course.epochs * -(-len(tokens) // course.batch)
        optimiser, schedule = self._optimiser(in_all)
        self._model.train()
        for _ in range(course.epochs):
            for rows in batches_of_like_length([*map(len, tokens)], course.batch, random):
                said = self._said([tokens[row] for row in rows])
                loss = task_loss(task.some(rows), said, course.smoothing)
                optimiser.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(self._model.parameters(), 1.0)
                optimiser.step()
                schedule.step()
                if schedule.last_epoch % _TELL == 0:
                    log.info("taught", step=schedule.last_epoch, of=in_all, loss=loss.item())
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

    def save(self, folder: Path, temperature: float) -> None:
        """Keep the classifier, its last layer divided by the temperature."""
        last = [one for one in self._model.modules() if isinstance(one, nn.Linear)][-1]
        with torch.no_grad():
            for values in last.parameters():
                values.div_(temperature)
        self._model.save_pretrained(folder, safe_serialization=True)
        self._tokenizer.save_pretrained(folder)

    def _tokens(self, texts: Sequence[str]) -> list[list[int]]:
        read = self._tokenizer(list(texts), truncation=True, max_length=self._course.longest)
        return list(read["input_ids"])

    def _said(self, tokens: Sequence[list[int]]) -> Tensor:
        batch = self._tokenizer.pad({"input_ids": list(tokens)}, return_tensors="pt")
        with torch.autocast("cpu", torch.bfloat16):
            logits: Tensor = self._model(**batch).logits
        return logits.float()

    def _optimiser(self, steps: int) -> tuple[torch.optim.Optimizer, Any]:
        course, known = self._course, self._model.base_model
        known_ids = {id(one) for one in known.parameters()}
        fresh = [one for one in self._model.parameters() if id(one) not in known_ids]
        old = [one for one in known.parameters() if one.requires_grad]
        groups = [{"params": old, "lr": course.rate}, {"params": fresh, "lr": course.head_rate}]
        optimiser = torch.optim.AdamW(groups, weight_decay=course.decay)
        rise = max(1.0, course.warmup * steps)
        return optimiser, torch.optim.lr_scheduler.LambdaLR(
            optimiser, lambda step: min(1.0, (step + 1) / rise) * max(0.0, 1 - step / steps)
        )
