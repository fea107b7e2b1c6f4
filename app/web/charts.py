"""Small charts as inline SVG: no script, no style attribute, readable by a screen reader.

Colours come from the style sheet by class, so that light, dark and print each have theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from math import ceil, exp, log10

from markupsafe import Markup, escape

from app.languages import Tongue
from app.tallies import DayCount
from app.wording import word
from domain.launches import Curve

_HEIGHT, _TOP, _LEFT, _BOTTOM = 220, 10, 34, 24


Address = Callable[[date, str], str]
"""The page of the posts of a day that feel so."""


def day_bars(days: Sequence[DayCount], tongue: Tongue, width: int, address: Address) -> Markup:
    """One stacked bar for each day: negative at the foot, neutral, positive on top.

    Each part leads to its posts; the keyboard finds the same links in the table beside it.
    """
    ceiling = nice_ceiling(max((day.total for day in days), default=0))
    label = tongue.say("Mentions per day by sentiment")
    drawn = _bars(days, ceiling, width, tongue, address)
    parts = [_grid(ceiling, width, tongue), *drawn]
    return Markup(
        '<svg class="chart chart-{}" viewBox="0 0 {} {}" role="group" aria-label="{}">{}</svg>'
    ).format(width, width, _HEIGHT, label, Markup("").join(parts))


def nice_ceiling(highest: float) -> int:
    """The next round number for an axis' end: 1, 2, 4, 5, 8 or 10 times a power of ten."""
    if highest <= 4:
        return 4
    power = 10 ** int(log10(highest))
    step = next(step for step in (1, 2, 4, 5, 8, 10) if step * power >= highest)
    return int(step * power)


def _y(value: float, ceiling: int) -> float:
    return _TOP + (_HEIGHT - _TOP - _BOTTOM) * (1 - value / ceiling)


def _grid(ceiling: int, width: int, tongue: Tongue) -> Markup:
    lines = []
    for value in (0, ceiling / 2, ceiling):
        y = _y(value, ceiling)
        lines.append(
            Markup(
                '<line class="grid" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>'
                '<text class="axis" x="{}" y="{:.1f}" text-anchor="end">{}</text>'
            ).format(_LEFT, width, y, y, _LEFT - 6, y + 4, tongue.number(value))
        )
    return Markup("").join(lines)


def _bars(
    days: Sequence[DayCount], ceiling: int, width: int, tongue: Tongue, address: Address
) -> list[Markup]:
    slot = (width - _LEFT) / max(len(days), 1)
    every = ceil(len(days) / (width / 90))
    drawn = []
    for place, day in enumerate(days):
        x = _LEFT + place * slot
        drawn.append(_bar(day, x + slot * 0.14, slot * 0.72, ceiling, tongue, address))
        if (len(days) - 1 - place) % every == 0:
            drawn.append(_day_label(day.day, min(x + slot / 2, width - 20), tongue))
    return drawn


def _bar(
    day: DayCount, x: float, width: float, ceiling: int, tongue: Tongue, address: Address
) -> Markup:
    boxes, foot = [], 0
    for kind, count in day.parts:
        top, bottom = _y(foot + count, ceiling), _y(foot, ceiling)
        foot += count
        if count:
            said = f"{tongue.day(day.day)}: {tongue.number(count)} {word(kind, tongue)}"
            link = Markup('<a href="{}" tabindex="-1" aria-label="{}">').format(
                address(day.day, kind), said
            )
            boxes.append(link + _box(kind, x, top, width, max(bottom - top, 0.5)) + Markup("</a>"))
    title = Markup("<title>{}</title>").format(day_in_words(day, tongue))
    return Markup("<g>{}{}</g>").format(title, Markup("").join(boxes))


def _box(kind: str, x: float, y: float, width: float, height: float) -> Markup:
    return Markup('<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>').format(
        kind, x, y, width, height
    )


def _day_label(day: date, x: float, tongue: Tongue) -> Markup:
    return Markup('<text class="axis" x="{:.1f}" y="{}" text-anchor="middle">{}</text>').format(
        x, _HEIGHT - 6, tongue.day_month(day)
    )


def day_in_words(day: DayCount, tongue: Tongue) -> str:
    """A day's bar as a sentence."""
    return tongue.say(
        "%(day)s: %(negative)s negative, %(neutral)s neutral, %(positive)s positive",
        day=tongue.day(day.day),
        negative=tongue.number(day.negative),
        neutral=tongue.number(day.neutral),
        positive=tongue.number(day.positive),
    )


def interval(value: float, low: float, high: float, words: str) -> Markup:
    """A value as a dot on the line of its interval, from zero to the interval's end."""
    end = nice_ceiling(max(high, value, 1))
    left, right, dot = (4 + 192 * max(0.0, part) / end for part in (low, high, value))
    return Markup(
        '<svg class="interval" viewBox="0 0 200 16" role="img" aria-label="{}">'
        '<line class="track" x1="4" x2="196" y1="8" y2="8"/>'
        '<line class="range" x1="{:.1f}" x2="{:.1f}" y1="8" y2="8"/>'
        '<circle class="dot" cx="{:.1f}" cy="8" r="4.5"/></svg>'
    ).format(escape(words), left, right, dot)


def adoption_curve(
    times: Sequence[datetime], curve: Curve | None, now: datetime, tongue: Tongue
) -> Markup:
    """How many had taken something up by when; the fitted curve as a dashed line beside it."""
    if len(times) < 2:
        return Markup("")
    start, wide = times[0], max((now - times[0]).total_seconds(), 1.0)
    ceiling = nice_ceiling(len(times))
    seen = [
        (_x((at - start).total_seconds() / wide), _y(rank, ceiling))
        for rank, at in enumerate(times, 1)
    ]
    seen.append((_x(1), _y(len(times), ceiling)))
    fitted = _fitted(curve, wide / 86_400, len(times), ceiling) if curve and curve.fits else []
    label = tongue.say("People who took it up, from the first to today")
    parts = [_grid(ceiling, 720, tongue), _line(fitted, "fitted"), _line(seen, "seen")]
    return Markup(
        '<svg class="chart chart-720" viewBox="0 0 720 {}" role="img" aria-label="{}">{}</svg>'
    ).format(_HEIGHT, label, Markup("").join(parts))


def _x(share: float) -> float:
    return _LEFT + (720 - _LEFT - 4) * share


def _line(points: Sequence[tuple[float, float]], kind: str) -> Markup:
    told = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return Markup('<polyline class="adopted {}" points="{}"/>').format(kind, told)


def _fitted(curve: Curve, days: float, most: int, ceiling: int) -> list[tuple[float, float]]:
    """The Bass curve, put through the number there is today."""
    p, both = curve.innovation, curve.innovation + curve.imitation
    shares = [place / 40 for place in range(41)]
    faded = [exp(-min(both * days * share, 700)) for share in shares]
    reached = [(1 - one) / (1 + curve.imitation / p * one) for one in faded]
    scale = most / max(reached[-1], 1e-9)
    return [(_x(a), _y(scale * b, ceiling)) for a, b in zip(shares, reached, strict=True)]


def heat_level(negative: int, most: int) -> int:
    """How dark a cell is, from 0 (nothing) to 5 (the most there is)."""
    return ceil(5 * negative / most) if most else 0


def day_marks(days: Sequence[int], tongue: Tongue) -> Markup:
    """A small bar for each day, the last one today; its title says the counts."""
    most = max(days, default=0) or 1
    label = tongue.say("New posts per day, the last %(num)s days", num=tongue.number(len(days)))
    bars = Markup("").join(
        Markup('<rect x="{}" y="{}" width="3" height="{}"><title>{}</title></rect>').format(
            4 * place, 24 - ceil(24 * count / most), ceil(24 * count / most), tongue.number(count)
        )
        for place, count in enumerate(days)
        if count
    )
    return Markup(
        '<svg class="marks" viewBox="0 0 {} 24" role="img" aria-label="{}">{}</svg>'
    ).format(4 * len(days), label, bars)
