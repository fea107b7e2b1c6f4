"""What a pipeline is made of."""

from __future__ import annotations

from dataclasses import dataclass

from domain.brands import Brand, ServiceStage
from nlp.models import Models
from nlp.settings import NlpSettings
from nlp.teaching import Taught


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that components are built from; ``taught`` is what people's labels teach."""

    settings: NlpSettings
    brands: tuple[Brand, ...]
    stages: tuple[ServiceStage, ...]
    models: Models
    taught: Taught | None = None
