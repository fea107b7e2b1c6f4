"""What every component is: a spaCy component that works on batches and says what it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, ClassVar, Self

from spacy.tokens import Doc

from nlp.parts import Parts

ErrorHandler = Callable[[str, Any, list[Doc], Exception], None]


class Component:
    """The base of all: declares what it requires and assigns, and never lets one post stop it.

    ``requires`` and ``assigns`` are spaCy's attribute names (``doc._.clauses``). Every doc
    has ``doc._.post`` and ``doc._.text``, what is read of its content; ``doc.text`` is empty,
    for it holds no words of spaCy's.
    """

    name: ClassVar[str]
    requires: ClassVar[tuple[str, ...]] = ()
    assigns: ClassVar[tuple[str, ...]]

    _on_error: ErrorHandler

    @classmethod
    def made_of(cls, parts: Parts) -> Self:
        """Build it from the parts of a pipeline."""
        raise NotImplementedError

    def annotate(self, docs: Sequence[Doc]) -> None:
        """Write what it assigns on every doc."""
        raise NotImplementedError

    def set_error_handler(self, handler: ErrorHandler) -> None:
        """Who is told of a doc that could not be annotated (spaCy's own protocol)."""
        self._on_error = handler

    def __call__(self, doc: Doc) -> Doc:
        """Annotate one doc; what fails is raised."""
        self.annotate([doc])
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int) -> Iterator[Doc]:
        """Annotate in batches; a doc that fails is handed to the error handler and left out."""
        waiting = iter(stream)
        while batch := list(islice(waiting, batch_size)):
            try:
                self.annotate(batch)
            except Exception:
                yield from self._one_by_one(batch)
            else:
                yield from batch

    def _one_by_one(self, docs: Sequence[Doc]) -> Iterator[Doc]:
        for doc in docs:
            try:
                self.annotate([doc])
            except Exception as error:
                self._on_error(self.name, self, [doc], error)
            else:
                yield doc
