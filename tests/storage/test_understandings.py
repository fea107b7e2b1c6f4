"""What a post wants, does, names and weighs comes back from the store as it went in."""

from dataclasses import replace
from datetime import UTC, datetime

from domain.analyses import (
    Act,
    ActLabel,
    Analysis,
    Entity,
    EntityKind,
    Ground,
    Intent,
    IntentLabel,
    Judgement,
    Polarity,
    Sarcasm,
    Sentiment,
    Span,
    Variety,
)
from domain.experiences import Reason
from domain.posts import Post, PostKind

NOW = datetime(2026, 5, 1, tzinfo=UTC)
GROUND = Ground(Reason("severity.harm", {"words": "queimou"}), 0.75, Span(2, 9))
PLAIN = Analysis(0, "pt", Sentiment(Polarity.NEUTRAL, 0.0, 0.5), (), (), (), "v1", NOW)
FULL = replace(
    PLAIN,
    intents=(
        IntentLabel(Intent.COMPLAINT, 0.9, Span(0, 4)),
        IntentLabel(Intent.CHURN, 0.6),
    ),
    acts=(ActLabel(Act.WARNS, 0.8, Span(1, 3)),),
    severity=Judgement(0.75, (GROUND,)),
    urgency=Judgement(0.4, (replace(GROUND, reason=Reason("urgency.now", {}), evidence=None),)),
    variety=Variety("pt-BR", 0.9, Span(0, 2)),
    entities=(Entity(EntityKind.MONEY, "10.00 BRL", 0.97, Span(3, 8)),),
    sarcasm=Sarcasm(0.7, Span(0, 5)),
    official=True,
)


def _stored(store, analysis):
    post = Post("forum", "1", PostKind.POST, "o texto de alguém", NOW)
    with store.writing() as unit:
        (post_id,) = unit.posts.add([post], NOW).ids
        unit.analyses.add([replace(analysis, post_id=post_id)])
    return post_id


def test_every_part_comes_back(store):
    post_id = _stored(store, FULL)
    with store.reading() as unit:
        assert unit.analyses.get(post_id) == replace(FULL, post_id=post_id)


def test_a_later_analysis_takes_the_place_of_the_old(store):
    post_id = _stored(store, FULL)
    later = replace(PLAIN, post_id=post_id, version="v2")
    with store.writing() as unit:
        unit.analyses.add([later])
    with store.reading() as unit:
        assert unit.analyses.get(post_id) == later
