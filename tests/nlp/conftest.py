"""One encoder and one default pipeline for all tests of this room: they take seconds to load."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.analyses import Analysis
from domain.brands import Brand, ServiceStage
from domain.posts import Post, PostKind
from nlp.listener import build
from nlp.models import Models, load_models
from nlp.parts import Parts
from nlp.pipeline import Pipeline
from nlp.settings import NlpSettings

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)

BRANDS = (
    Brand(
        "vertix",
        "Vértix",
        aliases=("Vertix Air",),
        products=("Vértix One",),
        exclusions=("Vertix da Silva",),
        accounts=("vertix_br", "birdsite:vertixhelp"),
        sources=("vertix-reviews",),
    ),
    Brand("cea", "C&A", own=False),
)
STAGES = (
    ServiceStage(
        "delivery",
        "Entrega",
        words=("entrega", "delivery"),
        examples=("meu pedido não chegou", "the package is late", "o entregador não veio"),
    ),
    ServiceStage(
        "billing",
        "Cobrança",
        words=("fatura", "invoice"),
        examples=("fui cobrado duas vezes", "I was charged twice", "a conta veio errada"),
    ),
)


def make_post(text: Any, number: int = 1, **fields: Any) -> Post:
    return Post(
        source=fields.pop("source", "forum"),
        external_id=str(number),
        kind=PostKind.POST,
        text=text,
        created_at=NOW,
        id=number,
        **fields,
    )


@pytest.fixture(scope="session")
def models() -> Models:
    return load_models(NlpSettings())


@pytest.fixture(scope="session")
def parts(models: Models) -> Parts:
    return Parts(NlpSettings(), BRANDS, STAGES, models)


@pytest.fixture(scope="session")
def pipeline(parts: Parts) -> Pipeline:
    return Pipeline(build(parts))


@pytest.fixture
def post() -> Callable[..., Post]:
    return make_post


@pytest.fixture
def read(pipeline: Pipeline) -> Callable[..., Analysis]:
    """Analyse one text."""

    def analyse(text: str, **fields: Any) -> Analysis:
        (told,) = pipeline.analyse([make_post(text, **fields)], NOW)
        assert isinstance(told, Analysis), told
        return told

    return analyse


@pytest.fixture
def now() -> datetime:
    return NOW
