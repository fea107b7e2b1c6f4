"""What a simulated town is like."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

VARIETIES = ("pt-BR", "pt-PT", "en")
STAGES = (
    "discovery",
    "purchase",
    "delivery",
    "onboarding",
    "use",
    "support",
    "billing",
    "cancellation",
)


def _whole_second(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)


class BrandWords(BaseModel):
    """How a company of the town is called."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(description="The brand's id in the truth.")
    name: str = Field(description="The name that people write.")
    products: tuple[str, ...] = Field(min_length=1, description="Names of its products.")
    handle: str = Field(description="The official account's name, without the @.")


class IncidentPlan(BaseModel):
    """A time in which one stage of our service breaks down."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(description="What the truth calls it.")
    stage: str = Field(description="The stage that breaks down.")
    starts_before_end_hours: float = Field(gt=0, description="Hours from its start to the end.")
    hours: float = Field(gt=0, description="How long it lasts.")
    strength: float = Field(ge=0, description="Extra posts in it, in multiples of a usual day.")


class RecoveryPlan(BaseModel):
    """What an official answer does, and what silence does. Each value is a probability."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    answered: float = Field(default=0.45, ge=0, le=1, description="A complaint gets an answer.")
    satisfied: float = Field(default=0.55, ge=0, le=1, description="The answer puts it right.")
    churn_unanswered: float = Field(default=0.14, ge=0, le=1, description="Left alone, one goes.")
    churn_unsatisfied: float = Field(
        default=0.14, ge=0, le=1, description="Answered in vain, one goes."
    )
    churn_satisfied: float = Field(default=0.02, ge=0, le=1, description="Helped, one goes.")
    tells_churn: float = Field(default=0.7, ge=0, le=1, description="One who goes says so.")


OWN = BrandWords(
    id="lumare",
    name="Lumaré",
    products=("Lumaré Fibra", "Lumabox", "Lumaré Móvel"),
    handle="lumare_ajuda",
)
RIVAL = BrandWords(
    id="ventoria",
    name="Ventoria",
    products=("Ventoria Max", "Ventobox"),
    handle="ventoria_oficial",
)
INCIDENTS = (
    IncidentPlan(
        id="missed-visits", stage="delivery", starts_before_end_hours=38 * 24, hours=96, strength=2
    ),
    IncidentPlan(id="outage", stage="use", starts_before_end_hours=11, hours=11, strength=9),
)


class TownSettings(BaseModel):
    """A town: how big, how long, how talkative. The same settings give the same town."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ends_at: Annotated[AwareDatetime, AfterValidator(_whole_second)] = Field(
        description="The town's present: nothing is written after it."
    )
    seed: int = Field(default=1, ge=0, description="Decides every random draw.")
    customers: int = Field(
        default=400, ge=10, le=2_000_000, description="People: customers and prospects."
    )
    days: int = Field(default=90, ge=7, le=1_500, description="Days of talk before the end.")
    brand: BrandWords = Field(default=OWN, description="Our own company.")
    rival: BrandWords = Field(default=RIVAL, description="The other company in town.")
    languages: dict[str, float] = Field(
        default={"pt-BR": 0.5, "pt-PT": 0.2, "en": 0.3},
        description="The share of people who write pt-BR, pt-PT and en.",
    )
    intensity: float = Field(
        default=1.3, gt=0, le=1_000, description="Posts of one's own accord, a person and month."
    )
    audience: float = Field(default=9, ge=1, le=100, description="Mean number of people reached.")
    contagion: float = Field(
        default=0.7, gt=0, lt=1, description="How near the talk is to never dying out."
    )
    incidents: tuple[IncidentPlan, ...] = Field(
        default=INCIDENTS, description="When our service breaks down."
    )
    recovery: RecoveryPlan = Field(
        default=RecoveryPlan(), description="What answers and silence do."
    )
    worlds: int = Field(
        default=1_000, ge=10, description="Simulated worlds behind each true expected reach."
    )

    @property
    def starts_at(self) -> datetime:
        """The first moment of which the town writes."""
        return self.ends_at - timedelta(days=self.days)

    @property
    def seconds(self) -> float:
        """The length of the written time."""
        return self.days * 86_400.0
