"""Every reason that Boca gives, as a sentence: what a ``Reason``'s code says in words.

A sentence's places are filled by the reason's params, each said by its name's rule:
``percent`` is a share in [0, 1], ``age`` and ``longest`` hours, ``hour`` an ISO 8601 moment,
``stage`` a stage's id; ``value``, ``to_come``, ``low`` and ``high`` are people; other numbers are
said as numbers, and words as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.languages import Tongue, head_count
from domain.experiences import Factor, Reach, Reason


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence in English; ``by`` names the number that chooses between one and many."""

    one: str
    many: str = ""
    by: str = ""


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "translate this later"
    """Mark a message for translation where it stands; it is said later."""
    return message


def NN_(one: str, many: str) -> tuple[str, str]:  # noqa: N802
    """Mark a message in singular and plural for translation."""
    return one, many


SENTENCES: Mapping[str, Sentence] = {
    "severity.rating": Sentence(N_("gave %(rating)s of %(best)s")),
    "severity.sentiment": Sentence(N_("reads %(percent)s negative")),
    "severity.stage": Sentence(N_("%(stage)s is weighted %(weight)s")),
    "severity.harm": Sentence(N_("somebody may be harmed: “%(words)s”")),
    "severity.money": Sentence(N_("money is lost or at risk: “%(words)s”")),
    "severity.time": Sentence(N_("it has taken long: “%(words)s”")),
    "severity.repeated": Sentence(N_("it is not the first time: “%(words)s”")),
    "severity.threat": Sentence(N_("means to go public or to court: “%(words)s”")),
    "urgency.now": Sentence(N_("asks for help at once: “%(words)s”")),
    "urgency.churn": Sentence(N_("is about to leave: “%(words)s”")),
    "severity.serious_words": Sentence(N_("speaks of %(words)s")),
    "reach.author": Sentence(
        *NN_(
            "one post of this author sets about %(value)s person in motion",
            "one post of this author sets about %(value)s people in motion",
        ),
        by="value",
    ),
    "reach.unknown_author": Sentence(
        N_("the author is unknown: the source's mean of %(value)s is used")
    ),
    "reach.acted": Sentence(
        *NN_(
            "%(count)s person has acted on it",
            "%(count)s people have acted on it",
        ),
        by="count",
    ),
    "reach.read": Sentence(
        *NN_(
            "%(value)s more view: at most so many people read and said nothing",
            "%(value)s more views: at most so many people read and said nothing",
        ),
        by="value",
    ),
    "reach.silent": Sentence(
        *NN_(
            "about %(value)s more person has read it in silence (%(low)s–%(high)s)",
            "about %(value)s more people have read it in silence (%(low)s–%(high)s)",
        ),
        by="value",
    ),
    "reach.remaining": Sentence(N_("%(percent)s of reactions usually come later than %(age)s")),
    "reach.answered_hour": Sentence(
        *NN_(
            "an answer within 1 h spares about %(value)s person",
            "an answer within 1 h spares about %(value)s people",
        ),
        by="value",
    ),
    "reach.answered_day": Sentence(
        *NN_(
            "an answer within 1 day spares about %(value)s person",
            "an answer within 1 day spares about %(value)s people",
        ),
        by="value",
    ),
    "floor.serious": Sentence(
        N_("serious and unanswered for %(hours)s h: kept in sight whatever its reach")
    ),
    "high_reach_experience": Sentence(
        *NN_(
            "expected to reach %(to_come)s more person (%(low)s–%(high)s); severity %(severity)s",
            "expected to reach %(to_come)s more people (%(low)s–%(high)s); severity %(severity)s",
        ),
        by="to_come",
    ),
    "volume_spike": Sentence(
        *NN_(
            "%(mentions)s mention within %(hours)s h, where %(usual)s are usual",
            "%(mentions)s mentions within %(hours)s h, where %(usual)s are usual",
        ),
        by="mentions",
    ),
    "source_failing": Sentence(N_("%(source)s could not be read for %(age)s")),
    "source_silent": Sentence(
        *NN_(
            "%(source)s has brought nothing new for %(age)s; in the same hours of earlier weeks "
            "it brought at least %(usual)s post",
            "%(source)s has brought nothing new for %(age)s; in the same hours of earlier weeks "
            "it brought at least %(usual)s posts",
        ),
        by="usual",
    ),
    "source_long_silent": Sentence(
        N_("%(source)s has brought nothing new for %(age)s; it was never silent beyond %(longest)s")
    ),
    "source_faint": Sentence(
        *NN_(
            "%(source)s brought %(posts)s new post within 7 days, where %(usual)s are usual",
            "%(source)s brought %(posts)s new posts within 7 days, where %(usual)s are usual",
        ),
        by="posts",
    ),
    "alerts_held_back": Sentence(
        *NN_(
            "%(count)s more alert was held back in the hour from %(hour)s",
            "%(count)s more alerts were held back in the hour from %(hour)s",
        ),
        by="count",
    ),
}

FACTORS: Mapping[str, str] = {
    "severity": N_("Severity"),
    "negativity": N_("Displeasure"),
    "stage": N_("Stage"),
    "serious_words": N_("Serious words"),
    "harm": N_("Harm"),
    "money": N_("Money"),
    "time": N_("Lost time"),
    "repeated": N_("Repeated"),
    "threat": N_("Public threat"),
    "reach": N_("Reach to come"),
    "author": N_("The author's reach"),
    "unknown_author": N_("The author's reach"),
    "acted": N_("Acted already"),
    "remaining": N_("Still to come"),
    "answered_hour": N_("Averted in 1 h"),
    "answered_day": N_("Averted in 1 day"),
    "silent": N_("Read in silence"),
    "floor": N_("Floor"),
    "serious": N_("Floor"),
}

RULES: Mapping[str, str] = {
    "high_reach_experience": N_("Far-reaching experience"),
    "volume_spike": N_("Unusual volume"),
    "quiet_source": N_("A source fell silent"),
    "flood": N_("Many alerts at once"),
}


_PEOPLE = frozenset({"value", "to_come", "low", "high"})
_FACTORS_IN_PEOPLE = frozenset(
    {"reach", "author", "unknown_author", "acted", "answered_hour", "answered_day", "silent"}
)
_HARDLY = 0.5
"""Fewer people than this are nobody to speak of."""


def sentence(reason: Reason, tongue: Tongue, stages: Mapping[str, str] | None = None) -> str:
    """The reason in the reader's words; an unknown code is said as it is.

    ``stages`` maps a stage's id to its name.
    """
    known = SENTENCES.get(reason.code)
    if known is None:
        return reason.code
    params = {name: _counted(name, value) for name, value in reason.params.items()}
    places = {name: _said(name, value, tongue, stages or {}) for name, value in params.items()}
    try:
        return _template(known, params, tongue) % places
    except KeyError:
        return reason.code


def factor_name(factor: Factor, tongue: Tongue) -> str:
    """What an ingredient of a priority is called."""
    name = factor.name.rpartition(".")[2]
    return tongue.say(FACTORS[name]) if name in FACTORS else factor.name


def factor_value(factor: Factor, tongue: Tongue) -> str:
    """An ingredient's number, said as its reason says it."""
    in_people = factor.name.rpartition(".")[2] in _FACTORS_IN_PEOPLE
    return tongue.number(head_count(factor.value) if in_people else factor.value)


def rule_name(kind: str, tongue: Tongue) -> str:
    """What a kind of rule is called."""
    return tongue.say(RULES[kind]) if kind in RULES else kind


def reach_to_come(reach: Reach, tongue: Tongue) -> str:
    """How many people are still expected to meet it, with the interval."""
    if reach.to_come < _HARDLY and reach.high < 3 * _HARDLY:
        return tongue.say("hardly anyone more will meet it")
    return tongue.count(
        "about %(num)s person still to come (%(low)s–%(high)s)",
        "about %(num)s people still to come (%(low)s–%(high)s)",
        head_count(reach.to_come),
        low=tongue.number(head_count(reach.low)),
        high=tongue.number(head_count(reach.high)),
    )


def _counted(name: str, value: str | float) -> str | float:
    return head_count(value) if name in _PEOPLE and not isinstance(value, str) else value


def _template(known: Sentence, params: Mapping[str, str | float], tongue: Tongue) -> str:
    if not known.by:
        return tongue.say(known.one)
    return tongue.plural(known.one, known.many, float(params.get(known.by, 2)))


def _said(name: str, value: str | float, tongue: Tongue, stages: Mapping[str, str]) -> str:
    if isinstance(value, str):
        return _word_said(name, value, tongue, stages)
    if name == "percent":
        return tongue.percent(value)
    if name in {"age", "longest"}:
        return tongue.duration(timedelta(hours=value))
    return tongue.number(value)


def _word_said(name: str, value: str, tongue: Tongue, stages: Mapping[str, str]) -> str:
    if name == "stage":
        return stages.get(value, value)
    if name == "hour":
        return tongue.moment(datetime.fromisoformat(value))
    return value
