"""What runs a classifier: ONNX Runtime, or torch where that extra is installed."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from domain.errors import ModelError
from nlp.encoder import Matrix
from nlp.onnx_graph import opened


class OnnxEngine:
    """Runs an ONNX graph on the processor, in one thread: workers are the parallelism."""

    def __init__(self, graph: Path) -> None:
        try:
            self._session = opened(str(graph))
        except Exception as error:  # onnxruntime's errors share no public base
            raise ModelError(
                f"the ONNX graph cannot be run: {error}",
                where=str(graph),
                todo="export it again, with dynamic batch and length",
            ) from error
        self._inputs = [one.name for one in self._session.get_inputs()]

    def logits(self, inputs: Mapping[str, Any]) -> Matrix:
        """Run one padded batch; the graph's first output is its logits."""
        fed = {name: np.asarray(inputs[name], dtype=np.int64) for name in self._inputs}
        logits: Matrix = self._session.run(None, fed)[0]
        return logits


class TorchEngine:
    """Runs safetensors through transformers and torch, on a GPU when there is one.

    ``of_pieces`` are token classifiers: their logits are (n, length, k).
    """

    def __init__(self, folder: Path, *, of_pieces: bool) -> None:
        if importlib.util.find_spec("torch") is None:
            raise ModelError(
                "the model has no ONNX graph, and torch is not installed",
                where=str(folder),
                todo='install "boca[torch]", or export the model to ONNX',
            )
        import torch
        from transformers import AutoModelForSequenceClassification, AutoModelForTokenClassification
        from transformers.utils import logging

        # it would be drawn in every worker
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        self._torch = torch
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        kind = AutoModelForTokenClassification if of_pieces else AutoModelForSequenceClassification
        model = kind.from_pretrained(folder, use_safetensors=True, trust_remote_code=False)
        self._model = model.to(self._device).eval()

    def logits(self, inputs: Mapping[str, Any]) -> Matrix:
        """Run one padded batch."""
        tensors = {k: self._torch.as_tensor(v).to(self._device) for k, v in inputs.items()}
        with self._torch.inference_mode():
            logits: Matrix = self._model(**tensors).logits.float().cpu().numpy()
        return logits
