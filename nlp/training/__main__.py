"""``python -m nlp.training``: train the weights that ship, or tune them to other labels.

``--data FOLDER`` trains what ships. ``--data FOLDER --tuned SET`` tunes that to a public set,
``--own FILE`` to texts of your own (CSV or JSON Lines with ``text``, ``label``). All print
how good the result is on texts that it was not taught. With ``--encoder NAME`` a Hugging Face
encoder, by its folder or its name, is tuned as well, and both are kept as a folder; with
``--data`` alone it is taught what ships was taught, and kept as a judge of sentiment. What ships
learns from such a judge in its turn with ``--teacher FOLDER``.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from domain.errors import BocaError
from nlp.classifiers import open_classifier
from nlp.encoder import Encoder
from nlp.models import OPINIONS, SENTIMENT, WEIGHTS, load_weights
from nlp.settings import NlpSettings
from nlp.training.heads import logits_of, save
from nlp.training.leanings import leanings
from nlp.training.own import own_rows
from nlp.training.rows import rows
from nlp.training.sets import SETS, Labelled, labelled
from nlp.training.shipping import train
from nlp.training.unlabelled import unlabelled


def main() -> None:
    """Read the rows, train, save the weights, and print the scores as JSON."""
    parser = argparse.ArgumentParser(
        prog="python -m nlp.training",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, help="folder of the named data sets")
    parser.add_argument(
        "--out", type=Path, help="weights file, or with --encoder the folder, to write"
    )
    parser.add_argument("--tuned", choices=sorted(SETS), help="tune to the train part of a set")
    parser.add_argument("--own", type=Path, help="tune to your own labelled texts")
    parser.add_argument("--encoder", help="a Hugging Face encoder to tune instead: folder or name")
    parser.add_argument("--teacher", type=Path, help="a judge from whom what ships learns too")
    parser.add_argument("--heads-only", action="store_true", help="leave the encoder as it is")
    asked = parser.parse_args()
    try:
        _run(parser, asked)
    except BocaError as error:
        parser.exit(1, f"{error}\n")


def _run(parser: argparse.ArgumentParser, asked: argparse.Namespace) -> None:
    if asked.data is None and (asked.own is None or asked.tuned is not None):
        parser.error("give --data with the folder of the data sets, or --own with your labels")
    if asked.own is None and asked.tuned is None:
        (_ship if asked.encoder is None else _teach)(parser, asked)
    elif asked.own is not None:
        _adapt(parser, asked, SENTIMENT, own_rows(asked.own))
    else:
        found = labelled(asked.tuned, asked.data)
        _adapt(parser, asked, HEADS.get(asked.tuned, asked.tuned), found)


def _ship(parser: argparse.ArgumentParser, asked: argparse.Namespace) -> None:
    if asked.teacher is not None:
        _needs_torch(parser)
    if find_spec("torch") is None:
        print('torch is not installed: only the heads are trained (pip install "boca[torch]")')
    read = list(rows(asked.data))
    weights, scores = train(read, heads_only=asked.heads_only)
    if asked.teacher is not None:
        from nlp.training.attending import taught_by

        teacher = open_classifier(NlpSettings(model=str(asked.teacher)))
        weights = taught_by(teacher, weights, read, list(unlabelled(asked.data)))
    judge = partial(logits_of, SENTIMENT, Encoder(tuned=weights.encoder), weights)
    weights = replace(weights, leanings=leanings(judge, asked.data))
    save(weights, asked.out or WEIGHTS)
    print(json.dumps(scores, indent=2, sort_keys=True))


def _teach(parser: argparse.ArgumentParser, asked: argparse.Namespace) -> None:
    _needs_torch(parser)
    from nlp.training.general import general

    scores = general(asked.encoder, asked.data, asked.out or Path("general-classifier"))
    print(json.dumps(scores, indent=2, sort_keys=True))


def _needs_torch(parser: argparse.ArgumentParser) -> None:
    if find_spec("torch") is None:
        parser.exit(1, 'tuning needs torch: pip install "boca[torch]"\n')


_FELT = ("b2w", "umsab", "airline", "absapt", "m-absa-aspects")
HEADS = dict.fromkeys(_FELT, SENTIMENT) | {"m-absa": OPINIONS}
"""The shipped heads that go on learning; every other set gets a head of its own name."""


def _adapt(
    parser: argparse.ArgumentParser, asked: argparse.Namespace, name: str, found: list[Labelled]
) -> None:
    _needs_torch(parser)
    from nlp.training.adapting import adapted

    weights, scores = adapted(load_weights(), name, found)
    if asked.encoder is not None:
        from nlp.training.transformer import finetuned

        kept = asked.out or (asked.own and Path("own-classifier"))
        scores += finetuned(asked.encoder, weights, name, found, kept)
    elif (file := asked.out or (asked.own and Path("own.safetensors"))) is not None:
        save(weights, file)
    print(json.dumps([asdict(score) for score in scores], indent=2))


if __name__ == "__main__":
    main()
