"""What the values of the domain's enums, measures and codes are called by people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.languages import Tongue
from app.reasons import N_
from domain.alerts import IncidentState
from domain.analyses import Act, Intent, Label, Polarity
from domain.brands import ServiceStage
from domain.communities import Role
from domain.influence import DEGREE, EXPECTED_REACH, PAGERANK, VOUCHED_REACH
from domain.posts import CrawlOutcome, PostKind
from domain.prospects import Certainty
from domain.topics import Movement, TopicChange

WORDS: Mapping[str, str] = {
    Polarity.NEGATIVE: N_("negative"),
    Polarity.NEUTRAL: N_("neutral"),
    Polarity.POSITIVE: N_("positive"),
    PostKind.POST: N_("post"),
    PostKind.COMMENT: N_("comment"),
    PostKind.REVIEW: N_("review"),
    PostKind.QUESTION: N_("question"),
    PostKind.ANSWER: N_("answer"),
    PostKind.REPLY: N_("reply"),
    PostKind.SHARE: N_("share"),
    PostKind.REACTION: N_("reaction"),
    IncidentState.OPEN: N_("open"),
    IncidentState.ACKNOWLEDGED: N_("acknowledged"),
    IncidentState.RESOLVED: N_("resolved"),
    CrawlOutcome.OK: N_("healthy"),
    CrawlOutcome.DEGRADED: N_("partly read"),
    CrawlOutcome.FORBIDDEN: N_("forbidden"),
    CrawlOutcome.UNREACHABLE: N_("unreachable"),
    CrawlOutcome.FAILED: N_("failed"),
    Movement.NEW: N_("new"),
    Movement.RISING: N_("rising"),
    Movement.STEADY: N_("steady"),
    Movement.FALLING: N_("falling"),
    TopicChange.BORN: N_("found"),
    TopicChange.MERGED: N_("merged into"),
    TopicChange.SPLIT: N_("split from"),
    TopicChange.RENAMED: N_("renamed"),
    Label.POLARITY: N_("sentiment"),
    Label.STAGE: N_("stage"),
    Label.LANGUAGE: N_("language"),
    Label.BRAND: N_("brand"),
    Intent.COMPLAINT: N_("complaint"),
    Intent.PRAISE: N_("praise"),
    Intent.RECOMMENDATION: N_("recommendation"),
    Intent.PURCHASE: N_("wants to buy"),
    Intent.CHURN: N_("leaves"),
    Intent.IDEA: N_("idea"),
    Intent.CONTACT: N_("wants to be called back"),
    Act.SHOWS: N_("shows"),
    Act.EXPLAINS: N_("explains"),
    Act.CLARIFIES: N_("clarifies"),
    Act.ANSWERS: N_("answers"),
    Act.GUIDES: N_("guides"),
    Act.WARNS: N_("warns"),
    Role.VOICE: N_("voice"),
    Role.BROKER: N_("broker"),
    Certainty.OBSERVED: N_("observed"),
    Certainty.LIKELY: N_("likely"),
    Certainty.POSSIBLE: N_("possible"),
    "innovator": N_("innovator"),
    "early_adopter": N_("early adopter"),
    "early_majority": N_("early majority"),
    "late_majority": N_("late majority"),
    "laggard": N_("laggard"),
    EXPECTED_REACH: N_("People set in motion by one post"),
    VOUCHED_REACH: N_("Of them people on whom others act too"),
    PAGERANK: N_("PageRank"),
    DEGREE: N_("Contacts"),
    "ring": N_("closed ring"),
    "new_accounts": N_("burst of new accounts"),
    "copied_text": N_("copied text"),
}


def word(value: str, tongue: Tongue) -> str:
    """A value in the reader's language; an unknown one as it is."""
    return tongue.say(WORDS[value]) if value in WORDS else str(value)


_COMMON = frozenset(
    {
        N_("Discovery"), N_("Purchase"), N_("Delivery"), N_("Onboarding"),
        N_("Use"), N_("Support"), N_("Billing"), N_("Cancellation"),
    }
)  # fmt: skip
"""Names that a new Boca gives to its stages: they are said in every language."""


def stage_names(stages: Iterable[ServiceStage], tongue: Tongue) -> dict[str, str]:
    """What each stage is called, by its id: as the owner calls it, unless by a common name."""
    return {one.id: tongue.say(one.name) if one.name in _COMMON else one.name for one in stages}
