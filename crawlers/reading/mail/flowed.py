"""Text that was broken into lines for sending, joined again (RFC 3676, format=flowed)."""

from __future__ import annotations

_SIGNATURE = "-- "


def joined(text: str, delsp: bool = False) -> str:
    """Paragraphs as they were written: a line that ends in a space goes on in the next.

    Lines of another depth of quotes do not go on. With ``delsp`` that space was put there by
    the sender's program.
    """
    lines: list[tuple[int, str]] = []
    goes_on = False
    for raw in text.replace("\r\n", "\n").split("\n"):
        depth = len(raw) - len(raw.lstrip(">"))
        line = raw[depth:].removeprefix(" ")  # put before lines that begin in a space, From or >
        if goes_on and lines and lines[-1][0] == depth and line != _SIGNATURE:
            lines[-1] = (depth, lines[-1][1] + line)
        else:
            lines.append((depth, line))
        goes_on = line.endswith(" ") and line != _SIGNATURE
        if goes_on and delsp:
            lines[-1] = (depth, lines[-1][1][:-1])
    return "\n".join(f"{'>' * depth}{' ' if depth else ''}{line}" for depth, line in lines)
