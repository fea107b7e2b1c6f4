"""A thread read over several pages: it is whole once every one of them was answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from domain.posts import Census


class Walk:
    """Counts the pages of one thread that are still to come, and what they showed."""

    def __init__(self, source: str, root: str) -> None:
        self.root = root
        self._source, self._shown = source, {root}
        self._asked: set[str] = set()
        self._open: set[str] = set()

    def asks(self, page: str) -> bool:
        """Whether this page is still to be asked for; it counts as asked from now on."""
        if page in self._asked:
            return False
        self._asked.add(page)
        self._open.add(page)
        return True

    def answered(self, page: str, shown: Iterable[str]) -> Iterator[Census]:
        """A page came, and this is what it showed; a census follows the last one."""
        self._shown.update(shown)
        self._open.discard(page)
        if not self._open:
            yield Census(self._source, self.root, frozenset(self._shown))
