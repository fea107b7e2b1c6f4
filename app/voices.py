"""Whose voice is whose: the brands' own accounts, told apart from their customers'."""

from __future__ import annotations

from collections.abc import Iterable

from app.application import App
from app.templating import one_line
from domain.experiences import Experience
from domain.people import Author
from storage.unit import Unit

DOUBT = "doubt"
"""The name under which is kept after how many posts a count is half believed."""


def official_voices(app: App, unit: Unit) -> frozenset[int]:
    """The author ids of the brands' own accounts: they answer, they do not tell."""
    names = {account for brand in app.brands for account in brand.accounts}
    return unit.authors.accounts(names)


def author_name(author: Author | None) -> str:
    """What an author is called, in one line; nothing for the anonymous."""
    return one_line(author.name or author.external_id, 60) if author else ""


def answered_by(unit: Unit, experiences: Iterable[Experience]) -> dict[int, str]:
    """What the account is called that answered, by the id of the experience; none waits."""
    answers = {one.id: one.answer.author_id for one in experiences if one.answer}
    authors = unit.authors.get_many(set(answers.values()))
    return {id: author_name(authors.get(author)) for id, author in answers.items()}
