"""The error tree. Every message says what happened, where, and what to do.

::

    BocaError                  exit 1
    ├── UsageError             exit 2   the command line was off
    │   └── QueryError                  a query cannot be read; points at the place
    ├── SettingsError          exit 3   config.yaml is wrong; lists every mistake
    ├── StorageError           exit 4   the database cannot be used
    │   ├── StorageBusy                 somebody else holds it; try again
    │   └── StorageFull                 no space left on the disk
    ├── SourceError            exit 5   a source cannot be read
    │   ├── SourceUnreachable           no answer, or not in time
    │   ├── SourceForbidden             robots.txt, the guard or the site says no
    │   └── SourceMalformed             it answered something we cannot read
    ├── ModelError             exit 6   a language model is missing or unfit
    ├── NotifyError            exit 7   a channel did not take a message
    └── AlreadyRunning         exit 8   another Boca works on the same store
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


class BocaError(Exception):
    """The root of every error that Boca raises on purpose."""

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", todo: str = "") -> None:
        self.what, self.where, self.todo = what, where, todo
        super().__init__(what)

    def __str__(self) -> str:
        place = f" ({self.where})" if self.where else ""
        advice = f" → {self.todo}" if self.todo else ""
        return f"{self.what}{place}{advice}"


class UsageError(BocaError):
    """The command line asks for something that cannot be."""

    exit_code = 2


def worded(message: str) -> str:
    """Marks a sentence of an error for translation; its ``%(name)s`` places are filled later."""
    return message


class QueryError(UsageError):
    """A query cannot be read. ``at`` is the place in it, counted from 0.

    ``what`` and ``todo`` are sentences marked by ``worded``; ``places`` fills both. ``where``
    says the place in another language.
    """

    def __init__(
        self, what: str, query: str, at: int, *, todo: str = "", where: str = "", **places: str
    ) -> None:
        self.query, self.at = query, min(at, len(query))
        self._sentences, self._places = (what, todo), places
        told = [sentence % places if places else sentence for sentence in self._sentences]
        where = where or f"place {self.at + 1} of the query"
        super().__init__(told[0], where=where, todo=told[1])

    def said(self, say: Callable[..., str]) -> tuple[str, str]:
        """What is wrong, and what to do, as ``say`` has it in another language."""
        what, todo = (say(one, **self._places) if one else "" for one in self._sentences)
        return what, todo

    @property
    def pointed(self) -> str:
        """The part of the query around the place, with a caret under it."""
        start, end = max(0, self.at - 40), self.at + 30
        part = "".join(" " if one.isspace() else one for one in self.query[start:end])
        return f"{part}\n{' ' * (self.at - start)}^"


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing wrong in the settings: ``path`` as in ``sources.2.url``."""

    path: str
    rule: str
    todo: str = ""

    def __str__(self) -> str:
        advice = f" → {self.todo}" if self.todo else ""
        return f"{self.path}: {self.rule}{advice}"


class SettingsError(BocaError):
    """The settings are wrong. All mistakes are told at once."""

    exit_code = 3

    def __init__(self, mistakes: tuple[Mistake, ...], *, where: str = "config.yaml") -> None:
        self.mistakes = mistakes
        count = "1 mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
        listed = "".join(f"\n  • {mistake}" for mistake in mistakes)
        super().__init__(f"{count} in the settings", where=where)
        self._listed = listed

    def __str__(self) -> str:
        return f"{super().__str__()}{self._listed}"


class StorageError(BocaError):
    """The database cannot be used."""

    exit_code = 4


class StorageBusy(StorageError):
    """Another process holds the database; nothing was written."""


class StorageFull(StorageError):
    """The disk is full; the transaction was rolled back."""


class SourceError(BocaError):
    """A source cannot be read."""

    exit_code = 5


class SourceUnreachable(SourceError):
    """No answer, or not in time."""


class SourceForbidden(SourceError):
    """robots.txt, the network guard or the site itself says no."""


class SourceMalformed(SourceError):
    """The source answered something that cannot be read."""


class ModelError(BocaError):
    """A language model is missing, or does not fit its task."""

    exit_code = 6


class NotifyError(BocaError):
    """A channel did not take a message."""

    exit_code = 7

    def __init__(self, what: str, *, retryable: bool, where: str = "", todo: str = "") -> None:
        self.retryable = retryable
        super().__init__(what, where=where, todo=todo)


class AlreadyRunning(BocaError):
    """Another Boca works on the same store."""

    exit_code = 8
