"""What a news server says, and how it is asked (RFC 3977)."""

from __future__ import annotations

import asyncio

from crawlers.politeness.errors import FetchError
from crawlers.politeness.line import Line
from domain.errors import SourceForbidden, SourceUnreachable

_REFUSALS = frozenset({"400", "480", "483", "502"})
_UNKNOWN = frozenset({"500", "501", "503"})
_SPAN = 2_000  # numbers in one overview
_AT_ONCE = 0.05  # of the pace: articles of one connection come without a pause between pages


class News:
    """A conversation with a news server over an open line."""

    def __init__(self, line: Line, largest: int, pace: float) -> None:
        self._line, self._largest, self._pace = line, largest, pace
        self._heard = bytearray()

    async def group(self, name: str) -> tuple[int, int]:
        """Enters a newsgroup: the numbers of its first and its last article."""
        greeting = await self._answer()
        self._check(greeting, "200", "201")
        await self._asked("MODE READER")  # some servers need to be told; others may not know it
        words = self._check(await self._asked(f"GROUP {name}"), "211").split()
        try:
            return int(words[2]), int(words[3])
        except (ValueError, IndexError) as error:
            raise FetchError("bad_answer", self._line.where, " ".join(words)[:200]) from error

    async def numbers(self, first: int, last: int) -> list[int]:
        """The numbers of the articles that are there, in order."""
        found: set[int] = set()
        for start in range(first, last + 1, _SPAN):
            found |= await self._some(start, min(last, start + _SPAN - 1))
        return sorted(found)

    async def _some(self, first: int, last: int) -> set[int]:
        """The numbers that an overview tells: OVER, or XOVER as older servers call it."""
        answer = ""
        for command in ("OVER", "XOVER"):
            answer = await self._asked(f"{command} {first}-{last}")
            if answer[:3] not in _UNKNOWN:
                break
        if answer.startswith(("420", "423")):
            return set()
        self._check(answer, "224")
        found = (line.partition(b"\t")[0] for line in (await self._lines()).splitlines())
        return {int(one) for one in found if one.isdigit() and len(one) < 19}

    async def article(self, number: int) -> bytes:
        """An article with its headers; empty where it is gone meanwhile."""
        await asyncio.sleep(self._pace * _AT_ONCE)
        answer = await self._asked(f"ARTICLE {number}")
        return await self._lines() if answer.startswith("220") else b""

    async def quit(self) -> None:
        """Takes leave."""
        await self._asked("QUIT")

    async def _asked(self, command: str) -> str:
        await self._line.write(f"{command}\r\n".encode())
        return await self._answer()

    def _check(self, answer: str, *wanted: str) -> str:
        if answer[:3] in wanted:
            return answer
        kind = SourceForbidden if answer[:3] in _REFUSALS else SourceUnreachable
        raise kind(f"the news server says {answer[:200]!r}", where=self._line.where)

    async def _answer(self) -> str:
        while (end := self._heard.find(b"\n")) < 0:
            await self._more()
        line = bytes(self._heard[: end + 1])
        del self._heard[: end + 1]
        return line.decode("utf-8", "replace").strip()

    async def _lines(self) -> bytes:
        """Lines up to a lone dot; a dot that begins one stands twice."""
        while (end := self._end()) < 0:
            await self._more()
        block = bytes(self._heard[:end])
        del self._heard[: self._heard.index(b"\n", end) + 1]
        lines = block.splitlines(keepends=True)
        return b"".join(line[1:] if line.startswith(b"..") else line for line in lines)

    def _end(self) -> int:
        """Where the closing dot stands, its own line included; -1 where it has not come."""
        if self._heard.startswith((b".\r\n", b".\n")):
            return 0
        for mark in (b"\n.\r\n", b"\n.\n"):
            if (found := self._heard.find(mark)) >= 0:
                return found + 1
        return -1

    async def _more(self) -> None:
        data = await self._line.read()
        if not data:
            raise FetchError("unreachable", self._line.where, "it hung up")
        self._heard += data
        if len(self._heard) > self._largest:
            raise FetchError("too_large", self._line.where, f"more than {self._largest} bytes")
