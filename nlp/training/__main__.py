"""``python -m nlp.training --data <folder>``: train the heads that ship with Boca."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from nlp.encoder import Encoder
from nlp.models import WEIGHTS
from nlp.training.heads import save, train
from nlp.training.rows import rows


def main() -> None:
    """Read the rows, train, save the weights, and print the validation scores as JSON."""
    parser = argparse.ArgumentParser(prog="python -m nlp.training", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the named data sets")
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="weights file to write")
    asked = parser.parse_args()
    heads, scores = train(Encoder(), list(rows(asked.data)))
    save(heads, asked.out)
    print(json.dumps(scores, indent=2, sort_keys=True))


if __name__ == "__main__":
    main()
