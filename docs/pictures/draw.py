"""Draw the pictures of docs/influence.md: python docs/pictures/draw.py"""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent
WIDTH, HEIGHT, NOW = 640, 240, 200
LINES = ((40, 46), (52, 70), (48, 95), (55, 120), (50, 150))
"""People by now, and in the end, of finished posts that looked alike."""


def curve(now: int, end: int) -> str:
    """A post that met so many people by now and so many in the end."""
    top = HEIGHT - 30
    return f"M20 {top} Q{NOW / 2} {top - now} {NOW} {top - now} T{WIDTH - 90} {top - end}"


def forecast() -> str:
    """A young post, and five finished ones that looked like it at the same age."""
    ends = sorted(end for _, end in LINES)
    top = HEIGHT - 30
    grey = "".join(
        f'<path d="{curve(*one)}" fill="none" stroke="#9aa3ad" stroke-width="1.5"/>'
        for one in LINES
    )
    young = f"M20 {top} Q{NOW / 2} {top - 50} {NOW} {top - 50}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        'font-family="sans-serif" font-size="13"><title>Finished posts that looked alike</title>'
        f'{grey}<path d="{young}" fill="none" stroke="#b3261e" stroke-width="3"/>'
        f'<path d="M{NOW} 20 V{top}" stroke="#444" stroke-dasharray="4 4"/>'
        f'<path d="M{WIDTH - 70} {top - ends[0]} V{top - ends[-1]}" stroke="#b3261e" '
        'stroke-width="4"/>'
        f'<circle cx="{WIDTH - 70}" cy="{top - ends[2]}" r="6" fill="#b3261e"/>'
        f'<text x="{NOW + 6}" y="30">now</text><text x="20" y="{HEIGHT - 8}">posted</text>'
        f'<text x="{WIDTH - 60}" y="{top - ends[2] + 4}">forecast</text></svg>\n'
    )


if __name__ == "__main__":
    (HERE / "forecast.svg").write_text(forecast(), encoding="utf-8")
