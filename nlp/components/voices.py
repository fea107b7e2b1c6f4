"""Whose voice it is: a brand's own account answers, its customers tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from spacy.tokens import Doc

from domain.brands import Brand
from domain.people import Author
from nlp.components.component import Component
from nlp.parts import Parts


class VoiceTeller(Component):
    """Tells the accounts of the settings' brands apart from all others."""

    name = "voices"
    assigns = ("doc._.official",)

    def __init__(self, brands: Sequence[Brand]) -> None:
        accounts = [account for brand in brands for account in brand.accounts]
        self._accounts = frozenset(accounts)
        self._handles = frozenset(account.lstrip("@").casefold() for account in accounts)

    @classmethod
    def made_of(cls, parts: Parts) -> Self:
        """With every brand's accounts, own and rival."""
        return cls(parts.brands)

    def annotate(self, docs: Sequence[Doc]) -> None:
        """Write whether the author is a brand's own account."""
        for doc in docs:
            author = doc._.post.author
            doc._.official = author is not None and self._is_official(author)

    def _is_official(self, author: Author) -> bool:
        """By its handle on any source, or by its id on this one."""
        at_source = f"{author.source}:{author.external_id}"
        return author.handle in self._handles or at_source in self._accounts
