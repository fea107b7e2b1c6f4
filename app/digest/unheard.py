"""What we could not hear: the digest's last section, one sentence for each trouble."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.hearing import Hearing
from app.languages import Tongue
from app.templating import one_line
from app.wording import word
from domain.windows import Window


def unheard(sources: Sequence[Hearing], window: Window, tongue: Tongue) -> Iterator[str]:
    """Sources in trouble, conversations not whole, things set aside; then how many were well."""
    ill = {one.name: said for one in sources if (said := _ill(one, window, tongue))}
    yield from ill.values()
    yield from _partial(sources, tongue)
    refused = sum(count for one in sources for count in one.rejected.values())
    if refused:
        yield tongue.count(
            "%(num)s thing could not be read and was set aside so far.",
            "%(num)s things could not be read and were set aside so far.",
            refused,
        )
    yield tongue.count(
        "%(num)s source was read without trouble.",
        "%(num)s sources were read without trouble.",
        len(sources) - len(ill),
    )


def _ill(source: Hearing, window: Window, tongue: Tongue) -> str:
    """What keeps us from hearing a source; empty where nothing does."""
    report, habit = source.report, source.habit
    if report is not None and not source.well:
        detail = f" ({one_line(report.detail, 120)})" if report.detail else ""
        return f"{source.name}: {word(report.outcome, tongue)}{detail}"
    if report is not None and source.missed(window):
        seen = tongue.moment(report.finished_at)
        return tongue.say("%(source)s: not visited since %(seen)s", source=source.name, seen=seen)
    if habit.quiet:
        since = tongue.duration(habit.silence)
        return tongue.say(
            "%(source)s: nothing new for %(age)s, against its habit", source=source.name, age=since
        )
    if habit.faint:
        return tongue.say(
            "%(source)s: %(week)s new posts in 7 days, %(usual)s are usual",
            source=source.name,
            week=tongue.number(habit.week),
            usual=tongue.number(habit.usual_week or 0.0),
        )
    return ""


def _partial(sources: Sequence[Hearing], tongue: Tongue) -> Iterator[str]:
    threads, whole = sum(one.threads for one in sources), sum(one.whole for one in sources)
    if whole < threads:
        yield tongue.count(
            "%(num)s conversation was not heard whole, of %(all)s that are followed.",
            "%(num)s conversations were not heard whole, of %(all)s that are followed.",
            threads - whole,
            all=tongue.number(threads),
        )
