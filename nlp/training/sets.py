"""The public sets that weights are tuned to and measured on; none of them trains what ships.

Each is cut by the hash of its texts into train (70 %), val (10 %) and test (20 %), whatever
parts its authors made, because their own test parts are held back.
"""

from __future__ import annotations

import ast
import csv
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from domain.analyses import Polarity
from nlp.training.aspects import aspect_of
from nlp.training.rows import SPELT

_POLARITIES = tuple(Polarity)
_AROUND = 100
"""Characters on either side of an aspect that are read with it."""

# The first that is found in the path of categories is the topic of a complaint.
_TOPICS = tuple(
    (re.compile(pattern, re.IGNORECASE), topic)
    for pattern, topic in (
        (r"agendamento", "scheduling"),
        (r"autoriza", "authorisation"),
        (r"cobran|estorno|reembolso|diverg|valor", "billing"),
        (r"entrega", "delivery"),
        (r"defeito|repar|não liga|má qualidade|assistência", "defect"),
        (r"propaganda|errado|cancel", "agreement"),
        (r"atendimento(?! *<->)(?<!rede de atendimento)", "service"),
    )
)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text with what is true of it, the part it fell into, and the group it is scored in."""

    text: str
    labels: frozenset[str]
    part: str
    group: str = ""


_TEST, _VAL, _LOOKED_AT = 51, 77, 102


def part_of(text: str) -> str:
    """``train``, ``val`` or ``test``, always the same for the same text."""
    drawn = _drawn(text)
    return "test" if drawn < _TEST else "val" if drawn < _VAL else "train"


def looked_at(text: str) -> bool:
    """Whether a text of a set that teaches nothing may be looked at while a recipe is chosen.

    That is the val part, and a tenth of the set more.
    """
    return _TEST <= _drawn(text) < _LOOKED_AT


def _drawn(text: str) -> int:
    return hashlib.sha256(text.strip().encode()).digest()[0]


def labelled(name: str, data: Path) -> list[Labelled]:
    """Every text of a set once, in the order of its files."""
    return list({row.text: row for row in SETS[name](data)}.values())


def _row(text: str, label: str, group: str = "") -> Labelled:
    return Labelled(text, frozenset({label}), part_of(text), group)


def _b2w(data: Path) -> Iterator[Labelled]:
    for row in table(data / "b2w-reviews" / "reviews.csv"):
        stars = int(row["overall_rating"])
        text = f"{row['review_title'].strip()}. {row['review_text'].strip()}"
        yield _row(text, _POLARITIES[(stars > 2) + (stars > 3)])


def _umsab(data: Path) -> Iterator[Labelled]:
    for stem in sorted((data / "umsab").glob("*_text.txt")):
        texts = stem.read_text("utf-8").split("\n")
        labels = Path(str(stem).replace("_text", "_labels")).read_text("utf-8").split()
        language = stem.name.partition("_")[0]
        for text, label in zip(texts, labels, strict=False):
            yield _row(text, _POLARITIES[int(label)], language)


def _airline(data: Path) -> Iterator[Labelled]:
    for row in table(data / "airline-tweets" / "tweets.csv"):
        yield _row(row["text"], row["airline_sentiment"])


def _reasons(data: Path) -> Iterator[Labelled]:
    for row in table(data / "airline-tweets" / "tweets.csv"):
        if row["negativereason"] not in ("", "Can't Tell"):
            yield _row(row["text"], row["negativereason"])


def _banking(data: Path) -> Iterator[Labelled]:
    for row in table(data / "banking77" / "train.csv"):
        yield _row(row["text"], row["category"])


def _reclame_aqui(data: Path) -> Iterator[Labelled]:
    for file in sorted((data / "reclameaqui").glob("*.csv")):
        for row in table(file, ";"):
            topics = (topic for found, topic in _TOPICS if found.search(row["CATEGORIA"]))
            if (topic := next(topics, None)) is not None:
                yield _row(f"{row['TEMA'].strip()}. {row['DESCRICAO'].strip()}", topic)


def table(file: Path, delimiter: str = ",") -> Iterator[dict[str, str]]:
    """The rows of a CSV file by the names in its first."""
    with file.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines, delimiter=delimiter)


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    triplets: Sequence[tuple[str, str, str]]
    domain: str
    language: str
    part: str


def _m_absa_sentences(data: Path) -> Iterator[_Sentence]:
    """By its own parts: the same sentence stands there in every language."""
    for file in sorted((data / "m-absa").glob("*.txt")):
        domain, language, split = file.stem.split("_")
        if language not in ("en", "es", "pt"):
            continue
        for number, line in enumerate(file.read_text("utf-8").splitlines()):
            text, mark, listed = line.partition("####")
            part = "train" if split == "train" else ("val", "test")[number % 2]
            if mark:
                yield _Sentence(text, _triplets(listed), domain, language, part)


def _triplets(listed: str) -> Sequence[tuple[str, str, str]]:
    try:
        found: list[tuple[str, str, str]] = ast.literal_eval(listed)
    except (SyntaxError, ValueError):
        return ()
    return found


def _m_absa(data: Path) -> Iterator[Labelled]:
    for one in _m_absa_sentences(data):
        told = ((aspect_of(one.domain, c), _spelt(polarity)) for _, c, polarity in one.triplets)
        opinions = frozenset(f"{aspect}:{felt}" for aspect, felt in told if aspect and felt)
        yield Labelled(one.text, opinions, one.part, one.language)


def _aspects(data: Path) -> Iterator[Labelled]:
    """Every term of M-ABSA that is judged one way, marked as ``absapt`` marks it."""
    for one in _m_absa_sentences(data):
        felt: dict[str, set[Polarity]] = {}
        for term, _, polarity in one.triplets:
            if term != "NULL" and (spelt := _spelt(polarity)):
                felt.setdefault(term, set()).add(spelt)
        for term, polarities in felt.items():
            start = one.text.lower().find(term.lower())
            if start >= 0 and len(polarities) == 1:
                said = _marked(term, one.text, start, start + len(term))
                yield Labelled(said, frozenset(map(str, polarities)), one.part)


def _spelt(polarity: str) -> Polarity | None:
    return SPELT.get(polarity.strip().lower()[:3])


def _absapt(data: Path) -> Iterator[Labelled]:
    for row in table(data / "absapt" / "train.csv"):
        text, start, end = row["texto"], int(row["start_position"]), int(row["end_position"])
        said = _marked(row["aspect"], text, start, end)
        yield Labelled(said, frozenset({_POLARITIES[int(row["polarity"]) + 1]}), part_of(text))


def _marked(aspect: str, text: str, start: int, end: int) -> str:
    """The aspect, then the words around it, itself marked: how it is judged is what is asked."""
    before, after = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
    return f"{aspect}: {before}[ {text[start:end]} ]{after}"


SETS: Mapping[str, Callable[[Path], Iterator[Labelled]]] = {
    "b2w": _b2w,
    "umsab": _umsab,
    "airline": _airline,
    "airline-reasons": _reasons,
    "banking77": _banking,
    "m-absa": _m_absa,
    "m-absa-aspects": _aspects,
    "absapt": _absapt,
    "reclame-aqui": _reclame_aqui,
}
"""Every set by its name."""
